"""The text of a document with the words of its facts marked where they stand."""

from collections.abc import Iterable
from dataclasses import dataclass

LONGEST_SHOWN = 60_000  # characters


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
    pieces: list[Piece]
    is_cut: bool


def marked(text: str, places: Iterable[Place]) -> Shown:
    """Of two that overlap, the one that is looked at is marked, else the one that begins first and is longer."""
    shown, pieces, at = text[:LONGEST_SHOWN], [], 0
    for place in _apart([one for one in places if 0 <= one.start < one.end <= len(shown)]):
        pieces += [Piece(shown[at : place.start]), Piece(shown[place.start : place.end], place)]
        at = place.end
    pieces.append(Piece(shown[at:]))
    return Shown([one for one in pieces if one.text], is_cut=len(text) > len(shown))


def _apart(places: list[Place]) -> list[Place]:
    kept: list[Place] = []
    for one in sorted(places, key=lambda place: (not place.is_on, place.start, -place.end)):
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda place: place.start)


def line_of(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1
