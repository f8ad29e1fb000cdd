"""Limits and policy: tried first, asked for with a reason, agreed to by a second person, kept with their history."""

from dataclasses import replace

import pytest
from django.utils import timezone

from clinic.actions import proposals, thresholds
from clinic.authorization.roles import Role
from clinic.capabilities import capability_named
from clinic.errors import Code, Refusal
from clinic.forms.review_settings import PolicyForm
from clinic.models import ItemState, Proposal, ReviewItem, ReviewPolicy, Threshold
from clinic.review_policy import limits_of, rules_of
from clinic.review_rules import Rules
from clinic.review_simulator import Simulation
from tests.integration.reviewing import NAME, SURE, UNSURE, answered
from tests.make import Person, Staff

pytestmark = pytest.mark.django_db
REASON = "Too many routine letters wait"


@pytest.fixture
def engineer(staff_a: Staff) -> Person:
    return staff_a[Role.ENGINEER]


@pytest.fixture
def lead(staff_a: Staff) -> Person:
    return staff_a[Role.LEAD]


def agree(by: Person) -> None:
    with by.at_work():
        proposals.agree(by=by.actor, proposal=Proposal.objects.get(decision=""))


def limits(of: Person) -> dict[str, float]:
    with of.at_work():
        return limits_of(of.site.pk, capability_named(NAME))


def test_limits_when_a_second_person_agrees_then_they_hold_and_the_page_tells_who_and_why(as_person, engineer, lead):
    sent = {"limit-routine": "0.7", "limit-urgent": "0.85", "limit-emergency": "0.85", "reason": REASON}
    assert as_person(engineer).post(f"/review/limits/{NAME}/", sent).status_code == 302
    assert limits(lead)["routine"] == 0.85

    browser = as_person(lead)
    page = browser.get(f"/review/limits/{NAME}/").content.decode()
    assert "Routine: 0.85, then 0.70" in page and REASON in page
    assert "Routine: 0.85, then 0.70" in browser.get("/proposals/").content.decode()
    with lead.at_work():
        proposal = Proposal.objects.get()
    answer = browser.post(f"/proposals/{proposal.pk}/agree/", {"from": "own"})
    assert (answer.status_code, answer["Location"]) == (302, f"/review/limits/{NAME}/")

    assert limits(lead) == {"routine": 0.7, "urgent": 0.85, "emergency": 0.85}
    page = browser.get(f"/review/limits/{NAME}/").content.decode()
    assert f"asked by {engineer.user.name}, decided by {lead.user.name}" in page


@pytest.mark.parametrize("value", ["-0.1", "1.01", "nan", "inf", "a", ""])
def test_limits_when_no_share_then_refused_at_the_field(as_person, engineer, value: str):
    sent = {"limit-routine": value, "limit-urgent": "0.85", "limit-emergency": "0.85", "reason": REASON}

    assert as_person(engineer).post(f"/review/limits/{NAME}/", sent).status_code == 422
    with engineer.at_work():
        assert not Proposal.objects.exists()


@pytest.mark.parametrize("values", [{"routine": 1.2}, {"routine": -1}, {"routine": True}, {"routine": "0.5"},
                                    {"routine": float("nan")}, {"nothing": 0.5}, {}])  # fmt: skip
def test_limits_when_wrong_then_the_action_refuses(engineer, values):
    with engineer.at_work(), pytest.raises(Refusal) as refused:
        thresholds.propose_limits(by=engineer.actor, capability=NAME, values=values, reason=REASON)

    assert refused.value.code == Code.INVALID


def test_limits_when_the_same_person_agrees_or_no_reason_is_given_then_refused(as_person, engineer):
    browser = as_person(engineer)
    sent = {"limit-routine": "0.7", "limit-urgent": "0.85", "limit-emergency": "0.85"}
    assert browser.post(f"/review/limits/{NAME}/", sent | {"reason": "short"}).status_code == 422
    browser.post(f"/review/limits/{NAME}/", sent | {"reason": REASON})
    with engineer.at_work():
        proposal = Proposal.objects.get()

    assert browser.post(f"/proposals/{proposal.pk}/agree/").status_code == 409

    assert limits(engineer)["routine"] == 0.85
    assert browser.post(f"/proposals/{proposal.pk}/refuse/").status_code == 302
    with engineer.at_work():
        assert Proposal.objects.get().decision == "withdrawn"
        assert not Threshold.objects.exists()


def test_limits_when_the_role_may_only_look_then_neither_asked_nor_agreed(as_person, clinician_a, engineer, lead):
    sent = {"limit-routine": "0.7", "limit-urgent": "0.85", "limit-emergency": "0.85", "reason": REASON}
    for who in (clinician_a, lead):
        assert as_person(who).post(f"/review/limits/{NAME}/", sent).status_code == 403
    as_person(engineer).post(f"/review/limits/{NAME}/", sent)
    with engineer.at_work():
        proposal = Proposal.objects.get()
    assert as_person(clinician_a).post(f"/proposals/{proposal.pk}/agree/").status_code == 403


def test_limits_of_another_site_then_not_there(as_person, staff_b: Staff, engineer):
    with engineer.at_work():
        proposal = thresholds.propose_limits(by=engineer.actor, capability=NAME, values={"routine": 0.7}, reason=REASON)

    assert as_person(staff_b[Role.LEAD]).post(f"/proposals/{proposal.pk}/agree/").status_code == 404
    assert as_person(staff_b[Role.LEAD]).get("/review/limits/clinic.nothing/").status_code == 404


def test_simulator_when_tried_then_it_counts_what_the_rules_would_do_and_who_was_wrong(
    as_person, clinician_a, engineer, case_a
):
    """Five sure ones (one of them decided: wrong), three at 0.6 (two decided: one right, one wrong)."""
    sure = [answered(clinician_a, case_a, SURE) for _ in range(5)]
    doubtful = [answered(clinician_a, case_a, replace(UNSURE, prediction_set=("routine",))) for _ in range(3)]
    with clinician_a.at_work():
        ReviewItem.objects.create(site=clinician_a.site, capability=NAME, run=sure[0].run, result=sure[0], risk=0.1,
                                  uncertainty=0.1, sampling=0.05, state=ItemState.DECIDED, decided_label="urgent",
                                  decided_at=timezone.now())  # fmt: skip
        for result, label in zip(doubtful, ("routine", "urgent"), strict=False):
            ReviewItem.objects.filter(result=result).update(
                state=ItemState.DECIDED, decided_label=label, decided_at=timezone.now()
            )
        found = Simulation.of(clinician_a.site.pk, capability_named(NAME), {"routine": 0.5})
        stricter = Simulation.of(clinician_a.site.pk, capability_named(NAME), {"routine": 0.99})

    assert (found.n, found.more, found.now.count, found.then.count) == (8, -3, 5, 8)
    assert (found.now.n_judged, found.now.n_wrong, found.then.n_judged, found.then.n_wrong) == (1, 1, 3, 2)
    assert stricter.more == 5
    page = as_person(engineer).get(f"/review/limits/{NAME}/?limit-routine=0.5&limit-urgent=0.85&limit-emergency=0.85")
    text = page.content.decode()
    assert "3 fewer of the last 8 answers would go to review." in text
    assert "2 wrong of 3 that a person looked at" in text and "too few" in text
    assert 'name="limit-routine" value="0.5"' in text


def test_policy_when_shown_then_every_rule_stands_in_one_group(engineer):
    form = PolicyForm(capability=capability_named(NAME), rules=Rules())

    shown = [field.name for _title, fields in form.groups() for field in fields]
    assert sorted([*shown, "reason"]) == sorted(form.fields)


def test_policy_when_agreed_then_the_newest_holds(as_person, engineer, lead):
    page = as_person(engineer).get(f"/review/policy/{NAME}/")
    assert page.status_code == 200
    sent = Rules().as_json() | {"readers": 2, "is_blind": "on", "readers-emergency": 3, "reason": REASON}
    sent = {name: value for name, value in sent.items() if value is not False and name != "class_readers"}

    answer = as_person(engineer).post(f"/review/policy/{NAME}/", sent)

    assert answer.status_code == 302, answer.context["form"].errors
    agree(lead)
    with lead.at_work():
        held = rules_of(lead.site.pk, NAME)
        assert (held.readers, held.is_blind, held.class_readers) == (2, True, {"emergency": 3})
        assert ReviewPolicy.objects.get().proposal == Proposal.objects.get()


@pytest.mark.parametrize(
    "wrong",
    [{"readers": 0}, {"readers": 6}, {"readers": True}, {"doubt_below": 1.1}, {"sample_percent": 101},
     {"risky": "maybe"},
     {"is_blind": "yes"}, {"adjudicators": []}, {"adjudicators": ["admin"]}, {"class_readers": {"nothing": 2}},
     {"class_readers": {"urgent": 9}}, {"unknown": 1}, {"wait_hours": 0.5}],
)  # fmt: skip
def test_policy_when_wrong_then_the_action_refuses_and_names_it(engineer, wrong):
    with engineer.at_work(), pytest.raises(Refusal) as refused:
        thresholds.propose_policy(by=engineer.actor, capability=NAME, rules=wrong, reason=REASON)

    assert set(refused.value.fields) == set(wrong)


def test_overview_when_opened_then_every_capability_with_what_holds(as_person, clinician_a):
    page = as_person(clinician_a).get("/review/settings/").content.decode()

    assert "Urgency" in page and "0.85" in page
