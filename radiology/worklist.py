"""The films that wait for a reader, in the order in which they should be read.

What the engine says moves a film forward, never out of sight: what has waited longer than the site's limit comes
first, the oldest first, whatever any engine said of it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Case, DateTimeField, F, Q, QuerySet, Value, When
from django.db.models.functions import Now

from clinic.authorization.actor import Actor
from clinic.models import Case as CaseRow
from clinic.views import keyset, timed_pages
from clinic.views.keyset import Page, Section
from clinic.views.timed_pages import ById
from radiology.models import Film, FilmState, ReadingPolicy, ReadState

SHOWN = 100
TO_READ, SECOND, DONE = ReadState.WAITING, ReadState.SECOND, ReadState.DONE


def films_of(by: Actor, show: str) -> QuerySet[Film]:
    """A second reader is another person than the first."""
    films = Film.objects.visible_to(by).exclude(state=FilmState.WITHHELD)
    if show == SECOND:
        return films.filter(read_state=SECOND).exclude(reads__reader=by.user_id)
    return films.filter(read_state=DONE if show == DONE else TO_READ)


def in_order(films: QuerySet[Film], policy: ReadingPolicy) -> QuerySet[Film]:
    late = Case(
        When(added_at__lte=Now() - timedelta(minutes=policy.wait_minutes), then=F("added_at")),
        default=Value(None), output_field=DateTimeField(),
    )  # fmt: skip
    return films.annotate(late_since=late).order_by(
        F("late_since").asc(nulls_last=True), "case__urgency_rank", "rank", "added_at", "id"
    )


def free_for(films: QuerySet[Film], by: Actor) -> QuerySet[Film]:
    return films.filter(Q(claimed_until=None) | Q(claimed_until__lte=Now()) | Q(claimed_by=by.user_id))


def page(by: Actor, show: str, policy: ReadingPolicy, at: str, *, size: int, case: CaseRow | None = None,
         ) -> Page[Film]:  # fmt: skip
    """The same order for lists that come in pages."""
    films = films_of(by, show).select_related("case", "claimed_by")
    films = films.filter(case=case) if case is not None else films
    if show == DONE:
        return keyset.page([Section(films, ("-added_at", "-id"))], at, size=size)

    def sections(when: datetime) -> Sequence[Section[Film]]:
        is_late, known = Q(added_at__lte=when - timedelta(minutes=policy.wait_minutes)), Film.objects.visible_to(by)
        return (
            ById(films.filter(is_late), ("added_at", "id"), known),
            ById(_with_urgency(films.exclude(is_late)), ("urgency", "rank", "added_at", "id"), _with_urgency(known)),
        )

    return timed_pages.page(sections, at, size=size)


def _with_urgency(films: QuerySet[Film]) -> QuerySet[Film]:
    return films.annotate(urgency=F("case__urgency_rank"))
