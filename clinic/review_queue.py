"""What waits for readers, in the order in which it should be read: risk x uncertainty x age, worked out by PostgreSQL.

What is urgent by its content comes first. What has waited longer than the site's limit comes next, the oldest first, so
that nothing starves: that part is walked along an index, and only what came in since is weighed and sorted.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

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

KINDS = ("first", "second", "adjudicate")
# Reading one of these shows what the engine said; clinic.access writes them before it shows anything.
REVEALING = ("case.read", "result.read", "report.read", "document.read", "sheet.read")


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


OLDEST = ("created_at", "id")
HEAVIEST = ("-weight", "-id")


def urgent(items: QuerySet[ReviewItem]) -> QuerySet[ReviewItem]:
    """What cannot wait, whatever waited longer."""
    return items.filter(is_urgent=True).order_by(*OLDEST)


def late(items: QuerySet[ReviewItem], rules: Mapping[str, Rules], at: datetime) -> QuerySet[ReviewItem]:
    """What had waited too long at that time."""
    first = at - min(_waits(rules))  # said beside the exact limit: an index knows it
    waited = items.filter(is_urgent=False, created_at__lte=first)
    return waited.filter(created_at__lte=_late_if_before(rules, at)).order_by(*OLDEST)


def not_late(items: QuerySet[ReviewItem], rules: Mapping[str, Rules], at: datetime) -> QuerySet[ReviewItem]:
    """The others, as they weighed at that time."""
    last = at - max(_waits(rules))
    waiting = items.filter(is_urgent=False, created_at__gt=last).filter(created_at__gt=_late_if_before(rules, at))
    return weighed(waiting, at).order_by(*HEAVIEST)


def weighed(items: QuerySet[ReviewItem], at: datetime) -> QuerySet[ReviewItem]:
    age = Extract(Value(at, DateTimeField()) - F("created_at"), "epoch", output_field=FloatField())
    return items.annotate(weight=_at_least("risk") * _at_least("uncertainty") * age)


def _waits(rules: Mapping[str, Rules]) -> list[timedelta]:
    return [timedelta(hours=one.wait_hours) for one in (Rules(), *rules.values())]


def _late_if_before(rules: Mapping[str, Rules], at: datetime) -> Case:
    limits = [
        When(capability=name, then=Value(at - timedelta(hours=one.wait_hours), DateTimeField()))
        for name, one in rules.items()
    ]
    return Case(*limits, default=Value(at - timedelta(hours=Rules().wait_hours), DateTimeField()))


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


def counts(items: QuerySet[ReviewItem]) -> Counter[tuple[str, str]]:
    """How many of each capability and kind. Looking up in one question what every item was read would cost thrice."""
    found: Counter[tuple[str, str]] = Counter()
    for capability, state, n in items.order_by().values_list("capability", "state").annotate(Count("pk")):
        found[capability, "first" if state == ItemState.WAITING else "adjudicate"] += n
    for capability, n in of_kind(items, "second").order_by().values_list("capability").annotate(Count("pk")):
        found[capability, "second"] += n
        found[capability, "first"] -= n
    return found


def unclaimed(items: QuerySet[ReviewItem], by: Actor) -> QuerySet[ReviewItem]:
    return items.filter(Q(claimed_until=None) | Q(claimed_until__lte=Now()) | Q(claimed_by=by.user_id))


def is_blind_now(item: ReviewItem) -> bool:
    """While reading goes on. Who decides between readers has to see what they and the engine said."""
    return item.is_blind and item.state == ItemState.WAITING


def blind_item_of(by: Actor, run_id: UUID) -> ReviewItem | None:
    """What waits of this run to be read blind, and by her it could be."""
    waiting = ReviewItem.objects.visible_to(by).filter(run=run_id, is_blind=True, state=ItemState.WAITING)
    return waiting.exclude(reviews__reader=by.user_id).select_related("result", "case").first()


def has_seen_the_answer(by: Actor, item: ReviewItem) -> bool:
    """Asked of the audit, which is written before anything is shown: whoever knows the answer is no blind reader."""
    if item.result is None:
        return False
    seen = AuditEvent.objects.filter(actor_id=by.user_id, event__in=REVEALING, link__at__gte=item.result.at)
    about = Q(target_id=item.result_id) | (Q(case_id=item.case_id) if item.case_id else Q())
    return seen.filter(about).exists()
