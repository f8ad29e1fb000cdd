"""The lock on an item: one reader at a time, seen, renewed, given back, and gone by itself."""

from datetime import timedelta

import pytest
from django.utils import timezone

from clinic import access
from clinic.actions import claims, reviews
from clinic.authorization.roles import Role
from clinic.errors import Code, Refusal
from clinic.models import ReviewItem, ReviewPolicy
from clinic.review_rules import Rules
from tests import make
from tests.integration.reviewing import NAME, RISKY, UNSURE, flagged
from tests.make import Person, Staff
from tests.threads import at_once

pytestmark = pytest.mark.django_db


def refusal_of(act) -> Code:
    with pytest.raises(Refusal) as refused:
        act()
    return refused.value.code


def test_item_when_claimed_then_nobody_else_has_it_until_the_lock_runs_out(staff_a: Staff, item, reader):
    claimed = claims.claim(by=reader.actor, item=item)

    other = staff_a[Role.RADIOLOGIST].actor
    assert claimed.claimed_until
    assert timedelta(minutes=14) < claimed.claimed_until - timezone.now() <= timedelta(minutes=15)
    assert refusal_of(lambda: claims.claim(by=other, item=item)) == Code.CLAIMED_BY_OTHER
    assert claims.claim_next(by=other) is None
    ReviewItem.objects.filter(pk=item.pk).update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert claims.claim_next(by=other) == item
    assert refusal_of(lambda: reviews.decide(by=reader.actor, item=item, label="routine")) == Code.CLAIMED_BY_OTHER


def test_lock_when_renewed_then_it_runs_longer_and_the_time_spent_counts_on(item, reader):
    first = claims.claim(by=reader.actor, item=item)
    ReviewItem.objects.filter(pk=item.pk).update(claimed_until=timezone.now() + timedelta(minutes=1))

    renewed = claims.renew(by=reader.actor, item=item)

    assert renewed.claimed_until
    assert renewed.claimed_until > timezone.now() + timedelta(minutes=14)
    assert renewed.claimed_at == first.claimed_at


def test_item_when_given_back_then_free_for_others(staff_a: Staff, item, reader):
    claims.claim(by=reader.actor, item=item)

    claims.release(by=reader.actor, item=item)

    assert claims.claim_next(by=staff_a[Role.RADIOLOGIST].actor) == item
    assert refusal_of(lambda: claims.release(by=reader.actor, item=item)) == Code.CLAIMED_BY_OTHER


def test_reader_when_she_takes_another_then_the_first_is_free(clinician_a: Person, case_a, item, reader):
    second = flagged(clinician_a, case_a)
    claims.claim(by=reader.actor, item=item)

    claims.claim(by=reader.actor, item=second)

    assert ReviewItem.objects.get(pk=item.pk).claimed_by is None


def test_queue_when_asked_for_the_next_then_risk_doubt_and_age_decide_and_the_late_come_first(
    clinician_a: Person, case_a, reader
):
    doubtful, risky = flagged(clinician_a, case_a, UNSURE), flagged(clinician_a, case_a, RISKY)
    late = flagged(clinician_a, case_a, UNSURE)
    day_ago = timezone.now() - timedelta(hours=9)
    ReviewItem.objects.filter(pk=late.pk).update(created_at=day_ago, uncertainty=0.0, risk=0.0)
    hour_ago = timezone.now() - timedelta(hours=1)
    ReviewItem.objects.filter(pk__in=[doubtful.pk, risky.pk]).update(created_at=hour_ago)
    ReviewItem.objects.filter(pk=risky.pk).update(uncertainty=0.5)

    found = [claims.claim_next(by=reader.actor)]
    for _turn in range(2):
        found.append(claims.claim_next(by=reader.actor, after=found[-1]))
        ReviewItem.objects.filter(pk__in=[one.pk for one in found if one]).update(state="withdrawn")

    assert found == [late, risky, doubtful]


@pytest.mark.hazard("H04")
def test_blind_reader_when_she_has_seen_the_answer_then_another_has_to_read(
    staff_a: Staff, clinician_a: Person, case_a
):
    with clinician_a.at_work():
        ReviewPolicy.objects.create(site=clinician_a.site, capability=NAME,
                                    rules=Rules(class_readers={"emergency": 2}).as_json())  # fmt: skip
    item = flagged(clinician_a, case_a, RISKY)
    reader = staff_a[Role.REVIEWER]
    with reader.at_work():
        access.case(reader.actor, case_a.pk)
        make.settle()

        assert refusal_of(lambda: claims.claim(by=reader.actor, item=item)) == Code.NOT_BLIND
        assert claims.claim_next(by=reader.actor) is None
        assert claims.claim_next(by=staff_a[Role.RADIOLOGIST].actor) == item


def test_blind_reader_when_she_looks_after_taking_it_then_she_cannot_decide(
    staff_a: Staff, clinician_a: Person, case_a
):
    with clinician_a.at_work():
        ReviewPolicy.objects.create(site=clinician_a.site, capability=NAME, rules=Rules(is_blind=True).as_json())
    item, reader = flagged(clinician_a, case_a), staff_a[Role.REVIEWER]
    with reader.at_work():
        claims.claim(by=reader.actor, item=item)
        access.result(reader.actor, item.run_id)
        make.settle()

        assert refusal_of(lambda: reviews.decide(by=reader.actor, item=item, label="urgent")) == Code.NOT_BLIND


def test_item_when_asked_for_by_roles_that_do_not_review_then_refused(staff_a: Staff, item):
    for role in (Role.ENGINEER, Role.LEAD, Role.AUDITOR, Role.ADMIN):
        with staff_a[role].at_work():
            assert refusal_of(lambda role=role: claims.claim(by=staff_a[role].actor, item=item)) == Code.NOT_ALLOWED


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_item_when_eight_take_it_at_once_then_one_has_it(clinician_a: Person):
    readers = [make.person(clinician_a.site, Role.REVIEWER) for _ in range(8)]
    item = flagged(clinician_a, make.case(clinician_a))
    taken: list[Person] = []

    def take(number: int) -> None:
        with readers[number].at_work():
            if claims.claim_next(by=readers[number].actor):
                taken.append(readers[number])

    at_once(8, take)

    assert len(taken) == 1
    with clinician_a.at_work():
        assert ReviewItem.objects.get(pk=item.pk).claimed_by == taken[0].user
