"""Which questions to show: those that fit what was typed, and those that would help this person most, with the
reason."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from django.utils import timezone

from clinic.authorization.actor import Actor
from coaching import asking
from coaching.inference import progress
from coaching.inference.finding import Hit, Words
from coaching.inference.schema import Category, MeasureName, Question
from coaching.models import Attempt, Search

_INDEXES = 16


def by_words(query: str, fitting: Sequence[Question], *, most: int) -> list[Question]:
    """Needs no model, so it is answered at once where pages are made."""
    by_id = {one.id: one for one in fitting}
    return [by_id[hit.id] for hit in hits(query, fitting, most=most)]


def of_search(search: Search, every: Sequence[Question], *, most: int) -> list[Question]:
    """What a worker found by meaning and by words; by words until it has."""
    if search.found is None:
        return by_words(str(search.query), asking.fitting(tuple(every), **search.filters), most=most)
    by_id = {one.id: one for one in every}
    return [by_id[name] for name in search.found if name in by_id]


def hits(query: str, fitting: Sequence[Question], *, most: int) -> tuple[Hit, ...]:
    return _index(_Fitting(fitting)).find(query, most=most)


class _Fitting(tuple[Question, ...]):
    """A list of them is indexed once. Questions cannot be hashed; whether two lists are alike their equality says."""

    def __hash__(self) -> int:
        return hash(tuple(one.id for one in self))


@lru_cache(maxsize=_INDEXES)
def _index(fitting: _Fitting) -> Words:
    return Words(fitting)


def recommended(by: Actor, fitting: Sequence[Question], past: Iterable[Attempt], *, most: int,
                ) -> Iterator[tuple[Question, str]]:  # fmt: skip
    """With the reason as a code: `kind:subject`. The same all day, on the page and for programs."""
    seed = f"{by.myself} {timezone.localdate()}"
    by_id = {one.id: one for one in fitting}
    done = [_told(one) for one in past]
    for found in progress.recommended(tuple(fitting), done, seed, most):
        yield by_id[found.question], f"{found.reason.value}:{found.subject}"


def _told(attempt: Attempt) -> progress.Attempt:
    """Codes and numbers: what is left of an answer when its words are gone."""
    known, weak = set(MeasureName), attempt.weak
    return progress.Attempt(
        question=attempt.practice.question, category=Category(attempt.practice.asked["category"]),
        score=attempt.figures.get("content"), missing=tuple(weak.get("missing", ())),
        outside=tuple(MeasureName(name) for name in weak.get("outside", ()) if name in known),
    )  # fmt: skip
