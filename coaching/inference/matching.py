"""Phrases found in what an engine of speech heard: near each other, in any order, with one letter wrong.

A sentence is not built on: engines leave out full stops. Where there are some, nothing is found across them.
"""

import tomllib
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path

from coaching.inference.phrases import Phrase, Slot, Token, phrase, stem, tokens
from coaching.inference.schema import Made, RubricPoint, Span

SLACK = 5  # words that may stand between those of a phrase, in all
LIST_REACH = 30  # words within which two of a list belong together
FUZZY_FROM = 5  # letters of a stem from which one may be wrong
NEGATION_REACH = 2
_LONG = 4  # slots from which a phrase is a sentence that somebody wrote

_ENDS = frozenset(".?!;\n")
NEGATORS = frozenset({"not", "t", "never", "no", "nunca", "jamas", "without", "sin", "cannot"})
_FIRST_PERSON = frozenset({"i", "we", "id", "ill", "yo", "nosotros"})
_SPANISH_FIRST = ("o", "aria", "eria", "iria", "are", "ere", "ire", "amos", "emos", "ariamos", "eriamos", "iriamos")
_UNDONE = frozenset({"only", "just", "solo", "solamente", "why", "if", "si"})

_COMMON_FILE = Path(__file__).parent / "data" / "common.toml"
COMMON_IN = {
    language: frozenset(words.split())
    for language, words in tomllib.loads(_COMMON_FILE.read_text(encoding="utf-8")).items()
}
COMMON = frozenset().union(*COMMON_IN.values())
_COMMON_STEMS = frozenset(stem(word) for word in COMMON)


@dataclass(frozen=True)
class Heard:
    """An answer made ready to be looked through."""

    text: str

    @cached_property
    def tokens(self) -> list[Token]:
        return tokens(self.text)

    @cached_property
    def stems(self) -> list[str]:
        return [stem(token.form) for token in self.tokens]

    @cached_property
    def sentence(self) -> list[int]:
        """The number of the sentence that each word is in."""
        number, numbers = 0, [0] if self.tokens else []
        for one, other in pairwise(self.tokens):
            number += bool(_ENDS & set(self.text[one.to : other.at]))
            numbers.append(number)
        return numbers

    @cached_property
    def _where(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for place, token in enumerate(self.tokens):
            found.setdefault(token.form, []).append(place)
        return found

    def places(self, slot: Slot) -> list[int]:
        return sorted(place for form, places in self._where.items() if fits(form, slot) for place in places)

    def span(self, first: int, last: int) -> Span:
        return Span(self.tokens[first].at, self.tokens[last].to)


@dataclass(frozen=True, slots=True)
class Found:
    span: Span
    is_whole: bool
    words: frozenset[int]  # which words of the text


def fits(form: str, slot: Slot) -> bool:
    rest = stem(form)
    if rest in slot.whole or form.startswith(slot.beginnings):
        return True
    return len(rest) >= FUZZY_FROM and any(len(each) >= FUZZY_FROM and one_apart(rest, each) for each in slot.whole)


def one_apart(one: str, other: str) -> bool:
    """A letter more, less, other, or two that changed places. The first letter is right: engines rarely miss it."""
    if abs(len(one) - len(other)) > 1 or one[0] != other[0]:
        return False
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    tail, rest = one[start:], other[start:]
    return tail[1:] == rest[1:] or tail == rest[1:] or tail[1:] == rest or (
        tail[:2] == rest[1::-1] and tail[2:] == rest[2:]
    )  # fmt: skip


def point_made(heard: Heard, point: RubricPoint, language: str) -> tuple[Made, tuple[Span, ...]]:
    """Whether a point was made, and the words that make it."""
    whole, part = found_of(heard, point.says, language)
    if whole:
        return Made.MADE, apart(each.span for each in whole)
    if part:
        return Made.PARTLY, apart(each.span for each in part)
    return Made.MISSING, ()


def found_of(heard: Heard, says: Iterable[str], language: str, slack: int = SLACK) -> tuple[list[Found], list[Found]]:
    """What was found of phrases, whole and in part, each in the order of the text."""
    found = [each for text in spoken_in(language, says) for each in found_in(heard, meant(text), slack)]
    found.sort(key=lambda each: (each.span.at, each.span.to))
    return [each for each in found if each.is_whole], [each for each in found if not each.is_whole]


def spoken_in(language: str, says: Iterable[str]) -> Iterable[str]:
    """Phrases that begin with a language ("es: ...") are meant in it alone."""
    for text in says:
        tongue, colon, words = text.partition(": ")
        if not colon:
            yield text
        elif tongue == language:
            yield words


@lru_cache(maxsize=8192)
def meant(text: str) -> Phrase:
    """A phrase without what people write for grammar's sake: of "ask her about the allergies" two words are looked for.

    Only where two slots that say something remain, and never a "not".
    """
    told = phrase(text)
    kept = tuple(slot for slot in told.slots if _holds_more(slot) or slot.whole & NEGATORS)
    return Phrase(kept) if len(told.slots) >= _LONG and sum(map(_holds_more, kept)) >= 2 else told


def found_in(heard: Heard, wanted: Phrase, slack: int = SLACK) -> list[Found]:
    if wanted.is_list:
        return _listed(heard, wanted.slots[0])
    near = _near_each_other(heard, wanted.slots, slack)
    if near or len(wanted.slots) < 3:
        return near
    return _all_but_one(heard, wanted.slots, slack)


def _near_each_other(heard: Heard, slots: Sequence[Slot], slack: int) -> list[Found]:
    places = [heard.places(slot) for slot in slots]
    if not all(places):
        return []
    found: list[Found] = []
    for first in sorted({place for each in places for place in each}):
        chosen = _choose(heard, places, first, first + len(slots) + slack)
        if chosen and not _is_negated(heard, wanted_negation(slots), min(chosen)):
            is_whole = _says_enough(heard, slots, chosen)
            found.append(Found(heard.span(min(chosen), max(chosen)), is_whole, frozenset(chosen)))
    return _shortest(found)


def _choose(heard: Heard, places: Sequence[Sequence[int]], first: int, beyond: int) -> list[int]:
    """A word for each slot, none twice, `first` among them, in its sentence, before `beyond`; else nothing."""
    near = [
        [
            place
            for place in each[bisect_left(each, first) : bisect_left(each, beyond)]
            if heard.sentence[place] == heard.sentence[first]
        ]
        for each in places
    ]

    def rest(number: int, taken: tuple[int, ...]) -> tuple[int, ...]:
        if number == len(near):
            return taken if first in taken else ()
        for place in near[number]:
            if place not in taken and (done := rest(number + 1, (*taken, place))):
                return done
        return ()

    return list(rest(0, ()))


def _says_enough(heard: Heard, slots: Sequence[Slot], chosen: Sequence[int]) -> bool:
    """Where a slot takes "now" as well as "immediately", "now" alone says little: two slots must say more than that.

    A slot of nothing but such words is meant as it stands, as in `say no`.
    """
    weak = sum(
        heard.tokens[place].form in COMMON and _holds_more(slot) for slot, place in zip(slots, chosen, strict=True)
    )
    return not weak or len(slots) - weak >= 2


@lru_cache(maxsize=8192)
def _holds_more(slot: Slot) -> bool:
    """Does it take a word that says something?"""
    return bool(slot.beginnings) or bool(slot.whole - _COMMON_STEMS)


def _all_but_one(heard: Heard, slots: Sequence[Slot], slack: int) -> list[Found]:
    for left_out in range(len(slots)):
        kept = [slot for number, slot in enumerate(slots) if number != left_out]
        for found in _near_each_other(heard, kept, slack):
            if sum(heard.tokens[place].form not in COMMON for place in found.words) >= 2:
                return [Found(found.span, False, found.words)]
    return []


def _listed(heard: Heard, slot: Slot) -> list[Found]:
    """Two different words of a list near each other, or one alone, which is half. "When" and the like do not count."""
    places = [
        place for place in heard.places(slot)
        if heard.tokens[place].form not in COMMON and not _is_negated(heard, False, place)
    ]  # fmt: skip
    together = [
        Found(heard.span(one, other), True, frozenset((one, other)))
        for one, other in pairwise(places)
        if other - one <= LIST_REACH and heard.stems[one] != heard.stems[other]
    ]
    return together or [Found(heard.span(place, place), False, frozenset((place,))) for place in places[:1]]


def wanted_negation(slots: Sequence[Slot]) -> bool:
    return any(slot.whole & NEGATORS for slot in slots)


def _is_negated(heard: Heard, is_wanted: bool, first: int) -> bool:
    """Is it said that the speaker does not do it: "I would not ask", "no avisaría", "without asking"?

    Only that. "There is no fever" and "she takes no tablets" tell something: the point of asking or telling is made.
    """
    if is_wanted:
        return False
    forms = [token.form for token in heard.tokens[max(0, first - 6) : first + 1]]
    here = len(forms) - 1
    for at in range(max(0, here - NEGATION_REACH), here):
        if forms[at] not in NEGATORS or _UNDONE & set(forms[max(0, at - 1) : at + 2]):
            continue
        if forms[at] in ("without", "sin"):
            return at == here - 1 and forms[here].endswith(("ing", "ar", "er", "ir", "rle", "rlo", "rla"))
        if _FIRST_PERSON & set(forms[max(0, at - 3) : at]):
            return True
        if forms[at] in ("no", "nunca", "jamas") and forms[at + 1].endswith(_SPANISH_FIRST) and at + 1 == here:
            return True
    return False


def _shortest(found: Sequence[Found]) -> list[Found]:
    """Of findings that overlap, the shortest; one in part only where there is no whole one."""
    kept: list[Found] = []
    for each in sorted(found, key=lambda one: (not one.is_whole, one.span.to - one.span.at, one.span.at)):
        if all(each.span.to <= other.span.at or other.span.to <= each.span.at for other in kept):
            kept.append(each)
    return kept


def apart(spans: Iterable[Span], most: int = 3) -> tuple[Span, ...]:
    """At most three that do not overlap, in the order of the text."""
    kept: list[Span] = []
    for span in spans:
        if len(kept) < most and all(span.to <= other.at or other.to <= span.at for other in kept):
            kept.append(span)
    return tuple(sorted(kept, key=lambda span: span.at))
