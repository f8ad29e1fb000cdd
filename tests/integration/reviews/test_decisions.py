"""What a person decides: a row that stays, agreement, a third person where readers differ, never twice."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from clinic.actions import claims, reviews
from clinic.authorization.permissions import Permission
from clinic.authorization.roles import Role
from clinic.errors import Code, Refusal
from clinic.models import Entry, EntryKind, HeldDecision, ItemState, Notification, Review, ReviewItem, ReviewPolicy
from clinic.review_rules import Rules
from tests import make
from tests.integration.reviewing import NAME, RISKY, UNSURE, failed, flagged
from tests.make import Person, Staff
from tests.threads import at_once

pytestmark = pytest.mark.django_db


def policy(by: Person, **rules) -> None:
    with by.at_work():
        ReviewPolicy.objects.create(site=by.site, capability=NAME, rules=Rules(**rules).as_json())


def refusal_of(act) -> Refusal:
    with pytest.raises(Refusal) as refused:
        act()
    return refused.value


def read(by: Person, item: ReviewItem, label: str, **how) -> Review:
    with by.at_work():
        claims.claim(by=by.actor, item=item)
        return reviews.decide(by=by.actor, item=item, label=label, **how)


def test_decision_when_one_reader_is_enough_then_decided_and_told(clinician_a: Person, case_a, item, reader):
    review = read(reader, item, "urgent", note="Two weeks of it")

    item.refresh_from_db()
    assert (item.state, item.decided_label, item.claimed_by) == ("decided", "urgent", None)
    assert (review.agrees, review.was_blind, Review.objects.get().note) == (False, False, "Two weeks of it")
    entry = Entry.objects.get(kind=EntryKind.REVIEW_DECIDED)
    assert (entry.actor, entry.facts["label"]) == (reader.user, "urgent")
    with clinician_a.at_work():
        assert Notification.objects.get(kind="review_decided").person == clinician_a.user


def test_decision_when_it_differs_without_a_note_then_refused_and_nothing_is_written(item, reader):
    claims.claim(by=reader.actor, item=item)

    for label in ("urgent", "cannot_tell"):
        refused = refusal_of(lambda label=label: reviews.decide(by=reader.actor, item=item, label=label, note="  "))
        assert "note" in refused.fields
    assert "label" in refusal_of(lambda: reviews.decide(by=reader.actor, item=item, label="other", note="x")).fields
    assert not Review.objects.exists()


def test_decision_when_nobody_holds_the_item_then_refused(item, reader):
    assert refusal_of(lambda: reviews.decide(by=reader.actor, item=item, label="routine")).code == Code.NOT_CLAIMED


def test_decision_when_the_item_is_decided_then_refused(staff_a: Staff, item, reader):
    read(reader, item, "routine")

    for role in (Role.REVIEWER, Role.RADIOLOGIST):
        refused = refusal_of(lambda role=role: read(staff_a[role], item, "routine"))
        assert refused.code == Code.ALREADY_DECIDED


def test_readers_when_they_agree_blind_then_decided_and_neither_needs_a_note(staff_a: Staff, clinician_a, case_a):
    policy(clinician_a, readers=2, is_blind=True)
    item = flagged(clinician_a, case_a)

    read(staff_a[Role.REVIEWER], item, "urgent")
    assert refusal_of(lambda: read(staff_a[Role.REVIEWER], item, "urgent")).code == Code.READ_ALREADY
    read(staff_a[Role.RADIOLOGIST], item, "urgent")

    with clinician_a.at_work():
        item.refresh_from_db()
        assert (item.state, item.decided_label) == ("decided", "urgent")
        assert set(Review.objects.values_list("was_blind", "agrees")) == {(True, False)}


def test_readers_when_they_differ_then_a_third_decides_and_never_one_of_them(staff_a: Staff, clinician_a, case_a):
    policy(clinician_a, readers=2, adjudicators=["reviewer", "clinician"])
    item = flagged(clinician_a, case_a)
    first, second = staff_a[Role.REVIEWER], staff_a[Role.RADIOLOGIST]
    read(first, item, "urgent", note="x")
    read(second, item, "routine")

    with clinician_a.at_work():
        item.refresh_from_db()
        assert (item.state, item.reasons[-1]) == (ItemState.ADJUDICATION, "disagreement")
        assert Entry.objects.filter(kind=EntryKind.REVIEW_DIFFERED).exists()
    assert refusal_of(lambda: read(first, item, "urgent")).code == Code.READ_ALREADY
    third = make.person(clinician_a.site, Role.RADIOLOGIST)
    assert refusal_of(lambda: read(third, item, "urgent")).code == Code.NOT_AN_ADJUDICATOR
    last = read(clinician_a, item, "routine")

    with clinician_a.at_work():
        item.refresh_from_db()
        assert (last.is_adjudication, item.state, item.decided_label) == (True, "decided", "routine")


def test_item_when_sent_back_then_whoever_asked_is_told_so(clinician_a: Person, item, reader):
    read(reader, item, "cannot_tell", note="Page two is missing")

    with clinician_a.at_work():
        assert ReviewItem.objects.get(pk=item.pk).decided_label == "cannot_tell"
        assert Review.objects.get().agrees is None
        assert Notification.objects.filter(kind="review_returned", person=clinician_a.user).exists()


def test_run_that_failed_when_a_person_decides_then_it_agrees_with_nobody(clinician_a: Person, case_a, reader):
    failed(clinician_a, case_a)
    item = ReviewItem.objects.get()
    ReviewItem.objects.filter(pk=item.pk).update(risk=0.1)

    assert read(reader, item, "urgent").agrees is None


def test_risky_item_when_nobody_really_looked_then_refused(clinician_a: Person, case_a, reader):
    item = flagged(clinician_a, case_a, RISKY)
    claims.claim(by=reader.actor, item=item)

    def decide(*looked: str) -> Review:
        return reviews.decide(by=reader.actor, item=item, label="emergency", looked=looked)

    assert refusal_of(lambda: decide("scrolled")).code == Code.NOT_LOOKED
    ReviewItem.objects.filter(pk=item.pk).update(claimed_at=timezone.now() - timedelta(seconds=4))
    assert refusal_of(decide).code == Code.NOT_LOOKED
    assert refusal_of(lambda: decide("dreamt")).code == Code.NOT_LOOKED
    looked = decide("scrolled", "opened", "dreamt").looked
    assert (looked["did"], 4 <= looked["seconds"] < 60) == (["opened", "scrolled"], True)


def test_program_when_it_would_decide_then_refused_whatever_its_key_may(item, reader):
    claims.claim(by=reader.actor, item=item)
    program = reader.actor.narrowed_to(frozenset(Permission), key_id=reader.user.pk)

    assert refusal_of(lambda: reviews.decide(by=program, item=item, label="routine")).code == Code.NOT_ALLOWED
    assert refusal_of(lambda: reviews.hold(by=program, item=item, label="routine")).code == Code.NOT_ALLOWED


# --- taking back ------------------------------------------------------------------------------------------------------


def test_held_decision_when_its_time_has_passed_then_ink_in_the_readers_name(item, reader):
    claims.claim(by=reader.actor, item=item)
    reviews.hold(by=reader.actor, item=item, label="urgent", note="Two weeks of it")
    assert (reviews.make_final(), Review.objects.count()) == (0, 0)
    HeldDecision.objects.update(final_at=timezone.now())

    with transaction.atomic():
        assert (reviews.make_final(), reviews.make_final()) == (1, 0)

    review = Review.objects.get()
    assert (review.reader, review.label, review.note) == (reader.user, "urgent", "Two weeks of it")
    (told,) = make.audit_events("review.decided")
    assert (told["actor_id"], told["facts"]["carried_out_by"]) == (str(reader.user.pk), "system:scheduler")


def test_held_decision_when_taken_back_in_time_then_nothing_was_said_and_she_still_holds_it(item, reader):
    claims.claim(by=reader.actor, item=item)
    reviews.hold(by=reader.actor, item=item, label="routine")
    assert refusal_of(lambda: reviews.hold(by=reader.actor, item=item, label="urgent")).code == Code.READ_ALREADY

    reviews.undo(by=reader.actor, item=item)

    assert not Review.objects.exists()
    assert reviews.decide(by=reader.actor, item=item, label="urgent", note="x").label == "urgent"
    assert refusal_of(lambda: reviews.undo(by=reader.actor, item=item)).code == Code.TOO_LATE_TO_UNDO


def test_held_decision_when_another_would_take_it_back_or_the_item_then_refused(staff_a: Staff, item, reader):
    claims.claim(by=reader.actor, item=item)
    reviews.hold(by=reader.actor, item=item, label="routine")
    other = staff_a[Role.RADIOLOGIST].actor

    assert refusal_of(lambda: reviews.undo(by=other, item=item)).code == Code.TOO_LATE_TO_UNDO
    assert claims.claim_next(by=other) is None


# --- kept -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("statement", ["UPDATE clinic_review SET label = 'x'", "DELETE FROM clinic_review"])
def test_decision_when_somebody_would_change_it_then_the_database_refuses(item, reader, statement: str):
    read(reader, item, "routine")

    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_decision_when_sent_twice_at_once_then_one_is_written(clinician_a: Person):
    reader, item = make.person(clinician_a.site, Role.REVIEWER), flagged(clinician_a, make.case(clinician_a), UNSURE)
    with reader.at_work():
        claims.claim(by=reader.actor, item=item)
    codes: list[str] = []

    def decide(_number: int) -> None:
        with reader.at_work():
            try:
                reviews.decide(by=reader.actor, item=item, label="routine")
            except Refusal as refusal:
                codes.append(refusal.code)

    at_once(6, decide)

    with clinician_a.at_work():
        assert (Review.objects.count(), Entry.objects.filter(kind=EntryKind.REVIEW_DECIDED).count()) == (1, 1)
    assert codes == [Code.ALREADY_DECIDED] * 5


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_readers_when_two_finish_at_once_then_exactly_one_is_the_last(clinician_a: Person):
    """Both hold a lock that should be one person's: even then the item's row decides who was first."""
    policy(clinician_a, readers=2)
    pair = [make.person(clinician_a.site, Role.REVIEWER) for _ in range(2)]
    items = [flagged(clinician_a, make.case(clinician_a), UNSURE) for _ in range(6)]

    def work(number: int) -> None:
        for item in items:
            for _try in range(200):
                try:
                    read(pair[number], item, "routine")
                    break
                except Refusal as refusal:
                    assert refusal.code in (Code.CLAIMED_BY_OTHER, Code.NOT_CLAIMED), refusal.code

    at_once(2, work)

    with clinician_a.at_work():
        assert set(ReviewItem.objects.values_list("state", flat=True)) == {"decided"}
        assert Review.objects.count() == 12
        assert Entry.objects.filter(kind=EntryKind.REVIEW_DECIDED).count() == 6
