"""Taking an item of the queue in hand: a lock that is seen, renewed, runs out by itself and is given back."""

from itertools import chain, islice

from django.utils import timezone

from clinic import audit, holding
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.errors import Code, Refusal
from clinic.models import HeldDecision, ItemState, ReviewItem
from clinic.review_policy import all_rules, rules_of
from clinic.review_queue import (
    has_seen_the_answer,
    is_blind_now,
    late,
    may_adjudicate,
    not_late,
    of_kind,
    readable_by,
    unclaimed,
    urgent,
)

LOOKED_THROUGH = 20  # so many of the best are tried before one says that there is nothing for this reader


def claim(*, by: Actor, item: ReviewItem) -> ReviewItem:
    """One at a time: what the reader held before goes back to the queue."""
    by.require(Permission.REVIEW_WORK)
    with audit.act(by, "review.claimed") as doing:
        locked = lock(item)
        check_may_read(by, locked)
        holding.take(locked, by)
        locked.save(update_fields=holding.COLUMNS)
        given_back = _give_back_others(by, locked)
        doing.about(locked, case=locked.case, blind=is_blind_now(locked), given_back=given_back)
    return locked


def claim_next(
    *, by: Actor, capability: str = "", kind: str = "", after: ReviewItem | None = None
) -> ReviewItem | None:
    """The best that is free and that this person may read; what another takes in the same moment is passed over."""
    by.require(Permission.REVIEW_WORK)
    rules = all_rules(by.here)
    free = unclaimed(of_kind(readable_by(by, rules), kind), by).select_related("result")
    if capability:
        free = free.filter(capability=capability)
    if after is not None:
        free = free.exclude(pk=after.pk)
    now = timezone.now()
    in_order = (urgent(free), late(free, rules, now), not_late(free, rules, now))
    best = chain.from_iterable(part[:LOOKED_THROUGH] for part in in_order)
    for item in islice(best, LOOKED_THROUGH):
        try:
            return claim(by=by, item=item)
        except Refusal as refusal:
            if refusal.code not in (Code.CLAIMED_BY_OTHER, Code.ALREADY_DECIDED, Code.NOT_BLIND, Code.READ_ALREADY):
                raise
    return None


def renew(*, by: Actor, item: ReviewItem) -> ReviewItem:
    with audit.act(by, "review.renewed") as doing:
        locked = lock(item)
        check_is_claimed(locked, by)
        locked.claimed_until = timezone.now() + holding.LOCK
        locked.save(update_fields=["claimed_until"])
        doing.about(locked, case=locked.case)
    return locked


def release(*, by: Actor, item: ReviewItem) -> ReviewItem:
    with audit.act(by, "review.released") as doing:
        locked = lock(item)
        check_is_claimed(locked, by)
        holding.put_back(locked)
        locked.save(update_fields=holding.COLUMNS)
        doing.about(locked, case=locked.case)
    return locked


def lock(item: ReviewItem) -> ReviewItem:
    locked = ReviewItem.objects.select_for_update(no_key=True, of=("self",))
    return locked.select_related("case", "run", "result", "claimed_by").get(pk=item.pk)


def check_may_read(by: Actor, item: ReviewItem) -> None:
    if not item.is_open:
        raise Refusal(Code.ALREADY_DECIDED)
    if item.reviews.filter(reader=by.myself).exists() or HeldDecision.objects.filter(item=item).exists():
        raise Refusal(Code.READ_ALREADY)
    rules = rules_of(item.site_id, item.capability)
    if item.state == ItemState.ADJUDICATION and not may_adjudicate(by, rules):
        raise Refusal(Code.NOT_AN_ADJUDICATOR)
    if is_blind_now(item) and has_seen_the_answer(by, item):
        raise Refusal(Code.NOT_BLIND)


def check_is_claimed(item: ReviewItem, by: Actor) -> None:
    if not item.is_open:
        raise Refusal(Code.ALREADY_DECIDED)
    holding.demand_held(item, by)


def _give_back_others(by: Actor, kept: ReviewItem) -> int:
    others = ReviewItem.objects.filter(claimed_by=by.myself, held=None).exclude(pk=kept.pk)
    return others.update(**holding.FREE)
