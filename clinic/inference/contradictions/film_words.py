"""What a text says a chest film shows: clear, or pneumonia. Only where it names the film, and does not doubt."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_FILM = re.compile(r"\b(cxr|chest[ -]?(?:x[ -]?ray|film|radiograph)|x[ -]?ray of (?:the |his |her )?chest)\b", re.I)
_DOUBT = re.compile(
    r"\b(possibl[ey]|probable|query|may|might|could|cannot exclude|suspicious|suggest\w*|await\w*|pending|repeat"
    r"|arrange\w*|request\w*|will|for a|order\w*|if|to exclude|rule out|previous|prior|old|last (?:year|month)"
    r"|(?:years?|months?) ago)\b|\?",
    re.I,
)
_CLEAR = re.compile(
    r"\b(clear|normal|unremarkable|nad|without (?:any )?(?:consolidation|infiltrates?)|nothing (?:acute|focal)"
    r"|no (?:acute |focal |active )*(?:abnormalit\w+|changes?|consolidation|infiltrates?|opacit\w+|pneumonia|disease"
    r"|air[ -]?space (?:disease|opacit\w+|shadowing)))\b",
    re.I,
)
_PNEUMONIA = re.compile(
    r"\b(consolidation|pneumonia|infiltrates?|air[ -]?space (?:opacit\w+|shadowing|disease)|opacit\w+|opacification"
    r"|patchy shadowing)\b",
    re.I,
)
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]?")


@dataclass(frozen=True, slots=True)
class FilmSaid:
    value: str  # normal, pneumonia
    start: int
    end: int
    text: str


def films_said(text: str) -> Iterator[FilmSaid]:
    for found in _SENTENCE.finditer(text):
        sentence = found.group()
        if not _FILM.search(sentence) or _DOUBT.search(sentence):
            continue
        value = "normal" if _CLEAR.search(sentence) else "pneumonia" if _PNEUMONIA.search(sentence) else ""
        if value:
            start = found.start() + len(sentence) - len(sentence.lstrip())
            yield FilmSaid(value, start, found.end(), sentence.strip())
