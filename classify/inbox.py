"""Which documents stand where: still under way, waiting for a person, or in the inbox of a specialty.

A document's place is worked out by PostgreSQL from what was answered and decided, so it can never say otherwise.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, Now

from classify.models import Document
from classify.specialty import ROUTES
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.models import Case as CaseRow
from clinic.models import FlagReason, ItemState, Result, ReviewItem, Urgency
from clinic.models.reviews import CANNOT_TELL, OPEN_STATES
from clinic.views import keyset, shelves
from clinic.views.keyset import Page, Section

ALL = shelves.ALL
UNDER_WAY, WAITING, RETURNED = "under_way", "waiting", "returned"
INBOXES = tuple(ROUTES.classes)
PLACES = (ALL, WAITING, *INBOXES, RETURNED, UNDER_WAY)
# Nobody doubts what was said: a person labels it so that an engine learns or figures stay honest.
NOT_IN_DOUBT = [FlagReason.TEACHES.value, FlagReason.POLICY_SAMPLE.value, FlagReason.DRIFT.value]
LABELLED, LABELLED_BLIND = "labelled", "labelled_blind"


def documents(by: Actor) -> QuerySet[Document]:
    """Each with its `place`: a specialty, or one of the words above."""
    mine = ReviewItem.objects.filter(capability=ROUTES.name, run__inputs__upload=OuterRef("upload"))
    items = mine.order_by("-created_at")  # also of a run that died: then there is no answer, and a person decides
    label = Result.objects.filter(run=OuterRef("route_run")).annotate(said=KT("facets__label")).values("said")
    known = Document.objects.visible_to(by).annotate(
        item_state=_or_nothing(items.annotate(stands=_stands(by)).values("stands")),
        item=Subquery(items.values("pk")[:1]),
        decided=_or_nothing(items.values("decided_label")),
        said=_or_nothing(label),
    )
    return known.annotate(
        place=Case(
            When(item_state__in=OPEN_STATES, then=Value(WAITING)),
            When(item_state=ItemState.DECIDED, decided=CANNOT_TELL, then=Value(RETURNED)),
            When(item_state=ItemState.DECIDED, then=F("decided")),
            When(route_run=None, then=Value(UNDER_WAY)),
            When(said="", then=Value(WAITING)),
            default=F("said"),
            output_field=CharField(),
        )
    )


def _stands(by: Actor) -> Case:
    """Its state, or that it waits only for a label, which takes no document out of its inbox. To the person who holds
    it to judge it blind it is like any other: its place would tell her what the engine said."""
    for_a_label = Q(state=ItemState.WAITING, reasons__contained_by=NOT_IN_DOUBT)
    held_by_her = Q(is_blind=True, claimed_by=by.user_id, claimed_until__gt=Now())
    return Case(
        When(for_a_label & Q(is_blind=False), then=Value(LABELLED)),
        When(for_a_label & ~held_by_her, then=Value(LABELLED_BLIND)),
        default=F("state"),
        output_field=CharField(),
    )


def _or_nothing(rows: QuerySet[Any, Any]) -> Coalesce:
    """The newest's, or no word."""
    return Coalesce(Subquery(rows[:1]), Value(""), output_field=CharField())


def how_sure(by: Actor, found: Iterable[Any]) -> dict[UUID | None, float | None]:
    """By run. Nothing of what a person is still to judge, to those who may be the one."""
    may_judge = by.can(Permission.REVIEW_WORK)
    told = [one for one in found if one.place in ROUTES.classes and not (may_judge and _is_judged_blind(one))]
    facets = Result.objects.filter(run__in=[one.route_run_id for one in told]).values_list("run_id", "facets")
    return {run: facts.get("confidence") for run, facts in facets}


def _is_judged_blind(document: Any) -> bool:
    return bool(document.item_state == LABELLED_BLIND)


def is_newest_first(place: str) -> bool:
    """These are looked through, not worked off."""
    return place in (ALL, UNDER_WAY)


def page(by: Actor, place: str, at: str, *, size: int, case: CaseRow | None = None) -> Page[Document]:
    """Urgent ones first, then those whose urgency nobody knows: a letter that could not be read must not wait last.
    Each the oldest first: whoever works an inbox begins with what waited longest."""
    found = shelves.of_place(documents(by), place).select_related("case__patient", "upload__case", "route_run")
    if case is not None:
        found = found.filter(case=case)
    if is_newest_first(place):
        return keyset.page([Section(found, ("-added_at", "-id"))], at, size=size)
    is_urgent, is_unread = Q(is_urgent=True) | ~Q(case__urgency=Urgency.ROUTINE), Q(said="")
    parts = (is_urgent, ~is_urgent & is_unread, ~is_urgent & ~is_unread)
    return keyset.page([Section(found.filter(part), ("added_at", "id")) for part in parts], at, size=size)


def is_urgent(document: Any) -> bool | None:
    """As the engine reads it; nothing where it read nothing."""
    return True if document.is_urgent else False if document.said else None
