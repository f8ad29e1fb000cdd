"""The text of a document with the words of its facts marked where they stand."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

LONGEST_SHOWN, NEAR = 60_000, 2_000  # characters


@dataclass(frozen=True)
class Place:
    start: int
    end: int
    key: str  # of the fact
    number: str  # as the list of facts calls it: M1
    look: str  # its colour
    is_on: bool = False


@dataclass(frozen=True)
class Piece:
    text: str
    place: Place | None = None


@dataclass(frozen=True)
class Shown:
    """One part of the text, counted from one."""

    pieces: list[Piece]
    number: int
    last: int

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        return self.number + 1 if self.number < self.last else None


def marked(text: str, places: Iterable[Place], asked: int = 0) -> Shown:
    """The part that was asked for, else that of the fact that is looked at. Of two places that overlap, the one that is
    looked at is marked, else the one that begins first and is longer."""
    ends, known = parts(text), list(places)
    at = next((one.start for one in known if one.is_on), 0)
    number = min(asked, len(ends)) if asked > 0 else bisect_right(ends[:-1], at) + 1
    first, last = (0, *ends)[number - 1], ends[number - 1]
    pieces, at = [], first
    for place in _apart([one for one in known if first <= one.start < one.end <= len(text) and one.start < last]):
        end = min(place.end, last)
        pieces += [Piece(text[at : place.start]), Piece(text[place.start : end], place)]
        at = end
    pieces.append(Piece(text[at:last]))
    return Shown([one for one in pieces if one.text], number, len(ends))


def parts(text: str) -> list[int]:
    """Where each part ends: where a line does, if one ends near."""
    ends = [0]
    while len(text) - ends[-1] > LONGEST_SHOWN:
        end = ends[-1] + LONGEST_SHOWN
        pause = text.rfind("\n", end - NEAR, end) + 1
        ends.append(pause or end)
    return [*ends[1:], len(text)]


def _apart(places: list[Place]) -> list[Place]:
    kept: list[Place] = []
    for one in sorted((one for one in places if one.is_on), key=_order):
        if not kept or kept[-1].end <= one.start:
            kept.append(one)
    looked_at, at = tuple(kept), 0
    for one in sorted((one for one in places if not one.is_on), key=_order):
        if one.start >= at and all(one.end <= other.start or other.end <= one.start for other in looked_at):
            kept.append(one)
            at = one.end
    return sorted(kept, key=_order)


def _order(place: Place) -> tuple[int, int]:
    return place.start, -place.end


def line_of(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1
