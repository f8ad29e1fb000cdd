"""`make bench-contradictions`: planted contradictions found, and cards where there is nothing, with 95 % intervals.

The texts (tests/planted/conflicts.jsonl, no_conflicts.jsonl) were written before the rules, by somebody who did not see
them. Each is read as workers read it: documents by the field rules, what was said likewise with numbers in digits.
`--show` prints what was missed and what was found for nothing.
"""

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
django.setup()

from clinic.doubt.intervals import Figure, wilson  # noqa: E402
from clinic.inference.contradictions.rules import NORMAL, PNEUMONIA, Contradiction, contradictions  # noqa: E402
from clinic.inference.contradictions.statements import About, Statement  # noqa: E402
from extraction.inference.stating import statements  # noqa: E402
from extraction.stating_worker import in_digits, read_from  # noqa: E402

PLANTED = Path(__file__).parents[1] / "tests" / "planted"
LEAST_FOUND, MOST_FALSE = 0.90, 0.3
FILM = {"normal": NORMAL, "pneumonia": PNEUMONIA}


def cases(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (PLANTED / name).read_text(encoding="utf-8").splitlines()]


def read(source: Mapping[str, Any], number: int) -> Iterator[Statement]:
    if source["sort"] == "film":
        yield Statement(str(number), About.FILM, value=FILM[source["says"]])
        return
    text = in_digits(source["text"]) if source["sort"] == "voice" else source["text"]
    yield from statements(str(number), text, read_from(text))


def found_in(case: Mapping[str, Any]) -> list[Contradiction]:
    return contradictions(each for number, source in enumerate(case["sources"]) for each in read(source, number))


def is_found(case: Mapping[str, Any], cards: list[Contradiction]) -> bool:
    """A card between the two sources that were planted against each other, or those that say the same."""
    wanted = [frozenset(map(str, case["between"]))]
    if case.get("also"):
        wanted.append(frozenset(map(str, case["also"])))
    return any(card.sources in wanted and card.kind in KINDS[case["kind"]] for card in cards)


# By the names of the planted set.
KINDS = {
    "symptom": {"finding"}, "problem": {"finding"}, "allergy": {"allergy", "forbidden"}, "dose": {"dose"},
    "medicine": {"medicine"}, "side": {"side"}, "date": {"date"}, "film": {"film"},
}  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """What was found of a set, and in its clean cases."""

    planted: list[tuple[dict[str, Any], list[Contradiction]]]
    clean: list[tuple[dict[str, Any], list[Contradiction]]]
    seconds: float

    @property
    def found(self) -> Figure:
        return wilson(sum(is_found(case, cards) for case, cards in self.planted), len(self.planted))

    @property
    def false_cards(self) -> float:
        return sum(len(cards) for _case, cards in self.clean) / len(self.clean)


def seen(number: str = "") -> Seen:
    """Of the first set, or of another by its number."""
    began = time.perf_counter()
    planted = [(case, found_in(case)) for case in cases(f"conflicts{number}.jsonl")]
    seconds = time.perf_counter() - began
    return Seen(planted, [(case, found_in(case)) for case in cases(f"no_conflicts{number}.jsonl")], seconds)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", action="store_true")
    show = parser.parse_args().show
    first = seen()
    _print("the first set, which the rules were mended by", first)
    if (PLANTED / "conflicts_2.jsonl").exists():
        _print("a second set, which no rule was written by", seen("_2"))
    if show:
        _show(first)
    return 0 if first.found.value >= LEAST_FOUND and first.false_cards <= MOST_FALSE else 1


def _print(name: str, told: Seen) -> None:
    print(name)
    hits = Counter(case["kind"] for case, cards in told.planted if is_found(case, cards))
    for kind, count in Counter(case["kind"] for case, _cards in told.planted).items():
        print(f"  {kind:9} {hits[kind]:3} of {count}")
    whole = told.found
    touched = wilson(sum(bool(cards) for _case, cards in told.clean), len(told.clean))
    print(
        f"  contradictions found: {whole.value:.1%} (95 %: {whole.low:.1%} to {whole.high:.1%}, n={whole.n})"
        f" [at least {LEAST_FOUND:.0%}]"
    )
    print(
        f"  cards in clean cases: {told.false_cards:.2f} a case (n={len(told.clean)}) [at most {MOST_FALSE}]; clean"
        f" cases with one: {touched.value:.1%} (95 %: {touched.low:.1%} to {touched.high:.1%})"
    )
    print(f"  read and compared: {1000 * told.seconds / len(told.planted):.0f} ms a case")


def _show(told: Seen) -> None:
    for case, cards in told.planted:
        if not is_found(case, cards):
            print("MISSED", case["id"], case["kind"], case["about"], [(card.kind.value, card.about) for card in cards])
            for number in case["between"]:
                print("   ", json.dumps(case["sources"][number], ensure_ascii=False)[:700])
    for case, cards in told.clean:
        for card in cards:
            sides = " | ".join(side.words[:160] for side in (card.first, card.second))
            print("FALSE", case["id"], case["tempts"], card.kind.value, card.about, "|", sides)


if __name__ == "__main__":
    sys.exit(main())
