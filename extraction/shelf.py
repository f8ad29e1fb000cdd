"""Which sheets stand where: under way, with a person, or checked. Worked out by PostgreSQL from what happened."""

from django.db.models import Case, CharField, Exists, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from clinic.authorization.actor import Actor
from clinic.models import Case as CaseRow
from clinic.models import ItemState, ReviewItem, Run
from clinic.models.reviews import OPEN_STATES
from clinic.models.runs import ACTIVE
from clinic.texts import KIND
from clinic.views import keyset, shelves
from clinic.views.keyset import Page, Section
from extraction.fields import NAME
from extraction.models import FactSheet

ALL = shelves.ALL
UNDER_WAY, TO_CHECK, UNREAD, FINISHED, COLD = "under_way", "to_check", "unread", "finished", "cold"
PLACES = (ALL, TO_CHECK, UNREAD, UNDER_WAY, FINISHED, COLD)


def sheets(by: Actor) -> QuerySet[FactSheet]:
    """Each with its `place`, the review item of its document, if one waits or waited, and what became of the newest
    asking about it: `last_run`, `last_state`."""
    return placed(FactSheet.objects.visible_to(by))


def placed(rows: QuerySet[FactSheet]) -> QuerySet[FactSheet]:
    mine = ReviewItem.objects.filter(capability=NAME, run__inputs__upload=OuterRef("upload")).order_by("-created_at")
    known = rows.annotate(
        item=Subquery(mine.values("pk")[:1]),
        item_state=Coalesce(Subquery(mine.values("state")[:1]), Value(""), output_field=CharField()),
    )
    mine_now = Run.objects.filter(uploads=OuterRef("upload"), kind__in=(KIND, NAME), state__in=ACTIVE)
    known = known.annotate(is_active=Exists(mine_now))
    newest = Run.objects.filter(uploads=OuterRef("upload"), kind__in=(KIND, NAME)).order_by("-requested_at", "-id")
    known = known.annotate(last_run=Subquery(newest.values("pk")[:1]), last_state=Subquery(newest.values("state")[:1]))
    return known.annotate(
        place=Case(
            When(finished_run=F("run"), upload__cold_at__isnull=False, then=Value(COLD)),
            When(finished_run__isnull=False, finished_run=F("run"), then=Value(FINISHED)),
            When(run__isnull=False, found__gt=0, then=Value(TO_CHECK)),
            When(item_state__in=OPEN_STATES, then=Value(UNREAD)),
            When(item_state=ItemState.DECIDED, then=Value(FINISHED)),
            When(is_active=True, run=None, then=Value(UNDER_WAY)),
            When(run=None, then=Value(UNREAD)),
            default=Value(TO_CHECK),
            output_field=CharField(),
        )
    )


def page(by: Actor, place: str, at: str, *, size: int, case: CaseRow | None = None) -> Page[FactSheet]:
    """What is to be checked: the oldest first. All else: the newest."""
    found = shelves.of_place(sheets(by), place).select_related("case__patient", "upload__case", "finished_by")
    if case is not None:
        found = found.filter(case=case)
    order = ("added_at", "id") if place in (TO_CHECK, UNREAD) else ("-added_at", "-id")
    return keyset.page([Section(found, order)], at, size=size)
