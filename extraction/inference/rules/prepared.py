"""A text made ready to be read: its words, sentences and parts, and every term of the lists, found once for all."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from extraction.inference.assertions import PRESENT
from extraction.inference.assertions import Assertion as Said
from extraction.inference.assertions import Sentence as Judged
from extraction.inference.rules.lexicon import Lexicon, Term, shipped
from extraction.inference.rules.sections import Outline, Section
from extraction.inference.rules.sentences import Sentence, Sentences
from extraction.inference.rules.tokens import Tokens, tokens_of
from extraction.inference.schema import Assertion, TextEvidence

_PLANNING = frozenset({"plan"})
_PAST = frozenset({"past_history"})
_FAMILY = frozenset({"family_history"})
_NOTHING = re.compile(
    r"\s*(?::|=|-|–)?\s*(?:none|nil|absent|negative|no|denied|denies|not present|\(-\))(?=\s*(?:[.,;)\n]|$))", re.I
)


@dataclass(frozen=True)
class Prepared:
    text: str
    tokens: Tokens
    sentences: Sentences
    outline: Outline
    terms: dict[str, list[Term]]

    @classmethod
    def of(cls, text: str, lexicon: Lexicon | None = None) -> "Prepared":
        tokens = tokens_of(text)
        found = (lexicon or shipped()).terms(tokens, text)
        return cls(text, tokens, Sentences.of(text), Outline.of(text), found)

    def section_at(self, place: int) -> Section:
        return self.outline.at(place)

    def is_heading(self, place: int) -> bool:
        """ "MEDICATIONS:" names no medicine."""
        return place < self.section_at(place).body

    def sentence_at(self, place: int) -> Sentence:
        return self.sentences.at(place)

    def named(self, *kinds: str) -> list[Term]:
        """The terms of some lists in the order of the text, none inside a longer one."""
        if len(kinds) == 1:
            return self.terms.get(kinds[0], [])
        found = sorted(
            (term for kind in kinds for term in self.terms.get(kind, [])), key=lambda term: (term.start, -term.end)
        )
        return list(_apart(found))

    @cached_property
    def _judged(self) -> dict[int, Judged]:
        return {}

    def assertion(self, start: int, end: int) -> Assertion:
        """What the sentence says of it, and under which heading it says so."""
        section = self.section_at(start).kind
        if _NOTHING.match(self.text, end):
            return Assertion.NEGATED
        return _assertion(self._said(start, end), section)

    def _said(self, start: int, end: int) -> Said:
        sentence = self.sentence_at(start)
        if not sentence.start <= start < sentence.end:
            return PRESENT
        judged = self._judged.get(sentence.start)
        if judged is None:
            judged = self._judged[sentence.start] = Judged(sentence.text)
        return judged.assertion(start - sentence.start, min(end, sentence.end) - sentence.start)

    def evidence(self, start: int, end: int, field: str) -> TextEvidence:
        return TextEvidence.model_construct(start=start, end=end, text=self.text[start:end], field=field)


def _apart(terms: Sequence[Term]) -> Iterator[Term]:
    end = -1
    for term in terms:
        if term.start >= end:
            yield term
            end = term.end


def _assertion(said: Said, section: str) -> Assertion:
    """Whose it is counts most, then whether it is at all, then when."""
    if said.experiencer == "other" or section in _FAMILY:
        return Assertion.NEGATED if said.negated and section in _FAMILY else Assertion.FAMILY
    if said.negated:
        return Assertion.NEGATED
    if said.uncertain:
        return Assertion.UNCERTAIN
    if said.temporality == "hypothetical" or section in _PLANNING:
        return Assertion.PLANNED
    if said.temporality == "historical" or section in _PAST:
        return Assertion.HISTORICAL
    return Assertion.PRESENT
