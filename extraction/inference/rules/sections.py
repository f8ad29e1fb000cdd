"""Where the parts of a note begin: headings that stand before a colon, or alone on their line in capitals."""

import re
from bisect import bisect_right
from dataclasses import dataclass

from extraction.inference.rules.lexicon import entries

NONE = ""


@dataclass(frozen=True, slots=True)
class Section:
    kind: str
    heading: str
    start: int  # of the heading
    body: int
    end: int


_KINDS = {spelling: kind for kind, spellings in entries("headings") for spelling in spellings}
_HEADING = re.compile(
    r"(?:(?<=\n)|(?<=\A)|(?<=[.,;]))[ \t]*(?:[#*\d.)]{0,4}[ \t]*)"
    r"(?P<heading>[A-Z][A-Za-z'/&-]*(?:[ \t][A-Za-z'/&()-]+){0,5})[ \t]*(?P<sign>:[ \t]*,?|(?=\r?\n))"
)


def sections_of(text: str) -> tuple[Section, ...]:
    """The whole text, in order. Before the first heading there is a section of no kind."""
    marks: list[tuple[int, int, str, str]] = [(0, 0, NONE, "")]
    for found in _HEADING.finditer(text):
        kind = _kind_of(found.group("heading"), bool(found.group("sign").strip()))
        if kind is not None:
            marks.append((found.start("heading"), found.end(), kind, found.group("heading")))
    marks += _orders_under(text, marks)
    marks.sort(key=lambda mark: mark[0])
    ends = [start for start, *_ in marks[1:]] + [len(text)]
    return tuple(
        Section(kind, heading, start, body, end)
        for (start, body, kind, heading), end in zip(marks, ends, strict=True)
        if end > start
    )


_ORDER = re.compile(
    r"\n[ \t•*-]*(?=(?:please[ \t]+)?(?:hold|withhold|stop|stopped|continue|give|start|started|restart|resume|take|"
    r"discontinue|discontinued|increase|decrease|reduce|switch|change|pause|premedicate|monitor|check)\b)",
    re.IGNORECASE,
)


def _orders_under(text: str, marks: list[tuple[int, int, str, str]]) -> list[tuple[int, int, str, str]]:
    """A later line of a paragraph of allergies that says what to do is no allergy."""
    ends = [start for start, *_ in marks[1:]] + [len(text)]
    orders = [
        _ORDER.search(text, body, end)
        for (_, body, kind, _), end in zip(marks, ends, strict=True)
        if kind == "allergies"
    ]
    return [(found.end(), found.end(), NONE, "") for found in orders if found is not None]


def _kind_of(heading: str, has_colon: bool) -> str | None:
    """A line without a colon is a heading only in capitals; one with a colon that nobody knows ends what was before."""
    kind = _KINDS.get(" ".join(heading.lower().split()))
    if kind is not None:
        return kind if has_colon or heading.isupper() else None
    return NONE if has_colon and heading.isupper() and len(heading) > 3 else None


@dataclass(frozen=True, slots=True)
class Outline:
    sections: tuple[Section, ...]
    starts: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> "Outline":
        sections = sections_of(text)
        return cls(sections, tuple(section.start for section in sections))

    def at(self, place: int) -> Section:
        return self.sections[max(bisect_right(self.starts, place) - 1, 0)]
