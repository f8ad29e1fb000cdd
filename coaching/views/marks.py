"""Which words of an answer something rests on, and the way to them: the place in the text, the moment in the sound."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from coaching import worded
from coaching.models import Attempt

LETTERS = "abcdefghijklmnopqrstuvwxyz"
LONGEST_QUOTE = 60
GOOD, TO_TRY = "for", "against"
Place = tuple[int, int]


@dataclass(frozen=True)
class CiteLink:
    """Words by their letter, a moment by its time; either way `seek` is where to listen, where anybody knows."""

    name: str
    anchor: str = ""
    seek: float | None = None
    until: float | None = None


@dataclass(frozen=True)
class RemarkLine:
    text: str
    links: tuple[CiteLink, ...]


@dataclass(frozen=True)
class Piece:
    """A stretch of what was said. Marked with a letter where a remark rests on it; where only the content does, it can
    be gone to and looks like the rest."""

    text: str
    anchor: str = ""
    look: str = ""
    letter: str = ""


class Marks:
    """Remarks come first: where what was found overlaps with what they mark, it leads to their mark."""

    def __init__(self, attempt: Attempt, remarks: Iterable[tuple[Mapping[str, Any] | None, str]],
                 found: Iterable[Mapping[str, Any]] = ()) -> None:  # fmt: skip
        answer = attempt.answer or {"text": "", "words": []}
        self._text, self._words = answer["text"], answer["words"]
        looks: dict[Place, str] = {}
        for remark, look in remarks:
            for cite in (remark or {}).get("cites", ()):
                if "at" in cite:
                    looks.setdefault(_place(cite), look)
        self._looks = dict(_apart(sorted(looks.items())))
        self._letters = {place: LETTERS[number % len(LETTERS)] for number, place in enumerate(self._looks)}
        self._places = [*self._looks]
        for place in sorted({_place(span) for span in found}):
            if not any(_overlap(place, other) for other in self._places):
                self._places.append(place)
        self._places.sort()

    def line(self, remark: Mapping[str, Any] | None) -> RemarkLine:
        if remark is None:
            return RemarkLine("", ())
        return RemarkLine(remark["text"], tuple(filter(None, (self._link(cite) for cite in remark["cites"]))))

    def _link(self, cite: Mapping[str, Any]) -> CiteLink | None:
        if "at" not in cite:
            return CiteLink(worded.clock(cite["start_s"]), seek=cite["start_s"], until=cite["end_s"])
        place = next((one for one in self._letters if _overlap(one, _place(cite))), None)
        if place is None:
            return None
        return CiteLink(self._letters[place], self._anchor(place), *self._times(place))

    def quote(self, span: Mapping[str, Any]) -> CiteLink:
        """The words themselves lead to where they stand."""
        place = _place(span)
        where = next((one for one in self._places if _overlap(one, place)), place)
        return CiteLink(_shortened(self._text[slice(*place)]), self._anchor(where), *self._times(place))

    def _anchor(self, place: Place) -> str:
        return f"said-{self._letters.get(place) or place[0]}"

    def _times(self, place: Place) -> tuple[float | None, float | None]:
        said = [word for word in self._words if _overlap((word[1], word[2]), place) and word[3] is not None]
        return (said[0][3], said[-1][4]) if said else (None, None)

    def pieces(self) -> Iterator[Piece]:
        at = 0
        for place in self._places:
            start, end = place
            if start > at:
                yield Piece(self._text[at:start])
            yield Piece(self._text[start:end], self._anchor(place), self._looks.get(place, ""),
                        self._letters.get(place, ""))  # fmt: skip
            at = end
        if at < len(self._text):
            yield Piece(self._text[at:])


def _place(span: Mapping[str, Any]) -> Place:
    return span["at"], span["to"]


def _overlap(one: Place, other: Place) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _apart(found: list[tuple[Place, str]]) -> list[tuple[Place, str]]:
    """Of two that overlap the first."""
    kept: list[tuple[Place, str]] = []
    for place, look in found:
        if not kept or place[0] >= kept[-1][0][1]:
            kept.append((place, look))
    return kept


def _shortened(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= LONGEST_QUOTE else f"{words[:LONGEST_QUOTE].rsplit(' ', 1)[0]}…"
