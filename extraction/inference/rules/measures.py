"""Values tied to what they are values of.

Each value of a sentence looks back for the nearest name that leads to it ("creatinine fell from", "pH of"), then ahead
("5.2 % eosinophils", "elevated lactate"). A measured value without a name that is known takes the words before it.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from extraction.inference.rules import unlisted
from extraction.inference.rules.grades import grades
from extraction.inference.rules.lexicon import Term
from extraction.inference.rules.prepared import Prepared
from extraction.inference.rules.readings import readings_in
from extraction.inference.rules.unlisted import FILL, STANDS_ALONE
from extraction.inference.rules.values import Value, qualities_in

_LISTS = ("vital_signs", "analytes", "procedures")
FARTHEST = 90
_LINK = re.compile(rf"(?:\s|[|,:=\[\]()–~-]|\([^()]{{1,24}}\)|\b(?:{FILL})\b)*", re.IGNORECASE)
_BACK = re.compile(
    r"(?:\s|-|\(|\b(?:levels?|of|for|the|serum|plasma|blood|in|on|to|results?|findings?|values?|his|her|urinary|"
    r"urine|total|arterial|immunoreactivity|expression|staining|range|count|concentrations?|with|rate|amounts?|"
    r"number|by|left|right|both|peripheral|immunohistochemical|response|reaction|a|an|at|function|"
    r"biventricular)\b)*",
    re.IGNORECASE,
)
_AND = re.compile(
    r"(?:\s|[,;:()–]|\b(?:and|to|then|or|from|but|later|increased|decreased|respectively|vs|versus|on|the|at|"
    r"further|finally|of|was|were|which|rose|fell|dropped|improved|up|down|by|day|with|a|is)\b)*",
    re.IGNORECASE,
)
_LIST = re.compile(r"(?:\s|[,/()-]|\b(?:and|or|levels?|for)\b)*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Measure:
    """`term` is null where the name is only what stands before the value."""

    value: Value
    name_at: tuple[int, int]
    term: Term | None
    kind: str = ""
    reference: Value | None = None


@dataclass(slots=True)
class _Names:
    terms: list[tuple[Term, str]]
    ends: list[int]
    starts: list[int]


def measures(prepared: Prepared) -> Iterator[Measure]:
    named = _named(prepared)
    judged = qualities_in(prepared.text, prepared.named("qualities"))
    places = [value.start for value in judged]
    for name, value in grades(prepared.text):
        yield Measure(value, name, None)
    for sentence in prepared.sentences.all:
        here = judged[bisect_left(places, sentence.start) : bisect_left(places, sentence.end)]
        yield from _of_sentence(prepared, sentence.start, sentence.end, named, here)


def _named(prepared: Prepared) -> _Names:
    found = [(term, kind) for kind in _LISTS for term in prepared.terms.get(kind, [])]
    found = [each for each in found if each[1] != "procedures" or each[0].name == "diagnostic"]
    found.sort(key=lambda each: (each[0].start, -each[0].end))
    apart: list[tuple[Term, str]] = []
    for term, kind in found:
        if not apart or term.start >= apart[-1][0].end:
            apart.append((term, kind))
    return _Names(apart, [term.end for term, _ in apart], [term.start for term, _ in apart])


def _of_sentence(prepared: Prepared, start: int, end: int, named: _Names, judged: list[Value]) -> Iterator[Measure]:
    text = prepared.text
    numbers, references = readings_in(text, start, end)
    values = sorted([*numbers, *judged], key=lambda each: each.start)
    last: Measure | None = None
    for value in values:
        if last is not None and value.start < last.value.end:
            continue
        linked = [_with_reference(text, each, references) for each in _linked(prepared, value, named, start, end, last)]
        yield from linked
        last = linked[-1] if linked else last


def _with_reference(text: str, measure: Measure, references: Mapping[int, Value]) -> Measure:
    """The range in brackets behind a value, if the next number is one."""
    near = [place for place in references if 0 <= place - measure.value.end < 60]
    return replace(measure, reference=references[min(near)]) if near else measure


def _linked(
    prepared: Prepared, value: Value, named: _Names, start: int, end: int, last: Measure | None
) -> Iterator[Measure]:
    text = prepared.text
    before = _before(text, value, named, start)
    if (before is None or _is_parted(text, before)) and (next_to := _next_to(text, value, named)):
        yield next_to
    elif before is not None:
        yield before
    elif last is not None and not value.is_quality and _goes_on(text, last, value):
        yield Measure(value, last.name_at, last.term, last.kind)
    elif ahead := list(_ahead(text, value, named, end)):
        yield from ahead
    elif name := _unlisted(prepared, value, start, end):
        yield Measure(value, name, None)


_COPULA = re.compile(r"\b(?:was|were|is|are|remains?|remained|be|been|to|of|at)\b", re.IGNORECASE)


def _is_parted(text: str, measure: Measure) -> bool:
    """From the name before: by a comma, or, for a judgement, by anything that does not say that it is so."""
    between = text[measure.name_at[1] : measure.value.start]
    return "," in between or (measure.value.is_quality and not _COPULA.search(between))


def _next_to(text: str, value: Value, named: _Names) -> Measure | None:
    """80% neutrophils, negative nitrite: the name is the next word."""
    place = bisect_left(named.starts, value.end)
    if place == len(named.terms):
        return None
    term, kind = named.terms[place]
    is_next = (
        0 < term.start - value.end <= 2
        and text[value.end : term.start].isspace()
        and "\n" not in text[value.end : term.start]
    )
    counts = value.is_quality or text[value.end - 1] in "%+"
    return (
        Measure(value, (term.start, term.end), term, kind) if is_next and counts and _fits(text, kind, value) else None
    )


def _unlisted(prepared: Prepared, value: Value, start: int, end: int) -> tuple[int, int] | None:
    text = prepared.text
    if not value.is_quality:
        return unlisted.before(text, value, start)
    name = (
        unlisted.judged(text, value, start)
        or unlisted.listed(text, value, start)
        or unlisted.of_adjective(text, value, end)
    )
    return None if name is None or _is_of_the_body(prepared, name) else name


def _is_of_the_body(prepared: Prepared, name: tuple[int, int]) -> bool:
    """That the ribs are intact is no result of a test."""
    places = prepared.terms.get("anatomy", [])
    number = bisect_left(places, name[0], key=lambda term: term.start)
    return number < len(places) and places[number].end == name[1]


def _before(text: str, value: Value, named: _Names, start: int) -> Measure | None:
    last = bisect_right(named.ends, value.start) - 1
    reach = value.start
    for place in range(last, max(last - 3, -1), -1):
        term, kind = named.terms[place]
        if term.start < start or value.start - term.end > FARTHEST or not _LINK.fullmatch(text, term.end, reach):
            return None
        if _fits(text, kind, value) and not _is_of_another(text, term.end, value):
            return Measure(value, (term.start, term.end), term, kind)
        reach = term.start
    return None


_SHOWED = re.compile(r"\b(?:show|reveal|demonstrat|yield|identif|confirm|disclos|and|with)\w*\b", re.IGNORECASE)


def _is_of_another(text: str, end: int, value: Value) -> bool:
    """ "The scan showed an irregular mass": the word is of the mass."""
    is_adjective = value.is_quality and not STANDS_ALONE.match(text, value.end)
    return is_adjective and bool(_SHOWED.search(text, end, value.start))


def _fits(text: str, kind: str, value: Value) -> bool:
    """A number is no result of a biopsy, and the size of what a scan shows is none of the scan."""
    if value.is_quality or kind != "procedures":
        return True
    return value.is_measured and "%" not in text[value.start : value.end]


_NEXT_SHARE = re.compile(r"[^.;\d]{0,60}")


def _goes_on(text: str, last: Measure, value: Value) -> bool:
    """Two values of one thing: from 798 to 98 μmol/l; 2/5 on the right, 4/5 on the left."""
    if last.value.is_quality or value.start - last.value.end >= 60:
        return False
    if _is_share(text, last.value) and _is_share(text, value):
        return bool(_NEXT_SHARE.fullmatch(text, last.value.end, value.start))
    has_unit = value.is_measured or last.value.unit_at is None or value.unit_at is not None
    return has_unit and bool(_AND.fullmatch(text, last.value.end, value.start))


def _is_share(text: str, value: Value) -> bool:
    """Of a scale: 4/5, 20/40."""
    return value.unit_at is None and "/" in text[value.start : value.end]


def _ahead(text: str, value: Value, named: _Names, end: int) -> Iterator[Measure]:
    place = bisect_right(named.starts, value.end - 1)
    reach = value.end
    while place < len(named.terms):
        term, kind = named.terms[place]
        if term.start >= end or term.start - reach > 40:
            return
        link = _BACK if reach == value.end else _LIST
        if not link.fullmatch(text, reach, term.start):
            return
        if not _fits(text, kind, value) or not (
            value.is_quality or value.is_measured or text[value.end - 1] in "%+" or "/" in text[value.start : value.end]
        ):
            return
        yield Measure(value, (term.start, term.end), term, kind)
        if not value.is_quality:
            return
        reach = term.end
        place += 1
