"""Grades and classes: NYHA class II, grade 2/6, T1bN1M0. A stage belongs to the name of its disease."""

import re
from collections.abc import Iterator

from extraction.inference.rules.values import Value

Span = tuple[int, int]

_LEVEL = (
    r"(?:(?:I{1,3}|IV|V|[ⅠⅡⅢⅣⅤ])(?:[- ]?[A-Ca-c]\d?)?(?:\s?(?:-|–|to|/)\s?(?:I{1,3}|IV|V|\d))?|"
    r"[0-5][A-Ca-c]?(?:/[0-9])?\+?)(?![\w/])"
)
_GRADE = re.compile(
    rf"\b(?P<name>[Gg]rades?|(?:(?:functional|[Ff]unction|NYHA|ASA|Child[- ]Pugh|Killip|Forrester|"
    rf"WHO)\s+)class|[Cc]lass(?=\s+[IVⅠⅡⅢⅣ]))\s+(?P<value>{_LEVEL})"
    r"|(?P<degree>(?:\d(?:st|nd|rd|th)|I{1,3}V?(?:st|nd|rd|th)|IVth|first|second|third|"
    r"fourth)[- ]degree)(?!\s+(?:relatives?|burns?|cousins?))"
    r"|(?P<tnm>\b[cpy]{0,2}T[0-4isx][a-d]?\s?,?\s?N[0-3x][a-c]?(?:\s?,?\s?M[01x][a-b]?)?)\b"
    r"|(?<=differentiated \()(?P<g>G[1-4])\b"
)


def grades(text: str) -> Iterator[tuple[Span, Value]]:
    """Where the word for the scale stands, and the whole as its value."""
    for found in _GRADE.finditer(text):
        name = found.span("name") if found.group("name") else found.span()
        yield name, Value(found.start(), found.end(), words_end=found.end())
