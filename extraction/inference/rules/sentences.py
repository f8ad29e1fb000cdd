"""Where sentences begin and end. A line of a list is a sentence; a line that was broken to fit a page is not."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from extraction.inference.rules.lexicon import words

_SHORT = words("abbreviations")
_END = re.compile(r"[.!?][\"')\]”’]*(?=[\s,]|$)|\n")
_BEFORE = re.compile(r"([A-Za-z](?:\.?[A-Za-z])*)$")
_OPENS = re.compile(r"[\"'(\[“‘•*#-]*[A-Z0-9•*#]")
_BULLET = re.compile(r"\s*(?:[-–—*•·‣◦▪●○+#]|\(?\d{1,2}[.)])\s")
_OF_CHANGE = re.compile(
    r"(?:(?:dis)?continu(?:e|ed|ing)|(?:re)?start(?:ed|ing)?|stop(?:ped|ping)?|(?:with)?h[eo]ld(?:ing)?|"
    r"suspend(?:ed|ing)?|paus(?:e|ed|ing)|increas(?:e|ed|ing)|decreas(?:e|ed|ing)|reduc(?:e|ed|ing)|"
    r"chang(?:e|ed|ing)|switch(?:ed|ing)?|add(?:ed|ing)?|avoid(?:ed|ing)?|ceased?|begin|began|begun|commenced?)\b",
    re.IGNORECASE,
)
_UNFINISHED = re.compile(
    r"(?:\b(?:was|were|is|are|be|been|being|has|had|have|will|would|should|not|to|and|or|then|the|a|an|of|with|"
    r"temporarily|subsequently|later|recently|gradually|briefly)|,)$",
    re.IGNORECASE,
)
_LISTED = re.compile(r"(?:^|[\s,])\d{1,2}\.$")


@dataclass(frozen=True, slots=True)
class Sentence:
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Sentences:
    all: tuple[Sentence, ...]
    starts: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> "Sentences":
        found = tuple(_sentences(text))
        return cls(found, tuple(each.start for each in found))

    def at(self, place: int) -> Sentence:
        return self.all[max(bisect_right(self.starts, place) - 1, 0)]


def _sentences(text: str) -> Iterator[Sentence]:
    start = 0
    for found in _END.finditer(text):
        end = found.end()
        if found.group() == "\n":
            is_end, cut = _ends_at_line(text, start, found.start()), found.start()
        else:
            is_end, cut = _ends_at_stop(text, found.start(), end), end
        if is_end:
            yield from _trimmed(text, start, cut)
            start = end
    yield from _trimmed(text, start, len(text))


def _trimmed(text: str, start: int, end: int) -> Iterator[Sentence]:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    body = piece.strip()
    if body:
        yield Sentence(start + left, start + left + len(body), body)


def _ends_at_stop(text: str, place: int, end: int) -> bool:
    if text[place] != ".":
        return True
    if place and text[place - 1].isdigit() and _LISTED.search(text[max(0, place - 4) : place + 1]):
        return False
    before = _BEFORE.search(text[max(0, place - 12) : place])
    if before and (before.group(1).lower() in _SHORT or len(before.group(1)) == 1):
        return _opens_a_heading(text, end)
    follows = text[end : end + 40].lstrip(" \t\n,")
    return not follows or bool(_OPENS.match(follows))


def _opens_a_heading(text: str, end: int) -> bool:
    return text[end : end + 1] == "\n" or text[end : end + 2] == ".,"


def _ends_at_line(text: str, start: int, place: int) -> bool:
    """A broken line goes on in small letters, or was about as long as lines get."""
    follows = text[place + 1 : place + 60]
    stripped = follows.lstrip(" \t")
    if not stripped or stripped[0] == "\n" or _BULLET.match(follows):
        return True
    line = text[max(text.rfind("\n", start, place) + 1, start) : place].rstrip()
    if not line or line[-1] in ".:;!?" or _begins_a_change(line, stripped):
        return True
    return not stripped[0].islower() and len(line) < 60


def _begins_a_change(line: str, follows: str) -> bool:
    """ "Stopped aspirin" says nothing of the medicine on the line above, unless that line waits for its verb."""
    return _OF_CHANGE.match(follows) is not None and _UNFINISHED.search(line) is None
