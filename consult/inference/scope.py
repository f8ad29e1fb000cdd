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
_ANSWER, _OWN, _ALSO_SAID = 8, 5, 4
_YEAR = re.compile(r"(?:19|20)\d\d")
_YES, _NO = frozenset({"yes", "yeah", "yep", "yup", "mhm", "aha"}), frozenset({"no", "nope", "nah"})


class Scope:
    """`symptoms`: words with which a symptom is named, for who complains of what."""

    def __init__(self, plain: Plain, symptoms: frozenset[int] = frozenset()) -> None:
        self.plain = plain
        self.symptoms = symptoms
        self.cues = knowledge.scope().find(plain)

    def status(self, first: int, last: int) -> tuple[Status, Span | None]:
        """Of the words from `first` to `last`; with the words that deny it."""
        start, end = self.plain.sentence_of(first)
        if self._is_feared(first, start):
            return Status.FEARED, None
        denied = self._denied_by(first, last, start, end)
        if denied and not self._is_any(denied):
            return Status.DENIED, denied
        if asked := self._asked(first, last, is_asked=denied is not None):
            return asked
        if self._is_of_others(first, start, end):
            return Status.OTHERS, None
        return (Status.PAST, None) if self._is_past(first, last, start, end) else (Status.PRESENT, None)

    def begins_anew(self, low: int, high: int) -> bool:
        return self._something_new(low, high)

    def names_relative(self) -> bool:
        return bool(self._named("relative"))

    def tells_of_past(self) -> bool:
        return self._tells_of_past(0, len(self.plain.words)) or bool(self._named("past_before"))

    def may_be_of_others(self, first: int) -> bool:
        """A relative is named before these words, and somebody came for a matter of her own: worth a question."""
        start, end = self.plain.sentence_of(first)
        return bool(self._named("elsewhere")) and self._relative_told(first, start, end) is not None

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
        news = ("ends", "causes", "statement")
        if any(self._between(name, low, high) for name in news) or self._owner_between(low, high):
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

    def _asked(self, first: int, last: int, *, is_asked: bool) -> tuple[Status, Span | None] | None:
        """`is_asked`: "any chest pain" asks, with a mark or without."""
        sentence = self.plain.words[first].sentence
        _start, end = self.plain.sentences[sentence]
        if is_asked or self._is_put_to_you(first):
            answer = self._answer_beside(first, last, end)
            if answer:
                return (Status.DENIED, answer) if self.plain.forms[answer[0]] in _NO else None
        if not (is_asked or self._is_question(sentence)):
            return (Status.DENIED, (end, end + 1)) if self._is_asked_in_a_turn(sentence) else None
        if self._answered("no_answer", sentence):
            return Status.DENIED, (end, end + 1)
        return None if self._answered("yes", sentence) else (Status.ASKED, None)

    def _is_put_to_you(self, first: int) -> bool:
        """ "Do you have chest pain": in Spanish the same words tell of somebody."""
        return any(first - _NEAR <= start < first for start, _end in self._named("put_to_you"))

    def _answer_beside(self, first: int, last: int, end: int) -> Span | None:
        """The "yes" or "no" in one breath with the question, as an engine writes that hears no pause."""
        for at in range(first, min(end, last + _ANSWER)):
            if at >= last and self.plain.forms[at] == "any":
                return None
            if self.plain.forms[at] in _YES or self.plain.words[at].raw == "sí":
                return at, at + 1
            if at >= last and self.plain.forms[at] in _NO:
                return at, at + 1
        return None

    def _is_asked_in_a_turn(self, sentence: int) -> bool:
        """A question without its mark, or a fragment, and "no" is all that follows."""
        start, end = self.plain.sentences[sentence]
        is_asked = self._begins_asking(sentence) or end - start <= _FRAGMENT
        return is_asked and not set(self.plain.ends_with(sentence)) & set(".!?;…") and self._is_plain_no(sentence + 1)

    def _is_plain_no(self, sentence: int) -> bool:
        """Not the "no" of "no fever"."""
        if sentence >= len(self.plain.sentences):
            return False
        start, end = self.plain.sentences[sentence]
        names = any(start <= at < min(end, start + _OWN) for at in self.symptoms)
        return not names and any(start <= at <= start + 1 for at, _end in self._named("no_answer"))

    def _is_question(self, sentence: int) -> bool:
        """ "Do you have chest pain?", and the "Fever?" that comes after it."""
        if sentence >= len(self.plain.sentences) or "?" not in self.plain.ends_with(sentence):
            return False
        start, end = self.plain.sentences[sentence]
        return end - start <= _FRAGMENT or self._begins_asking(sentence)

    def _begins_asking(self, sentence: int) -> bool:
        start, end = self.plain.sentences[sentence]
        begins = any(start <= at < start + 4 for at, _end in self._named("question"))
        return begins and self._between("addressed", start, end)

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
        """Of a relative who died of it or had it once, or beside a complaint of her own: else somebody speaks for the
        patient, and too much is better than too little."""
        if self._between("family_history", start, first):
            return True
        relative = self._relative_told(first, start, end)
        if relative is None:
            return False
        if self._between("death", start, end):
            return True
        if self._is_named_as_patient(relative):
            return False
        if self._complains(*self._segment(first, start, end)):
            return True
        return bool(self._named("elsewhere")) and self._is_told_as_over(relative, end)

    def _relative_told(self, first: int, start: int, end: int) -> Span | None:
        for cue in self._named("relative"):
            if start <= cue[0] <= first <= cue[1] + _OTHERS and self._between("told_of_others", cue[1], end):
                return None if self._own(cue[1], first) else cue
        return None

    def _is_named_as_patient(self, relative: Span) -> bool:
        """ "It's my husband", "I'm here about my dad"."""
        return any(cue[1] == relative[0] for cue in self._named("it_is_about"))

    def _complains(self, start: int, end: int) -> bool:
        """ "I have a sore throat": with a symptom, since "I have called everybody" is no complaint."""
        return any(start <= cue[0] and cue[1] <= end and self._is_of_symptom(cue, end)
                   for cue in self._named("own_complaint"))  # fmt: skip

    def _is_of_symptom(self, cue: Span, end: int) -> bool:
        near = range(cue[0], min(cue[1] + _OWN, end))
        symptom = next((at for at in near if at in self.symptoms), None)
        return symptom is not None and not any(cue[0] <= at <= symptom for at, _end in self._named("relative"))

    def _is_told_as_over(self, relative: Span, end: int) -> bool:
        of_herself = {at for at, _end in self._named("elsewhere")}
        now = [at for at, _end in self._named("says_now") if relative[1] <= at < end and at not in of_herself]
        return self._between("was_of_others", relative[1], end) and all(self._own(at, at + 1) for at in now)

    def _own(self, low: int, high: int) -> bool:
        return any(self.plain.forms[at] in ("i", "im", "ive", "yo") for at in range(low, high))

    # Past.

    def _is_past(self, first: int, last: int, start: int, end: int) -> bool:
        low, high = self._segment(first, start, end)
        if any(low <= cue[0] and cue[1] <= first <= cue[1] + _PAST_NEAR and not self._something_new(cue[1], first)
               for cue in self._named("past_before")):  # fmt: skip
            return True
        if self._between("present", low, high):
            return False
        near = (cue for cue in self._pasts if low <= cue[0] and cue[1] <= high)
        return any(self._reaches_into_past(cue, first, last, low) for cue in near)

    def _tells_of_past(self, low: int, high: int) -> bool:
        return any(low <= cue[0] and cue[1] <= high for cue in self._pasts)

    @cached_property
    def _pasts(self) -> list[Span]:
        years = [(at, at + 1) for at, form in enumerate(self.plain.forms) if _YEAR.fullmatch(form)]
        return sorted([*self._named("past"), *self._named("past_life"), *years])

    def _reaches_into_past(self, cue: Span, first: int, last: int, low: int) -> bool:
        if cue[1] <= first:
            return self._reaches_forward(cue, first)
        return cue[0] < last or self._reaches_back(cue, first, last, low)

    def _reaches_forward(self, cue: Span, first: int) -> bool:
        """What is said now ends it. "As a child" goes on through all that was; a date only through what it begins:
        "in 2015 I had a stroke", but not "I had a stent in 2015 and I got chest pain"."""
        if self._begins("says_now", cue[1], first + 1):
            return False
        if cue in self._named("past_life"):
            return True
        return not self._begins("says_then", cue[1] + 2, first + 1)

    def _reaches_back(self, cue: Span, first: int, last: int, low: int) -> bool:
        """ "I had a stroke in 2015", "... and that was ten years ago": not over another statement."""
        if self._is_told_as_now(first, low) or self._begins("says_now", last, cue[0]):
            return False
        dates_all = any(
            last <= each[0] and each[1] <= cue[0] <= each[1] + _ALSO_SAID for each in self._named("that_was")
        )
        return dates_all or not self._begins("says_then", last, cue[0])

    def _is_told_as_now(self, first: int, low: int) -> bool:
        now, then = ([at for at, _end in self._named(name) if low <= at <= first] for name in ("says_now", "says_then"))
        return bool(now) and max(now) >= max(then, default=-1)

    def _begins(self, name: str, low: int, high: int) -> bool:
        return any(low <= at < high for at, _end in self._named(name))

    def _segment(self, first: int, start: int, end: int) -> Span:
        """As far as "but" and "now"."""
        cuts = [at for name in ("ends", "now") for at, _end in self._named(name) if start <= at < end]
        return max([start, *(at for at in cuts if at <= first)]), min([end, *(at for at in cuts if at > first)])


def overlap(spans: Iterable[tuple[int, int]], start: int, end: int) -> bool:
    return any(low < end and start < high for low, high in spans)
