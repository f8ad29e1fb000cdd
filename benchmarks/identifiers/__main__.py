"""`make bench-identifiers`: recall by kind, precision, clinical words hidden for nothing, canaries, speed.

    make bench-identifiers ARGS='--documents 1200 --seed 1 --show'

`--later first` takes the eight documents that were written when the rules were done, `--later second` seven more that
were written after those, `--later third` five written last; the rules were mended by each once.
An identifier is found when every letter and digit of it is hidden; of which kind it was taken for is told apart.
"""

import argparse
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from random import Random

from benchmarks.doubt.report import Line, percent
from benchmarks.identifiers import making, templates
from benchmarks.identifiers.making import Made, Planted
from clinic.doubt.intervals import Figure, wilson
from clinic.inference.identifiers import Found, Kind, find, hide, restore

LEAST_RECALL, FEWEST_NOTES_A_SECOND, NOTE_CHARACTERS = 0.98, 200, 3_000
LARGEST_SHARE_OF_CLINICAL_WORDS = 0.01


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench-identifiers", description=__doc__)
    parser.add_argument("--documents", type=int, default=1_200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", action="store_true", help="what was missed and what was hidden for nothing")
    parser.add_argument("--later", choices=("first", "second", "third"), help="documents written after the rules")
    options = parser.parse_args()
    made = making.documents(options.documents, options.seed, f"{options.later}_" if options.later else "")
    find(made[0].text)
    began = time.process_time()
    found = [find(document.text) for document in made]
    spent = time.process_time() - began
    lines = [*_recall(made, found), _precision(made, found), _clinical(made, found), *_canaries(made, options.seed)]
    notes = sum(len(document.text) for document in made) / NOTE_CHARACTERS / spent
    lines.append(
        Line(
            f"notes of {NOTE_CHARACTERS:,} characters a second on one core",
            f"{notes:.0f}",
            "at least 200",
            notes >= FEWEST_NOTES_A_SECOND,
        )
    )
    print(*lines, sep="\n")
    if options.show:
        _show(made, found)
    return 0 if all(line.met for line in lines) else 1


def _recall(made: Sequence[Made], found: Sequence[list[Found]]) -> list[Line]:
    hits: defaultdict[str, list[bool]] = defaultdict(list)
    named: list[bool] = []
    for document, stretches in zip(made, found, strict=True):
        for planted in document.planted:
            if planted.kind is None:
                continue
            is_found = _is_hidden(document.text, planted, stretches)
            names = ["all", f"kind {planted.kind.value}", f"style {document.style}", f"language {document.language}"]
            if planted.kind is Kind.NAME:
                names.append("names in the lists" if planted.is_in_lists else "names in no list")
            for name in names:
                hits[name].append(is_found)
            if is_found:
                named.append(any(each.kind is planted.kind for each in _over(planted, stretches)))
    figures = {name: wilson(sum(each), len(each)) for name, each in hits.items()}
    lines = [
        _line(f"recall, {name}", figures[name], LEAST_RECALL if name == "all" else None)
        for name in ("all", *sorted(set(figures) - {"all"}))
    ]
    return [*lines, _line("of those found, taken for the right kind", wilson(sum(named), len(named)))]


def _precision(made: Sequence[Made], found: Sequence[list[Found]]) -> Line:
    right = [
        any(planted.kind and planted.start < each.end and each.start < planted.end for planted in document.planted)
        for document, stretches in zip(made, found, strict=True)
        for each in stretches
    ]
    return _line("precision: stretches hidden that hold an identifier", wilson(sum(right), len(right)))


def _clinical(made: Sequence[Made], found: Sequence[list[Found]]) -> Line:
    hidden = [
        bool(_over(planted, stretches))
        for document, stretches in zip(made, found, strict=True)
        for planted in document.planted
        if planted.kind is None
    ]
    figure = wilson(sum(hidden), len(hidden))
    met = figure.value <= LARGEST_SHARE_OF_CLINICAL_WORDS
    return Line("drugs, diseases, tests hidden for nothing", percent(figure, "words"), "not above 1%", met)


def _canaries(made: Sequence[Made], seed: int) -> list[Line]:
    """Values that occur nowhere else, one of each kind in each document; and the way back, letter by letter."""
    random = Random(seed)
    leaked, planted, broken = Counter[str](), 0, 0
    for document in made:
        values = [(kind, *_canary(kind, label, random)) for kind, label in templates.CANARIES]
        text = "\n".join([document.text, *(said for _, said, _ in values)])
        hidden = hide(text)
        broken += restore(hidden.text, hidden.map) != text
        left = "".join(hidden.text.lower().split())
        for kind, _, secret in values:
            planted += 1
            leaked[kind] += "".join(secret.lower().split()) in left
    total = sum(leaked.values())
    told = f"{total} of {planted:,}" + "".join(f", {kind} {count}" for kind, count in leaked.items() if count)
    return [
        Line("canaries that came through", told, "none", not total),
        Line("texts not restored letter by letter", str(broken), "none", not broken),
    ]


def _canary(kind: str, label: str, random: Random) -> tuple[str, str]:
    word = "".join(random.choice("bcdfghjklmnpqrstvwxz" if place % 2 else "aeiouy") for place in range(9)).title()
    digits = "".join(random.choice("123456789") for _ in range(10))
    secret = {
        "name": word,
        "place": word,
        "email": word,
        "url": f"{word}{digits}",
        "date": f"{digits[0]}/{int(digits[1:3]) % 28 + 1}/19{digits[3:5]}",
        "phone": f"{digits[:3]}-{digits[3:6]}-{digits[6:]}",
        "fax": f"({digits[:3]}) {digits[3:6]}-{digits[6:]}",
        "national_id": f"{digits[:3]}-{digits[3:5]}-{digits[5:9]}",
        "ip": ".".join(str(int(digits[place : place + 2]) + 100) for place in (0, 2, 4, 6)),
    }.get(kind, f"{word[:3].upper()}{digits[:7]}")
    return label.format(secret, "Canary"), secret


def _is_hidden(text: str, planted: Planted, stretches: Sequence[Found]) -> bool:
    over = _over(planted, stretches)
    return all(
        any(each.start <= place < each.end for each in over)
        for place in range(planted.start, planted.end)
        if text[place].isalnum()
    )


def _over(planted: Planted, stretches: Sequence[Found]) -> list[Found]:
    return [each for each in stretches if each.start < planted.end and planted.start < each.end]


def _line(what: str, figure: Figure, least: float | None = None) -> Line:
    mark = f"at least {least}" if least else ""
    return Line(what, percent(figure, "stretches"), mark, least is None or figure.value >= least)


def _show(made: Sequence[Made], found: Sequence[list[Found]]) -> None:
    missed, nothing = Counter[str](), Counter[str]()
    for document, stretches in zip(made, found, strict=True):
        for planted in document.planted:
            said = document.text[planted.start : planted.end]
            before = document.text[max(0, planted.start - 25) : planted.start].replace("\n", "|")
            if planted.kind and not _is_hidden(document.text, planted, stretches):
                missed[f"{planted.kind.value} {document.style}: {before}<{said}>"] += 1
            if planted.kind is None and _over(planted, stretches):
                nothing[f"clinical {document.style}: {before}<{said}>"] += 1
        for each in stretches:
            if not any(planted.start < each.end and each.start < planted.end for planted in document.planted):
                before = document.text[max(0, each.start - 20) : each.start].replace("\n", "|")
                nothing[f"{each.kind.value} {document.style}: {before}<{document.text[each.start : each.end]}>"] += 1
    for counter in (missed, nothing):
        print("\n".join(f"{count:4} {said}" for said, count in counter.most_common(150)), "\n")


if __name__ == "__main__":
    sys.exit(main())
