"""What is said of a thing that a text names: that it is there, is not, was once, is somebody else's, is only feared.

Rather too much than too little: what is not clearly one of the others is there, and now.
"""

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import cached_property

from consult.inference import knowledge
from consult.inference.phrases import Span
from consult.inference.plain import Plain


class Status(StrEnum):
    PRESENT = "present"
    DENIED = "denied"
    PAST = "past"
    OTHERS = "others"
    FEARED = "feared"
    ASKED = "asked"


_NEAR, _LIST, _WARNED, _FEARED, _PAST_NEAR, _OTHERS, _FRAGMENT = 6, 25, 30, 10, 6, 18, 3  # words a cue reaches
_YEAR = re.compile(r"(?:19|20)\d\d")


class Scope:
    def __init__(self, plain: Plain) -> None:
        self.plain = plain
        self.cues = knowledge.scope().find(plain)

    def status(self, first: int, last: int) -> tuple[Status, Span | None]:
        """Of the words from `first` to `last`; with the words that deny it."""
        start, end = self.plain.sentence_of(first)
        if self._is_feared(first, start):
            return Status.FEARED, None
        denied = self._denied_by(first, last, start, end)
        if denied and not self._is_any(denied):
            return Status.DENIED, denied
        if asked := self._asked(first, end, is_asked=denied is not None):
            return asked
        if self._is_of_others(first, start, end):
            return Status.OTHERS, None
        return (Status.PAST, None) if self._is_past(first, start, end) else (Status.PRESENT, None)

    def begins_anew(self, low: int, high: int) -> bool:
        return self._something_new(low, high)

    def names_relative(self) -> bool:
        return bool(self._named("relative"))

    def tells_of_past(self) -> bool:
        return self._tells_of_past(0, len(self.plain.words)) or bool(self._named("past_before"))

    def is_beside_relative(self, first: int, last: int) -> bool:
        """A relative is named shortly before these words, and not by them."""
        start = self.plain.sentence_of(first)[0]
        near = (cue for cue in self._named("relative") if start <= cue[0] < first and cue[1] >= first - _NEAR)
        return any(not self._something_new(cue[1], first) for cue in near)

    def _named(self, name: str) -> Sequence[Span]:
        return self.cues.get(name, ())

    def _between(self, name: str, low: int, high: int) -> bool:
        return any(low <= start and end <= high for start, end in self._named(name))

    # Denied.

    def _denied_by(self, first: int, last: int, start: int, end: int) -> Span | None:
        if self.plain.forms[first] in knowledge.words("noes"):  # "ni gases": its own "no" is the thing
            return None
        for cue in reversed(self._negations):
            if start <= cue[0] and cue[1] <= first and self._reaches(cue, first, last, end):
                return cue
        after = [cue for cue in self._named("negation_after") if last <= cue[0] <= last + 2 and cue[1] <= end]
        return after[0] if after else None

    @cached_property
    def _negations(self) -> list[Span]:
        both = {*self._named("negation"), *self._named("negation_of_lists")}
        false = self._named("no_negation")
        return sorted(cue for cue in both if not any(no[0] <= cue[0] and cue[1] <= no[1] for no in false))

    def _reaches(self, cue: Span, first: int, last: int, end: int) -> bool:
        is_of_list = cue in self._named("negation_of_lists")
        if first - cue[1] > (_LIST if is_of_list else _NEAR) or self._something_new(cue[1], first):
            return False
        words = self.plain.words
        has_comma = any(words[at].after_comma for at in range(cue[1], first + 1))
        continues = any(
            self.plain.forms[at] in knowledge.words("and_lists") for at in range(cue[1], min(last + 6, end))
        )
        return is_of_list or not has_comma or continues

    def _something_new(self, low: int, high: int) -> bool:
        """Does another statement begin between? In Spanish "no me duele" its first words belong to the "no"."""
        if any(self._between(name, low, high) for name in ("ends", "statement")) or self._owner_between(low, high):
            return True
        parts = {start for start, _end in self._named("statement_or_part")}
        while low in parts:
            low += 1
        return any(low <= at < high for at in parts) or any(low <= at < high for at, _end in self._named("now"))

    def _owner_between(self, low: int, high: int) -> bool:
        """ "No fever her chest hurts": but not in "no pain in her chest"."""
        forms, own, placed = self.plain.forms, knowledge.words("own"), knowledge.words("placed")
        return any(forms[at] in own and at > low and forms[at - 1] not in placed for at in range(low, high))

    def _is_any(self, cue: Span) -> bool:
        return self.plain.forms[cue[0]] == "any"

    # Asked.

    def _asked(self, first: int, end: int, *, is_asked: bool) -> tuple[Status, Span | None] | None:
        """`is_asked`: "any chest pain" asks, with a mark or without."""
        sentence = self.plain.words[first].sentence
        if not (is_asked or self._is_question(sentence)):
            return None
        if self._answered("no_answer", sentence):
            return Status.DENIED, (end, end + 1)
        return None if self._answered("yes", sentence) else (Status.ASKED, None)

    def _is_question(self, sentence: int) -> bool:
        """ "Do you have chest pain?", and the "Fever?" that comes after it."""
        if sentence >= len(self.plain.sentences) or "?" not in self.plain.ends_with(sentence):
            return False
        start, end = self.plain.sentences[sentence]
        begins = any(start <= at < start + 4 for at, _end in self._named("question"))
        return end - start <= _FRAGMENT or (begins and self._between("addressed", start, end))

    def _answered(self, name: str, sentence: int) -> bool:
        """By the first sentence that asks nothing itself."""
        after = next((at for at in range(sentence + 1, sentence + 6) if not self._is_question(at)), sentence + 6)
        if after >= len(self.plain.sentences):
            return False
        start = self.plain.sentences[after][0]
        return any(start <= at <= start + 1 for at, _end in self._named(name))

    # Feared, warned of.

    def _is_feared(self, first: int, start: int) -> bool:
        return self._warned(first, start) or any(
            start <= cue[0] and cue[1] <= first <= cue[1] + _FEARED and not self._between("statement", cue[1], first)
            for cue in self._named("fear")
        )

    def _warned(self, first: int, start: int) -> bool:
        for cue in self._named("warning"):
            is_before = start <= cue[0] and cue[1] - 1 <= first <= cue[1] + _WARNED
            if is_before and self._is_warning(cue) and not self._between("warning_ends", cue[1], first):
                return True
        return False

    def _is_warning(self, cue: Span) -> bool:
        if self.plain.words[cue[0]].raw == "sí":
            return False
        return not any(no[0] <= cue[0] < no[1] for no in self._named("no_warning"))

    # Of others.

    def _is_of_others(self, first: int, start: int, end: int) -> bool:
        if self._between("family_history", start, first):
            return True
        if not self._named("elsewhere"):
            return False
        for cue in self._named("relative"):
            if start <= cue[0] <= first <= cue[1] + _OTHERS and self._between("told_of_others", cue[1], end):
                return not self._own(cue[1], first)
        return False

    def _own(self, low: int, high: int) -> bool:
        return any(self.plain.forms[at] in ("i", "im", "ive", "yo") for at in range(low, high))

    # Past.

    def _is_past(self, first: int, start: int, end: int) -> bool:
        low, high = self._segment(first, start, end)
        if any(low <= cue[0] and cue[1] <= first <= cue[1] + _PAST_NEAR and not self._something_new(cue[1], first)
               for cue in self._named("past_before")):  # fmt: skip
            return True
        return self._tells_of_past(low, high) and not self._between("present", low, high)

    def _tells_of_past(self, low: int, high: int) -> bool:
        forms = self.plain.forms
        return self._between("past", low, high) or any(_YEAR.fullmatch(forms[at]) for at in range(low, high))

    def _segment(self, first: int, start: int, end: int) -> Span:
        """As far as "but" and "now"."""
        cuts = [at for name in ("ends", "now") for at, _end in self._named(name) if start <= at < end]
        return max([start, *(at for at in cuts if at <= first)]), min([end, *(at for at in cuts if at > first)])


def overlap(spans: Iterable[tuple[int, int]], start: int, end: int) -> bool:
    return any(low < end and start < high for low, high in spans)
