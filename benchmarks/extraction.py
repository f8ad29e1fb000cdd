"""`python -m benchmarks.extraction FOLDER`: the field rules, measured on what others annotated.

FOLDER holds `annotations/` (case reports, BC5CDR, prescriptions) and `text_notes/`. Printed are, each with n and its
95 % interval: F1 of spans on the case reports, apart for the three fourths that were looked at while the rules were
written and the fourth that was only measured; chemicals and diseases of BC5CDR beside a dictionary of its training
part; prescriptions parsed exactly; answers that fit the schema; values that their source does not say; notes a second
on one core.

A span counts as found where one of the other side overlaps it. Intervals of F1 are drawn over documents.
"""

import argparse
import gzip
import hashlib
import json
import re
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

from benchmarks.doubt.report import Line, percent
from clinic.doubt.checked import Floats
from clinic.doubt.intervals import Figure, bootstrap, wilson
from extraction.inference import rules
from extraction.inference.grounding import ungrounded_in
from extraction.inference.rules import sigs
from extraction.inference.rules.lexicon import Term
from extraction.inference.rules.prepared import Prepared
from extraction.inference.schema import KINDS, Extraction, Item, TextEvidence

Span = tuple[int, int]
Spans = Callable[[Extraction], list[Span]]
NOTE_CHARACTERS, NOTES, OTHER_NOTES = 3_000, 300, 100


@dataclass(frozen=True)
class Measured(Line):
    """A line whose figure may stand in the engine's card."""

    figure: Figure | None = None

    def as_metric(self) -> dict[str, Any] | None:
        if self.figure is None or "looked at" in self.what:
            return None
        low, value, high = (round(each, 4) for each in (self.figure.low, self.figure.value, self.figure.high))
        return {"name": self.what, "n": self.figure.n, "value": value, "low": low, "high": high}


@dataclass(frozen=True)
class Count:
    """Of one document: annotated and found ones, and how many of each the other side touches."""

    wanted: int
    hit: int
    found: int
    right: int


def rows(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--beside", type=Path, help="another Python, one that has medspaCy: asked to read the same notes"
    )
    parser.add_argument("--figures", type=Path, help="where the figures go that the engine's card shows")
    asked = parser.parse_args()
    folder = asked.folder
    metrics = []
    print(f"{rules.engine()}\n")
    for title, lines in (
        ("Case reports", case_reports(folder / "annotations/case_reports.jsonl.gz")),
        ("BC5CDR", bc5cdr(folder / "annotations/bc5cdr.jsonl.gz")),
        ("Prescriptions", prescriptions(folder / "annotations/sigs.jsonl.gz")),
        ("Answers", answers(folder)),
        ("Speed", speed(folder / "text_notes/mtsamples.jsonl.gz", asked.beside)),
    ):
        print(title)
        for line in lines:
            print(line)
            metrics.append(line.as_metric() if isinstance(line, Measured) else None)
        print()
    if asked.figures:
        asked.figures.write_text(json.dumps([metric for metric in metrics if metric], indent=1) + "\n")


# --- case reports -----------------------------------------------------------------------------------------------------


def was_looked_at(pmid: str) -> bool:
    """While the rules were written; the other fourth was only measured."""
    first, second = hashlib.sha256(f"tuning:{pmid}".encode()).digest()[:2]
    return first % 2 == 0 or second % 2 == 0


def case_reports(path: Path) -> Iterator[Line]:
    reports = [(row, rules.extract(row["text"])) for row in rows(path)]
    parts = {
        "measured only": [each for each in reports if not was_looked_at(each[0]["pmid"])],
        "looked at": [each for each in reports if was_looked_at(each[0]["pmid"])],
    }
    for part, some in parts.items():
        for what, types, spans, least in _ASKED:
            counts = [count(_annotated(row, types), spans(told)) for row, told in some]
            yield f1_line(f"{what} ({part})", counts, "spans", least)
        for what, kind, attribute in (("age", "Age", "age"), ("sex", "Sex", "sex")):
            yield _of_patient(f"{what} ({part})", some, kind, attribute)
        yield _with_numbers(f"lab values with a number ({part})", some)


def _annotated(row: dict[str, Any], types: Sequence[str]) -> list[Span]:
    return [(e["spans"][0][0], e["spans"][-1][1]) for e in row["entities"] if e["type"] in types]


def _first(items: Iterable[Item]) -> list[Span]:
    return [(said.start, said.end) for item in items if isinstance(said := item.evidence[0], TextEvidence)]


def _of_field(items: Iterable[Item], *fields: str) -> list[Span]:
    pieces = (said for item in items for said in item.evidence)
    return sorted(
        {(said.start, said.end) for said in pieces if isinstance(said, TextEvidence) and said.field in fields}
    )


def _values(told: Extraction) -> list[Span]:
    return _of_field((*told.labs, *told.vitals), "value")


def _examinations(told: Extraction) -> list[Span]:
    named = _of_field((*told.labs, *told.vitals), "name")
    return sorted({*named, *_first(each for each in told.procedures if each.purpose == "diagnostic")})


_ASKED: tuple[tuple[str, tuple[str, ...], Spans, float | None], ...] = (
    ("medications", ("Medication",), lambda told: _first(told.medications), 0.75),
    ("dosages", ("Dosage",), lambda told: _of_field(told.medications, "dose", "strength"), 0.60),
    ("lab values and vital signs", ("Lab_value",), _values, 0.70),
    ("examinations and tests", ("Diagnostic_procedure",), _examinations, None),
    ("treatments", ("Therapeutic_procedure",),
     lambda told: _first(each for each in told.procedures if each.purpose == "therapeutic"), None),
    ("diseases, signs and symptoms", ("Disease_disorder", "Sign_symptom"), lambda told: _first(told.problems), None),
    ("dates", ("Date",), lambda told: _first(told.dates), None),
)  # fmt: skip


def _of_patient(what: str, some: list[tuple[dict[str, Any], Extraction]], kind: str, attribute: str) -> Line:
    """Of the reports in which it is annotated, those where the answer overlaps one annotation."""
    right = []
    for row, told in some:
        wanted, fact = _annotated(row, (kind,)), getattr(told.patient, attribute)
        if wanted:
            right.append(fact is not None and bool(count(wanted, _first([fact])).right))
    seen = wilson(sum(right), len(right))
    return Measured(what, percent(seen, "reports"), "at least 95%", seen.value >= 0.95, figure=seen)


def _with_numbers(what: str, some: list[tuple[dict[str, Any], Extraction]]) -> Line:
    counts = []
    for row, told in some:
        text = row["text"]
        wanted, found = (
            [span for span in spans if re.search(r"\d", text[slice(*span)])]
            for spans in (_annotated(row, ("Lab_value",)), _values(told))
        )
        right = count(_annotated(row, ("Lab_value",)), found).right
        counts.append(Count(len(wanted), count(wanted, _values(told)).hit, len(found), right))
    return f1_line(what, counts, "spans", 0.70)


# --- BC5CDR -----------------------------------------------------------------------------------------------------------


def bc5cdr(path: Path) -> Iterator[Line]:
    given = rows(path)
    learned = [row for row in given if row["split"] == "train"]
    asked = [_sentence(row) for row in given if row["split"] != "train"]
    answers = [(spans, text, rules.extract(text)) for text, spans in asked]
    for what, kind, spans in _MENTIONS:
        exact = [exactly(wanted[kind], spans(told)) for wanted, _, told in answers]
        touching = [count(wanted[kind], spans(told)) for wanted, _, told in answers]
        yield f1_line(f"{what}, exact", exact, "mentions")
        yield f1_line(f"{what}, overlapping", touching, "mentions")
        if kind == "Chemical":
            named = [(wanted[kind], [(t.start, t.end) for t in _chemicals(text)]) for wanted, text, _ in answers]
            yield f1_line(
                "chemicals that the lists name, given or not, exact", [exactly(*both) for both in named], "mentions"
            )
        known = dictionary(learned, kind)
        looked_up = [(wanted[kind], [found.span() for found in known.finditer(text)]) for wanted, text, _ in answers]
        baseline = f1_line(
            f"the same by a dictionary of {kind.lower()}s, exact", [exactly(*both) for both in looked_up], "mentions"
        )
        yield replace(baseline, figure=None)  # no figure of this engine


_MENTIONS: tuple[tuple[str, str, Spans], ...] = (
    ("chemicals, as medications", "Chemical", lambda told: _first(told.medications)),
    ("diseases, as problems", "Disease", lambda told: _first(told.problems)),
)


def _chemicals(text: str) -> list[Term]:
    """Medicines and the substances that are medicines only where they are given."""
    return Prepared.of(text).named("drugs", "substances")


def _sentence(row: dict[str, Any]) -> tuple[str, dict[str, list[Span]]]:
    """Tokens set as a sentence, with where its mentions stand."""
    text, mentions, open_one = "", [], None
    for number, (token, tag) in enumerate(zip(row["tokens"], row["tags"], strict=True)):
        before = row["tokens"][number - 1] if number else ""
        if text and not (token in ".,;:)]%'-/" or before in ("(", "[", "-", "/", "'")):
            text += " "
        start = len(text)
        text += token
        if tag.startswith("B-"):
            open_one = [tag[2:], start, len(text)]
            mentions.append(open_one)
        elif tag.startswith("I-") and open_one:
            open_one[2] = len(text)
        else:
            open_one = None
    spans: dict[str, list[Span]] = {"Chemical": [], "Disease": []}
    for kind, start, end in mentions:
        spans[kind].append((start, end))
    return text, spans


def dictionary(learned: list[dict[str, Any]], kind: str) -> re.Pattern[str]:
    """Every mention of the training part that has more than two letters."""
    terms = {text[slice(*span)] for text, spans in map(_sentence, learned) for span in spans[kind]}
    alternatives = "|".join(re.escape(term) for term in sorted(terms, key=len, reverse=True) if len(term) > 2)
    return re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)", re.IGNORECASE)


# --- prescriptions, answers, speed ------------------------------------------------------------------------------------


def prescriptions(path: Path) -> Iterator[Line]:
    asked = rows(path)
    right = sum(sigs.parse(row["sig"]) == row["expected"] for row in asked)
    seen = wilson(right, len(asked))
    shown = percent(seen, "prescriptions")
    yield Measured("prescriptions parsed exactly", shown, "at least 85%", seen.value >= 0.85, figure=seen)


def answers(folder: Path) -> Iterator[Line]:
    texts = [row["text"] for row in rows(folder / "annotations/case_reports.jsonl.gz")] + _notes(
        folder / "text_notes/mtsamples.jsonl.gz"
    )
    told = [(text, rules.extract(text)) for text in texts]
    fits = wilson(sum(_fits_schema(each) for _, each in told), len(told))
    yield Measured("answers that fit the schema", percent(fits, "texts"), "100%", fits.value == 1, figure=fits)
    loose = sum(len(ungrounded_in(each, text)) for text, each in told)
    values = sum(_values_in(each) for _, each in told)
    held = wilson(values - loose, values)
    yield Measured(
        "values whose words stand in the source", percent(held, "values", 4), "100%", loose == 0, figure=held
    )


def _fits_schema(told: Extraction) -> bool:
    try:
        return Extraction.model_validate_json(told.model_dump_json()) == told
    except ValidationError:
        return False


def _values_in(told: Extraction) -> int:
    """Evidence and items together: what could be wrong."""
    kinds = (getattr(told, kind) for kind in KINDS)
    return sum(len(item.evidence) + 1 for items in kinds for item in items)


def speed(path: Path, beside: Path | None) -> Iterator[Line]:
    notes = [note[:NOTE_CHARACTERS] for note in _notes(path) if len(note) >= NOTE_CHARACTERS][:NOTES]
    rules.extract(notes[0])
    rates = []
    for part in np.array_split(np.array(notes, dtype=object), 10):
        began = time.process_time()
        for note in part:
            rules.extract(str(note))
        rates.append(len(part) / (time.process_time() - began))
    rate, half = float(np.mean(rates)), 1.96 * float(np.std(rates, ddof=1)) / len(rates) ** 0.5
    interval = f"95 %: {rate - half:.0f} to {rate + half:.0f}"
    shown = f"{rate:.0f} a second ({interval}, n={len(notes)} notes of {NOTE_CHARACTERS:,} characters)"
    yield Line("notes read on one core", shown, "at least 100", rate >= 100)
    if beside is not None:
        other = _of_medspacy(beside, notes[:OTHER_NOTES])
        told = f"{other:.0f} a second, n={OTHER_NOTES} of the same notes; ours {rate / other:.1f} times as many"
        yield Line("medspaCy: sentences, ten target rules, ConText", told, "at least 5 times", rate >= 5 * other)


def _of_medspacy(python: Path, notes: list[str]) -> float:
    program = Path(__file__).with_name("medspacy_speed.py")
    ran = subprocess.run(
        [str(python), str(program)], input=json.dumps(notes), capture_output=True, text=True, check=True
    )
    return float(ran.stdout)


def _notes(path: Path) -> list[str]:
    return [row["transcription"] for row in rows(path)]


# --- counting ---------------------------------------------------------------------------------------------------------


def count(wanted: list[Span], found: list[Span]) -> Count:
    return Count(len(wanted), _touched(wanted, found), len(found), _touched(found, wanted))


def exactly(wanted: list[Span], found: list[Span]) -> Count:
    both = len(set(wanted) & set(found))
    return Count(len(wanted), both, len(found), both)


def _touched(spans: list[Span], others: list[Span]) -> int:
    return sum(any(start < end_of and start_of < end for start_of, end_of in others) for start, end in spans)


def f1_line(what: str, counts: list[Count], unit: str, least: float | None = None) -> Measured:
    columns = np.array([(each.wanted, each.hit, each.found, each.right) for each in counts], dtype=float).T
    seen = bootstrap(_f1, *columns)
    wanted, hit, found, right = (float(column.sum()) for column in columns)
    figure = Figure(seen.value, seen.low, seen.high, int(wanted))
    shares = f"precision {right / max(found, 1):.1%}, recall {hit / max(wanted, 1):.1%}"
    mark = f"at least {least:.0%}" if least else ""
    is_met = not least or figure.value >= least
    return Measured(f"F1 of {what}", f"{percent(figure, unit)}, {shares}", mark, is_met, figure=figure)


def _f1(wanted: Floats, hit: Floats, found: Floats, right: Floats) -> float:
    precision, recall = right.sum() / max(found.sum(), 1), hit.sum() / max(wanted.sum(), 1)
    return float(2 * precision * recall / max(precision + recall, 1e-12))


if __name__ == "__main__":
    main()
