"""The cues of a sentence, found once, and what they say of any of its parts."""

import re
from bisect import bisect_left
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from extraction.inference.assertions import lists
from extraction.inference.assertions.assertion import PRESENT, Assertion, Temporality
from extraction.inference.assertions.lists import Cue, Kind, Role

_ALIKE = str.maketrans("–—−‐‑’‘`´ \u00a0", "-----''''  ")
_BREAK = re.compile(r"[;|]|[.!](?=\s+[A-ZÁÉÍÓÚÑ0-9*])|\?\s|\n\s*\n|\n\s*[-*•]\s|\s\d{1,2}\)|\s{2}[A-Z]\.\s{2}")
_NEAR_ENDS = re.compile(r"[,:(\[]")
_CLAUSE_ENDS = re.compile(r"\s*(?:$|[.,;)\]!?|\n])")
_TIMES: tuple[tuple[Kind, Temporality], ...] = (
    (Kind.HYPOTHETICAL, "hypothetical"),
    (Kind.PLANNED, "planned"),
    (Kind.HISTORICAL, "historical"),
)
_KEPT_SENTENCES = 512


@dataclass(frozen=True)
class _Mark:
    """A phrase of the lists at a place of the sentence."""

    start: int
    end: int
    cues: tuple[Cue, ...]


class Sentence:
    """Asked for as many parts as are of interest; the cues are looked for once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._plain = _as_listed(text)

    def assertion(self, start: int, end: int, assumed: Assertion = PRESENT) -> Assertion:
        """Of the part from `start` to `end`; `assumed` is what its heading says already (`assumed_under`)."""
        reaching = [
            (mark, cue)
            for mark in self._around(start, end)
            for cue in mark.cues
            if self._reaches(mark, cue, start, end)
        ]
        kinds = {cue.kind for _, cue in reaching}
        if Kind.AFFIRMED in kinds:
            kinds = {cue.kind for mark, cue in reaching if not self._is_of_others(mark, cue, start)}
        return _merged(kinds, assumed) if kinds else assumed

    def _is_of_others(self, mark: _Mark, cue: Cue, start: int) -> bool:
        """In "no masses, bowel sounds present" the "no" is about what stands before the comma."""
        return cue.kind is Kind.NEGATED and cue.role is Role.BEFORE and self._plain.find(",", mark.end, start) >= 0

    def _around(self, start: int, end: int) -> list[_Mark]:
        """The marks that are no part of it; of one that runs into it, the shorter phrase before it."""
        marks: list[_Mark] = []
        for mark in self._marks:
            if mark.end <= start or mark.start >= end:
                marks.append(mark)
            elif mark.start < start:
                marks += self._found(mark.start, start)
        return marks

    @cached_property
    def _marks(self) -> list[_Mark]:
        return self._found(0, len(self._plain))

    def _found(self, start: int, end: int) -> list[_Mark]:
        """One after the other; a phrase that counts at a clause's end only leaves its words to others elsewhere."""
        phrases, marks = lists.cues(), []
        while found := phrases.pattern.search(self._plain, start, end):
            cues = tuple(cue for cue in phrases.meaning(found.group()) if self._counts(cue, found.end()))
            start = found.end() if cues else found.start() + 1
            marks.append(_Mark(*found.span(), cues))
        return marks

    def _counts(self, cue: Cue, end: int) -> bool:
        return not cue.ends_clause or _CLAUSE_ENDS.match(self._plain, end) is not None

    def _reaches(self, mark: _Mark, cue: Cue, start: int, end: int) -> bool:
        if cue.role is Role.PSEUDO:
            return False
        low, high = (mark.end, start) if cue.role is Role.BEFORE else (end, mark.start)
        return low <= high and not (
            _any_between(self._breaks, low, high)
            or _any_between(self._stops[cue.kind], low, high)
            or (cue.is_near and _NEAR_ENDS.search(self._plain, low, high) is not None)
        )

    @cached_property
    def _breaks(self) -> list[int]:
        return [found.start() for found in _BREAK.finditer(self.text)]

    @cached_property
    def _stops(self) -> dict[Kind, list[int]]:
        places: dict[Kind, list[int]] = {kind: [] for kind in Kind}
        phrases = lists.stops()
        place = 0
        while found := phrases.pattern.search(self._plain, place):
            place = found.start() + 1  # of "and she has" the first two words may stop one kind, the last two another
            for cue in phrases.meaning(found.group()):
                places[cue.kind].append(found.start())
        return places


def assertion_of(sentence: str, start: int, end: int, assumed: Assertion = PRESENT) -> Assertion:
    """Of the part of the sentence from `start` to `end`; sentences asked for again and again are kept for a while."""
    return _kept(sentence).assertion(start, end, assumed)


@lru_cache(maxsize=256)
def assumed_under(heading: str) -> Assertion:
    """What a heading ("Family history", "Plan") says of all that stands under it."""
    said = Sentence(f"{heading.strip().rstrip(':')} x")
    kinds = {cue.kind for mark in said._marks for cue in mark.cues if cue.role is Role.BEFORE}
    return _merged(kinds - {Kind.NEGATED}, PRESENT)


@lru_cache(maxsize=_KEPT_SENTENCES)
def _kept(sentence: str) -> Sentence:
    return Sentence(sentence)


def _as_listed(text: str) -> str:
    """As the phrases are written, every character at its place."""
    lowered = text.translate(_ALIKE).lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(small if len(small := character.lower()) == 1 else character for character in text)


def _any_between(places: list[int], low: int, high: int) -> bool:
    return bisect_left(places, low) < bisect_left(places, high)


def _merged(kinds: set[Kind], assumed: Assertion) -> Assertion:
    when = next((temporality for kind, temporality in _TIMES if kind in kinds), assumed.temporality)
    return replace(
        assumed,
        negated=assumed.negated or Kind.NEGATED in kinds,
        uncertain=assumed.uncertain or Kind.UNCERTAIN in kinds,
        temporality=when,
        experiencer="other" if Kind.OTHER in kinds else assumed.experiencer,
    )
