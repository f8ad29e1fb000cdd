"""What waits for readers, in the order in which it should be read: risk x uncertainty x age, worked out by PostgreSQL.

What has waited longer than the site's limit comes before everything else, the oldest first, so that nothing starves.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models import (
    Case,
    Count,
    DateTimeField,
    Exists,
    F,
    FloatField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Extract, Greatest, Now

from clinic.authorization.actor import Actor
from clinic.models import AuditEvent, HeldDecision, ItemState, Review, ReviewItem
from clinic.review_rules import LEAST_WEIGHT, Rules

SHOWN = 50
KINDS = ("first", "second", "adjudicate")
# Reading one of these shows what the engine said; clinic.access writes them before it shows anything.
REVEALING = ("case.read", "result.read", "report.read")


def readable_by(by: Actor, rules: Mapping[str, Rules]) -> QuerySet[ReviewItem]:
    """Open items this person may still read, whoever holds them now: never twice, never as judge in her own case."""
    between = [name for name, one in rules.items() if may_adjudicate(by, one)]
    own = Review.objects.filter(item=OuterRef("pk"), reader=by.user_id)
    held = HeldDecision.objects.filter(item=OuterRef("pk"))
    return (
        ReviewItem.objects.visible_to(by)
        .filter(Q(state=ItemState.WAITING) | Q(state=ItemState.ADJUDICATION, capability__in=between))
        .filter(~Exists(own), ~Exists(held))
    )


def may_adjudicate(by: Actor, rules: Rules) -> bool:
    return bool({role.value for role in by.roles} & set(rules.adjudicators))


def in_order(items: QuerySet[ReviewItem], rules: Mapping[str, Rules]) -> QuerySet[ReviewItem]:
    return items.annotate(late_since=_late_since(rules), weight=_weight()).order_by(
        F("late_since").asc(nulls_last=True), F("weight").desc(), "id"
    )


def _late_since(rules: Mapping[str, Rules]) -> Case:
    waited = [
        When(capability=name, created_at__lte=Now() - timedelta(hours=one.wait_hours), then=F("created_at"))
        for name, one in rules.items()
    ]
    return Case(*waited, default=Value(None), output_field=DateTimeField())


def _weight() -> Any:
    age = Extract(Now() - F("created_at"), "epoch", output_field=FloatField())
    return _at_least("risk") * _at_least("uncertainty") * age


def _at_least(column: str) -> Greatest:
    return Greatest(F(column), Value(LEAST_WEIGHT), output_field=FloatField())


def of_kind(items: QuerySet[ReviewItem], kind: str) -> QuerySet[ReviewItem]:
    has_reading = Exists(Review.objects.filter(item=OuterRef("pk")))
    match kind:
        case "first":
            return items.filter(~has_reading, state=ItemState.WAITING)
        case "second":
            return items.filter(has_reading, state=ItemState.WAITING)
        case "adjudicate":
            return items.filter(state=ItemState.ADJUDICATION)
        case _:
            return items


def counts(items: QuerySet[ReviewItem]) -> dict[str, int]:
    """How many of each kind, and of all under no name."""
    has_reading = Exists(Review.objects.filter(item=OuterRef("pk")))
    is_waiting = Q(state=ItemState.WAITING)
    found = items.annotate(has_reading=has_reading).aggregate(
        all=Count("pk"),
        first=Count("pk", filter=is_waiting & Q(has_reading=False)),
        second=Count("pk", filter=is_waiting & Q(has_reading=True)),
        adjudicate=Count("pk", filter=Q(state=ItemState.ADJUDICATION)),
    )
    return {"": found["all"], **{kind: found[kind] for kind in KINDS}}


def unclaimed(items: QuerySet[ReviewItem], by: Actor) -> QuerySet[ReviewItem]:
    return items.filter(Q(claimed_until=None) | Q(claimed_until__lte=Now()) | Q(claimed_by=by.user_id))


def is_blind_now(item: ReviewItem) -> bool:
    """While reading goes on. Who decides between readers has to see what they and the engine said."""
    return item.is_blind and item.state == ItemState.WAITING


def has_seen_the_answer(by: Actor, item: ReviewItem) -> bool:
    """Asked of the audit, which is written before anything is shown: whoever knows the answer is no blind reader."""
    if item.result is None:
        return False
    seen = AuditEvent.objects.filter(actor_id=by.user_id, event__in=REVEALING, link__at__gte=item.result.at)
    about = Q(target_id=item.result_id) | (Q(case_id=item.case_id) if item.case_id else Q())
    return seen.filter(about).exists()
