"""What was heard, understood word by word: every concept that is named, where, and what is said of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from consult.inference import dosing, knowledge, measures
from consult.inference.plain import Plain
from consult.inference.schema import Heard, Patient, Said
from consult.inference.scope import Scope, Status, overlap

_CHRONIC_OR_NOW = frozenset({Status.PRESENT, Status.PAST})


@dataclass(frozen=True, slots=True)
class Mention:
    concept: str
    status: Status
    said: Said
    is_unsure: bool = False  # its words, or those that deny it, wait for a second reading
    denied_by: Said | None = None
    may_be_of_others: bool = False  # a relative is spoken of beside it: asked about, and taken for the patient's


@dataclass(frozen=True)
class Understood:
    """`age_years` as it is known or was said."""

    heard: Heard
    plain: Plain
    mentions: tuple[Mention, ...]
    age_years: float | None
    sex: str
    _by_concept: dict[str, list[Mention]] = field(default_factory=dict)

    def of(self, concept: str) -> list[Mention]:
        return self._named.get(concept, [])

    def present(self, concept: str) -> list[Mention]:
        """Long illnesses count whether they are told of as past or not."""
        known = knowledge.concepts().concepts.get(concept)
        wanted = _CHRONIC_OR_NOW if known and known.is_history else {Status.PRESENT}
        return [each for each in self.of(concept) if each.status in wanted]

    def with_unsure_denials_undone(self) -> "Understood":
        undone = tuple(
            replace(each, status=Status.PRESENT) if each.status is Status.DENIED and each.is_unsure else each
            for each in self.mentions
        )
        return replace(self, mentions=undone)

    @cached_property
    def _named(self) -> dict[str, list[Mention]]:
        named: dict[str, list[Mention]] = {}
        for each in self.mentions:
            named.setdefault(each.concept, []).append(each)
        return named


def understood(heard: Heard, patient: Patient) -> Understood:
    plain = Plain(heard.text)
    return Understood(heard, plain, tuple(_mentions(heard, plain)), _age(plain, patient), patient.sex)


def _age(plain: Plain, patient: Patient) -> float | None:
    """As it is known; of a baby known in whole years only, as it was said in weeks or months."""
    if patient.age_years:
        return patient.age_years
    said = measures.age_years(plain)
    return said if patient.age_years is None or (said is not None and said < 1) else patient.age_years


def _mentions(heard: Heard, plain: Plain) -> Iterator[Mention]:
    places, known = list(_places(plain)), knowledge.concepts().concepts
    named = frozenset(first for concept, first, _last in places if concept in known and known[concept].name)
    scope = Scope(plain, named)
    for concept, first, last in places:
        status, by = scope.status(first, last)
        denied_by = _said(heard, plain, *by) if by else None
        unsure = [(each.start, each.end) for each in (*heard.unsure, *heard.low)]
        said = _said(heard, plain, first, last)
        is_unsure = any(overlap(unsure, each.start, each.end) for each in (said, denied_by) if each)
        of_others = status is Status.PRESENT and scope.may_be_of_others(first)
        yield Mention(concept, status, said, is_unsure, denied_by, of_others)


def _places(plain: Plain) -> Iterable[tuple[str, int, int]]:
    """In the order of the text; of places of one concept that overlap, the shortest."""
    found = {(name, first, last) for name, spans in knowledge.concepts().phrases.find(plain).items()
             for first, last in spans}  # fmt: skip
    numbers = (*measures.measured(plain), *dosing.taken_too_much(plain))
    found |= {(each.term, each.first, each.last) for each in numbers}
    kept: list[tuple[str, int, int]] = []
    for name, first, last in sorted(found, key=lambda each: (each[0], each[2] - each[1], each[1])):
        if not any(name == other and low < last and first < high for other, low, high in kept):
            kept.append((name, first, last))
    return sorted(kept, key=lambda each: (each[1], each[2], each[0]))


def _said(heard: Heard, plain: Plain, first: int, last: int) -> Said:
    start, end = plain.span(first, min(last, len(plain.words)))
    return Said(start, end, heard.text[start:end])
