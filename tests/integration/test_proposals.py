"""A change that needs two persons is never made by one, nor twice, nor without a reason."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from clinic.actions import engine_proposals, erasing, proposals
from clinic.authorization.roles import Role
from clinic.errors import Code, Refusal
from clinic.models import Proposal
from clinic.models.engines import FACTORS_OFF
from extraction.actions import prompts
from tests.integration.two_persons import two_person_kind
from tests.make import Person, Staff

pytestmark = pytest.mark.django_db
REASON = "The limit lets too many pass"


@pytest.fixture
def done() -> list[Proposal]:
    return []


@pytest.fixture
def kind(done: list[Proposal]) -> Iterator[str]:
    with two_person_kind("tests.change", done) as name:
        yield name


@pytest.fixture
def engineer(staff_a: Staff) -> Iterator[Person]:
    with staff_a[Role.ENGINEER].at_work():
        yield staff_a[Role.ENGINEER]


def test_proposal_when_a_second_person_agrees_then_it_is_done_once(engineer, staff_a, kind, done):
    proposal = proposals.propose(by=engineer.actor, kind=kind, reason=REASON)

    agreed = proposals.agree(by=staff_a[Role.LEAD].actor, proposal=proposal)

    assert (agreed.decision, agreed.decided_by, len(done)) == ("approved", staff_a[Role.LEAD].user, 1)
    assert Proposal.objects.get().reason == REASON
    with pytest.raises(Refusal) as refused:
        proposals.agree(by=staff_a[Role.LEAD].actor, proposal=proposal)
    assert (refused.value.code, len(done)) == (Code.ALREADY_DECIDED, 1)


def test_proposal_when_the_same_person_agrees_then_it_is_refused_and_nothing_is_done(engineer, kind, done):
    proposal = proposals.propose(by=engineer.actor, kind=kind, reason=REASON)

    with pytest.raises(Refusal) as refused:
        proposals.agree(by=engineer.actor, proposal=proposal)

    assert (refused.value.code, len(done), Proposal.objects.get().decision) == (Code.SECOND_PERSON_NEEDED, 0, "")


def test_proposal_when_its_row_is_approved_past_the_action_by_its_author_then_the_database_refuses(engineer, kind):
    proposal = proposals.propose(by=engineer.actor, kind=kind, reason=REASON)

    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(
            decision="approved", decided_by=engineer.user, decided_at=timezone.now()
        )


@pytest.mark.parametrize("reason", ["", "   short   "])
def test_proposal_when_it_gives_no_reason_then_it_is_refused(engineer, kind, reason):
    with pytest.raises(Refusal) as refused:
        proposals.propose(by=engineer.actor, kind=kind, reason=reason)

    assert "reason" in refused.value.fields


def test_proposal_when_the_role_may_not_then_neither_asked_nor_agreed(engineer, staff_a, kind):
    proposal = proposals.propose(by=engineer.actor, kind=kind, reason=REASON)

    for forbidden in (
        lambda: proposals.propose(by=staff_a[Role.CLINICIAN].actor, kind=kind, reason=REASON),
        lambda: proposals.agree(by=staff_a[Role.CLINICIAN].actor, proposal=proposal),
        lambda: proposals.refuse(by=staff_a[Role.CLINICIAN].actor, proposal=proposal, note=""),
    ):
        with pytest.raises(Refusal) as refused:
            forbidden()
        assert refused.value.code == Code.NOT_ALLOWED


def test_proposal_when_taken_back_or_refused_then_nothing_is_done(engineer, staff_a, kind, done):
    own, foreign = (proposals.propose(by=engineer.actor, kind=kind, reason=REASON) for _ in range(2))

    proposals.refuse(by=engineer.actor, proposal=own, note="")
    proposals.refuse(by=staff_a[Role.LEAD].actor, proposal=foreign, note="Not now")

    assert set(Proposal.objects.values_list("decision", flat=True)) == {"withdrawn", "refused"}
    assert done == []


@pytest.mark.parametrize("minutes_ago", [None, 6])
def test_grave_proposal_when_the_second_person_has_not_just_proved_who_she_is_then_refused(
    engineer, staff_a, done, minutes_ago
):
    lead, confirmed = staff_a[Role.LEAD].actor, None
    if minutes_ago is not None:
        confirmed = timezone.now() - timedelta(minutes=minutes_ago)
    with two_person_kind("tests.grave", done, needs_step_up=True) as grave:
        proposal = proposals.propose(by=engineer.actor, kind=grave, reason=REASON)

        with pytest.raises(Refusal) as refused:
            proposals.agree(by=lead, proposal=proposal, confirmed_at=confirmed)
        assert (refused.value.code, done) == (Code.STEP_UP_NEEDED, [])

        proposals.agree(by=lead, proposal=proposal, confirmed_at=timezone.now())
        assert len(done) == 1


def test_kinds_when_they_reach_patients_then_they_ask_for_a_fresh_proof():
    grave = {name for name, sort in proposals._sorts.items() if sort.needs_step_up}

    assert grave == {
        engine_proposals.PROMOTE,
        engine_proposals.ROLLOUT,
        engine_proposals.RETURN,
        engine_proposals.DATA_LEAVES,
        prompts.PROMOTE,
        erasing.ERASE,
        FACTORS_OFF,
    }
