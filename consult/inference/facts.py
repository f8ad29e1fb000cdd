"""What a person tells of a visit, put in order: symptoms with since when and how bad, what is denied, what is known."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from clinic.inference.speech import numbers
from consult.inference import knowledge, measures
from consult.inference.heard import Mention, Understood
from consult.inference.phrases import Phrases
from consult.inference.plain import Plain
from consult.inference.schema import Said
from consult.inference.scope import Status, overlap


@dataclass(frozen=True, slots=True)
class Symptom:
    concept: str
    said: Said
    weight: int
    since: Said | None = None
    severity: Said | None = None
    is_unsure: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    symptoms: tuple[Symptom, ...]
    denied: tuple[Mention, ...]
    history: tuple[Mention, ...]
    medicines: tuple[Said, ...]
    measured: tuple[Said, ...]
    unsure: tuple[Said, ...]  # words an answer may only ask about


def facts(told: Understood) -> Facts:
    known = knowledge.concepts().concepts
    named = [each for each in told.mentions if each.concept in known and known[each.concept].name]
    return Facts(
        symptoms=tuple(_symptoms(told, named)),
        denied=tuple(_first_of_each(each for each in named if _is_denied(each, told))),
        history=tuple(_first_of_each(each for each in named if _is_history(each, known[each.concept].is_history))),
        medicines=tuple(_medicines(told)),
        measured=tuple(_measured(told)),
        unsure=tuple(_unsure(told, named)),
    )  # fmt: skip


def _unsure(told: Understood, named: Iterable[Mention]) -> Iterator[Said]:
    """What waits for a second reading, and what is told by words that the engine of speech doubts itself."""
    yield from told.heard.unsure
    taken = [(each.start, each.end) for each in told.heard.unsure]
    low = [(each.start, each.end) for each in told.heard.low]
    for said in (each.said for each in named):
        if overlap(low, said.start, said.end) and not overlap(taken, said.start, said.end):
            taken.append((said.start, said.end))
            yield said


def _symptoms(told: Understood, named: Iterable[Mention]) -> Iterator[Symptom]:
    known = knowledge.concepts().concepts
    times, degrees = _lists()
    since, severity = _spans(told, times), _spans(told, degrees)
    present = (each for each in named if each.status is Status.PRESENT and not known[each.concept].is_history)
    for mention in _first_of_each(present):
        yield Symptom(mention.concept, mention.said, known[mention.concept].weight, _beside(told, mention, since),
                      _beside(told, mention, severity), mention.is_unsure)  # fmt: skip


def _first_of_each(mentions: Iterable[Mention]) -> Iterator[Mention]:
    seen: set[str] = set()
    for each in mentions:
        if each.concept not in seen:
            seen.add(each.concept)
            yield each


def _is_denied(mention: Mention, told: Understood) -> bool:
    return mention.status is Status.DENIED and not told.present(mention.concept)


def _is_history(mention: Mention, is_chronic: bool) -> bool:
    return mention.status is Status.PAST or (is_chronic and mention.status is Status.PRESENT)


@cache
def _lists() -> tuple[Phrases, Phrases]:
    """ "#" stands for any number, "##" for what may follow in it."""
    second = "|".join([*numbers.SMALL, *numbers.TENS])
    first = "|".join([second, *map(str, range(1, 100)), *sorted(knowledge.words("few"))])
    told = knowledge.told("words")

    def listed(name: str) -> Phrases:
        phrases = [phrase.replace("##", second).replace("#", first) for phrase in told[name]]
        return Phrases.of({"it": phrases}, told["groups"])

    return listed("since"), listed("severe")


def _spans(told: Understood, phrases: Phrases) -> list[Said]:
    found = phrases.find(told.plain).get("it", [])
    kept: list[tuple[int, int]] = []
    for first, last in sorted(found, key=lambda each: (each[0] - each[1], each[0])):
        if not any(first < high and low < last for low, high in kept):
            kept.append((first, last))
    return [_said(told, *span) for span in sorted(kept)]


def _said(told: Understood, first: int, last: int) -> Said:
    start, end = told.plain.span(first, last)
    return Said(start, end, told.heard.text[start:end])


_BESIDE = 60  # characters


def _beside(told: Understood, mention: Mention, found: list[Said]) -> Said | None:
    near = [each for each in found if _distance(each, mention.said) <= _BESIDE and not _is_unsure(told, each)]
    return min(near, key=lambda each: _distance(each, mention.said), default=None)


def _distance(one: Said, other: Said) -> int:
    return max(one.start - other.end, other.start - one.end, 0)


def _is_unsure(told: Understood, said: Said) -> bool:
    doubted = (*told.heard.unsure, *told.heard.low)
    return overlap(((each.start, each.end) for each in doubted), said.start, said.end)


def _medicines(told: Understood) -> Iterator[Said]:
    """A name, and the dose behind it where one is said and sure."""
    seen: set[str] = set()
    for at, form in enumerate(told.plain.forms):
        if form in knowledge.words_of_medicines() and form not in seen:
            seen.add(form)
            with_dose = _said(told, at, _dose_end(told.plain, at + 1))
            yield _said(told, at, at + 1) if _is_unsure(told, with_dose) else with_dose


def _dose_end(plain: Plain, at: int) -> int:
    last = plain.sentence_of(at - 1)[1]
    end = at
    while end < last and numbers.is_number(plain.forms[end]):
        end += 1
    has_unit = at < end < last and plain.forms[end] in knowledge.words("dose_units")
    return end + 1 if has_unit else at


def _measured(told: Understood) -> Iterator[Said]:
    kept: list[Said] = []
    for each in measures.measured(told.plain):
        said = _said(told, each.first, min(each.last, len(told.plain.words)))
        if not _is_unsure(told, said) and not any(said.start < other.end and other.start < said.end for other in kept):
            kept.append(said)
            yield said
