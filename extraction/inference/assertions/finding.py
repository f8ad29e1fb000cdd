"""Where a sentence names a thing that was asked for by its name."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Place:
    start: int
    end: int
    is_verbatim: bool = True  # but for capitals and spaces


def place_of(sentence: str, concept: str) -> Place | None:
    """Its place as it is written, else the stretch with most of its words; none where not one word is found."""
    found = _written(sentence, concept)
    if found:
        return Place(*_meant(sentence, found))
    return _nearest(sentence, concept)


def _written(sentence: str, concept: str) -> list[tuple[int, int]]:
    pieces = [re.escape(piece) for piece in concept.split()]
    if not pieces:
        return []
    inner = r"\s+".join(pieces)
    for pattern in (rf"(?<!\w){inner}(?!\w)", inner):
        if places := [found.span() for found in re.finditer(pattern, sentence, re.IGNORECASE)]:
            return places
    return []


def _meant(sentence: str, places: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Of several mentions the one in capitals, where only one is: so those who mark a mention write it."""
    loud = [(start, end) for start, end in places if sentence[start:end].isupper()]
    return loud[0] if len(loud) == 1 else places[0]


def _nearest(sentence: str, concept: str) -> Place | None:
    """The shortest stretch among those that hold most of the words asked for."""
    wanted = {word.lower() for word in _WORD.findall(concept)}
    hits = [found for found in _WORD.finditer(sentence) if found.group().lower() in wanted]
    if not hits:
        return None
    longest = 2 * max(len(wanted), 1)
    runs = [hits[first : first + longest] for first in range(len(hits))]
    best = max((_tightest(run) for run in runs), key=lambda run: (len(_said(run)), run[0].start() - run[-1].end()))
    return Place(best[0].start(), best[-1].end(), is_verbatim=False)


def _tightest(run: Sequence[re.Match[str]]) -> Sequence[re.Match[str]]:
    """As far as it still adds words."""
    most = len(_said(run))
    return next(run[:length] for length in range(1, len(run) + 1) if len(_said(run[:length])) == most)


def _said(run: Sequence[re.Match[str]]) -> set[str]:
    return {found.group().lower() for found in run}
