"""What goes to a person, and what need not: decided once, in the transaction that stores the answer."""

import uuid
from dataclasses import replace

import pytest

from clinic.actions import flags
from clinic.authorization.roles import Role
from clinic.errors import Code, Refusal
from clinic.models import (
    CaseState,
    Entry,
    EntryKind,
    FlagReason,
    Notification,
    ReviewItem,
    ReviewPolicy,
    Stop,
    Threshold,
)
from clinic.review_rules import Rules, drawn
from tests import make
from tests.integration.reviewing import NAME, RISKY, SURE, UNSURE, answered, failed, flagged, the_simpler_one
from tests.make import Person, Staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is drawn by chance, unless a test says so."""
    monkeypatch.setattr(flags, "drawn", lambda _run_id: 1.0)


def test_answer_when_sure_and_harmless_then_accepted_by_policy_and_nobody_is_said_to_have_decided(
    in_site_a: Person, case_a
):
    answered(in_site_a, case_a, SURE)

    assert not ReviewItem.objects.exists()
    entry = Entry.objects.get(kind=EntryKind.REVIEW_ACCEPTED)
    assert entry.actor is None
    assert not Entry.objects.filter(kind=EntryKind.REVIEW_FLAGGED).exists()


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (replace(SURE, probabilities={"routine": 0.84, "urgent": 0.15, "emergency": 0.01}), ["low_confidence"]),
        (replace(SURE, prediction_set=()), ["set_empty"]),
        (replace(SURE, prediction_set=("routine", "urgent", "emergency")), ["set_too_large", "high_risk"]),
        (replace(SURE, probabilities=None), ["uncalibrated"]),
        (replace(SURE, label="", probabilities=None, refusal="not_a_letter"), ["engine_refused"]),
        (replace(SURE, prediction_set=("routine", "emergency")), ["high_risk"]),
        (RISKY, ["high_risk"]),
    ],
)
def test_answer_when_in_doubt_then_a_person_looks_and_the_item_says_why(in_site_a: Person, case_a, said, why):
    item = flagged(in_site_a, case_a, said)

    assert item.reasons == why
    assert (item.sampling, item.state, item.capability) == (1.0, "waiting", NAME)
    assert Entry.objects.get(kind=EntryKind.REVIEW_FLAGGED).facts["reasons"] == why


def test_answer_when_a_simpler_engine_gave_it_then_a_person_looks(in_site_a: Person, case_a):
    answered(in_site_a, case_a, SURE, chosen=the_simpler_one())

    assert ReviewItem.objects.get().reasons == ["simpler_engine"]


@pytest.mark.hazard("H02")
@pytest.mark.parametrize(("class_name", "is_flagged"), [("", True), ("routine", True), ("urgent", False)])
def test_answer_when_its_engine_or_its_class_is_stopped_then_a_person_looks(
    in_site_a: Person, case_a, class_name: str, is_flagged: bool
):
    Stop.objects.create(site=in_site_a.site, capability=NAME, class_name=class_name, note="Unsafe",
                        pulled_by=in_site_a.user)  # fmt: skip

    answered(in_site_a, case_a, SURE)

    assert ReviewItem.objects.exists() is is_flagged


def test_answer_when_the_site_agreed_on_other_limits_then_the_newest_hold(in_site_a: Person, case_a):
    for limit in (0.99, 0.5):
        Threshold.objects.create(site=in_site_a.site, capability=NAME, values={"routine": limit})

    answered(in_site_a, case_a, replace(UNSURE, prediction_set=("routine",)))

    assert not ReviewItem.objects.exists()


def test_item_when_made_then_ordered_by_what_is_possible_not_by_what_was_said(in_site_a: Person, case_a):
    item = flagged(in_site_a, case_a, replace(UNSURE, prediction_set=("routine", "emergency")))

    assert (item.risk, round(item.uncertainty, 2)) == (1.0, 0.4)


def test_sample_when_drawn_then_blind_with_its_chance_and_the_same_whenever_it_is_asked(
    in_site_a: Person, case_a, monkeypatch
):
    ReviewPolicy.objects.create(site=in_site_a.site, capability=NAME, rules=Rules(sample_percent=20).as_json())
    monkeypatch.setattr(flags, "drawn", lambda _run_id: 0.19)

    item = flagged(in_site_a, case_a, SURE)

    assert (item.reasons, item.sampling, item.is_blind) == (["policy_sample"], 0.2, True)


def test_draw_when_repeated_then_the_same_and_even():
    ids = [uuid.UUID(int=n) for n in range(2000)]

    assert [drawn(pk) for pk in ids] == [drawn(pk) for pk in ids]
    assert 0.08 < sum(drawn(pk) < 0.1 for pk in ids) / len(ids) < 0.12


def test_readers_when_policy_names_the_class_or_doubt_then_the_most_demanding_rule_holds(in_site_a: Person, case_a):
    rules = Rules(class_readers={"emergency": 3}, doubt_below=0.7, doubt_readers=2)
    ReviewPolicy.objects.create(site=in_site_a.site, capability=NAME, rules=rules.as_json())

    assert [(item.readers, item.is_blind) for item in (
        flagged(in_site_a, case_a, RISKY),
        flagged(in_site_a, case_a, UNSURE),
        flagged(in_site_a, case_a, replace(SURE, prediction_set=())),
    )] == [(3, True), (2, True), (1, False)]  # fmt: skip


@pytest.mark.parametrize("reason", [FlagReason.FAILURE, FlagReason.STOPPED])
def test_run_when_no_engine_answers_then_a_person_does(in_site_a: Person, case_a, reason: FlagReason):
    run = failed(in_site_a, case_a, reason)

    item = ReviewItem.objects.get(run=run)
    assert (item.result, item.reasons, item.risk, item.uncertainty) == (None, [reason.value], 1.0, 1.0)


def test_flag_when_the_case_was_open_then_it_waits_for_a_person_and_whoever_asked_is_told(clinician_a: Person, case_a):
    flagged(clinician_a, case_a)

    with clinician_a.at_work():
        case_a.refresh_from_db()
        assert case_a.state == CaseState.AWAITING_HUMAN
        assert Notification.objects.get(kind="review_needed").person == clinician_a.user


def test_result_when_a_person_sends_it_to_review_then_it_waits_once_and_weighs_nothing(
    staff_a: Staff, clinician_a: Person, case_a
):
    result = answered(clinician_a, case_a, SURE)
    with clinician_a.at_work():
        item = flags.ask(by=clinician_a.actor, result=result, note=" Is this right? ")
        assert (item.reasons, item.sampling) == (["asked"], 0.0)
        assert ReviewItem.objects.get(pk=item.pk).question == "Is this right?"
        with pytest.raises(Refusal) as refused:
            flags.ask(by=clinician_a.actor, result=result, note="")
        assert refused.value.code == Code.WAITS_ALREADY
        with pytest.raises(Refusal) as refused:
            flags.ask(by=staff_a[Role.ENGINEER].actor, result=result, note="")
        assert refused.value.code == Code.NOT_ALLOWED


def test_result_of_a_kind_without_classes_when_sent_to_review_then_refused(in_site_a: Person, case_a, work_lane):
    run = make.run(in_site_a, case_a)
    work_lane("cpu")

    with pytest.raises(Refusal) as refused:
        flags.ask(by=in_site_a.actor, result=make.fresh_run(in_site_a, run).result, note="")

    assert refused.value.code == Code.NOT_REVIEWED


def test_story_when_an_answer_was_flagged_or_accepted_then_it_says_so_in_words(clinician_a: Person, case_a, as_person):
    flagged(clinician_a, case_a, replace(UNSURE, prediction_set=()))
    answered(clinician_a, case_a, SURE)

    page = as_person(clinician_a).get(f"/cases/{case_a.pk}/").content.decode()

    assert "Waits for a person: Urgency" in page
    assert "Below the limit for this class; unlike anything it learned from" in page
    assert "Accepted by policy: Urgency" in page
