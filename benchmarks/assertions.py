"""`make bench-assertions`: how often the rules say of a concept in a sentence what people said of it.

    make bench-assertions ARGS='FILE.jsonl.gz'

Rows: n, sentence, concept, negation (Negated, Affirmed), temporality (Recent, Historical, Not particular), experiencer.
The rules were written while looking at one half of the rows; the figures that count are those of the other half, and of
the rows in it whose sentence does not occur in the first. Intervals by bootstrap over sentences, not over rows.
"""

import argparse
import hashlib
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.doubt.report import Line
from clinic.doubt.intervals import Figure, bootstrap
from clinic.doubt.metrics import accuracy, f1
from clinic.inference import json_lines
from extraction.inference.assertions import PRESENT, Assertion, Sentence
from extraction.inference.assertions.finding import place_of

LEAST = 0.94
WHEN = {"Recent": "recent", "Historical": "historical", "Not particular": "hypothetical"}
ROUNDS = 5


@dataclass(frozen=True)
class Row:
    sentence: str
    concept: str
    is_tuning: bool
    truth: Assertion


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench-assertions", description=__doc__)
    parser.add_argument("file", type=Path)
    rows = list(_rows(parser.parse_args().file))
    tuned_on = {row.sentence for row in rows if row.is_tuning}
    lines = [
        *_lines("tuning half", [row for row in rows if row.is_tuning]),
        *_lines("measured half", [row for row in rows if not row.is_tuning], marked=True),
        *_lines("measured half, new sentences", [row for row in rows if row.sentence not in tuned_on]),
        _speed(rows),
    ]
    print(*lines, sep="\n")
    return 0 if all(line.met for line in lines) else 1


def _rows(path: Path) -> Iterable[Row]:
    for line in json_lines.lines_of(path):
        told = line.told
        truth = Assertion(
            negated=told["negation"] == "Negated",
            temporality=WHEN[told["temporality"]],  # type: ignore[arg-type]
            experiencer="patient" if told["experiencer"] == "Patient" else "other",
        )
        half = hashlib.sha256(str(told["n"]).encode()).digest()[-1] % 2
        yield Row(told["sentence"], told["concept"], half == 0, truth)


def _lines(part: str, rows: list[Row], marked: bool = False) -> list[Line]:
    said = [_said(row) for row in rows]

    def figure(of: Callable[[Assertion], bool | str], statistic: Callable[..., float]) -> Figure:
        truth, answer = np.array([of(row.truth) for row in rows]), np.array([of(one) for one in said])
        return bootstrap(statistic, truth, answer, groups=[row.sentence for row in rows])

    negated = figure(lambda one: one.negated, f1(1))
    found = [
        Line(f"{part}: negated F1", _shown(negated), f"at least {LEAST}" if marked else "", negated.value >= LEAST),
        Line(f"{part}: historical F1", _shown(figure(lambda one: one.temporality == "historical", f1(1)))),
        Line(f"{part}: hypothetical F1", _shown(figure(lambda one: one.temporality == "hypothetical", f1(1)))),
        Line(f"{part}: temporality accuracy", _shown(figure(lambda one: one.temporality, accuracy))),
        Line(f"{part}: experiencer accuracy", _shown(figure(lambda one: one.experiencer, accuracy))),
    ]
    others = [row.truth.experiencer == "other" for row in rows], [one.experiencer == "other" for one in said]
    hits = sum(true and told for true, told in zip(*others, strict=True))
    told = f"{hits} found of {sum(others[0])}, {sum(others[1])} said: too few for a figure"
    return [*found, Line(f"{part}: another person's", told)]


def _said(row: Row) -> Assertion:
    place = place_of(row.sentence, row.concept)
    return Sentence(row.sentence).assertion(place.start, place.end) if place else PRESENT


def _speed(rows: list[Row]) -> Line:
    characters = ROUNDS * sum(len(row.sentence) for row in rows)
    began = time.process_time()
    for _ in range(ROUNDS):
        for row in rows:
            _said(row)
    notes = characters / 3000 / (time.process_time() - began)
    return Line("notes of 3,000 characters a second on one core, cues found anew for each row", f"{notes:.0f}")


def _shown(figure: Figure) -> str:
    return f"{figure.value:.4f} (95 %: {figure.low:.4f} to {figure.high:.4f}, n={figure.n:,})"


if __name__ == "__main__":
    sys.exit(main())
