"""Engines for programs: they read, ask and roll back; agreeing takes a second person at her browser."""

import pytest

from clinic.actions import engine_moves, engine_proposals
from clinic.authorization.roles import Role
from clinic.models import Deployment, Proposal
from tests.contract.asking import Api, as_program
from tests.integration.engines.challengers import WHY, live, prove, shadow
from tests.make import Staff
from tests.signing import prove as prove_who

pytestmark = pytest.mark.django_db


@pytest.fixture
def challenger(staff_a: Staff, tmp_path, monkeypatch) -> Deployment:
    monkeypatch.setattr("django.conf.settings.ENGINES_FOLDER", tmp_path / "engines")
    held = shadow(staff_a, tmp_path)
    prove(held)
    return held


@pytest.fixture
def asked(staff_a: Staff, challenger) -> Proposal:
    by = staff_a[Role.ENGINEER]
    with by.at_work():
        return engine_proposals.ask_for_rollout(by=by.actor, deployment=challenger, percent=10, reason=WHY)


def code_of(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_engines_when_listed_then_by_state_and_one_tells_its_card_files_and_gate(staff_a: Staff, challenger):
    api = as_program(staff_a[Role.CLINICIAN])

    listed = api.get("engines?state=shadow&capability=clinic.letters").json()["results"]
    told = api.get(f"engines/{challenger.pk}").json()

    assert [(each["id"], each["digest"]) for each in listed] == [(str(challenger.pk), challenger.engine.digest)]
    assert told["files"]["weights.safetensors"] == challenger.engine.manifest["files"]["weights.safetensors"]["sha256"]
    assert (told["card"]["purpose"], told["metrics"][0]["n"] > 0) == (challenger.engine.card["purpose"], True)
    assert (told["sealed_cases"]["cases"], told["gate"]["reasons"]) == (40, ["too_few_read", "class_too_few"])
    assert told["in_practice"] is None


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"kind": "engine.rollout"}, "percent"),
        ({"kind": "engine.promote", "percent": 5}, "percent"),
        ({"kind": "site.data_leaves"}, "may_leave"),
    ],
)
def test_wish_when_something_is_missing_or_too_much_then_the_field_is_named(staff_a, challenger, wish, field):
    about = {"reason": WHY} | ({} if wish["kind"] == "site.data_leaves" else {"engine": str(challenger.pk)})

    refused = as_program(staff_a[Role.ENGINEER]).post("proposals", wish | about)

    assert code_of(refused) == (400, "invalid")
    assert list(refused.json()["errors"]) == [field]


def test_wish_when_the_gate_is_shut_or_no_reason_is_given_then_refused(staff_a: Staff, challenger):
    api, wish = as_program(staff_a[Role.ENGINEER]), {"kind": "engine.promote", "engine": str(challenger.pk)}

    assert code_of(api.post("proposals", wish | {"reason": WHY})) == (409, "gate_not_passed")
    assert code_of(api.post("proposals", wish | {"reason": "short"})) == (400, "invalid")
    assert not Proposal.objects.exists()


def test_proposal_when_a_key_agrees_or_refuses_then_a_person_is_needed(staff_a: Staff, asked):
    for role in (Role.LEAD, Role.ENGINEER):
        api = as_program(staff_a[role])
        for act in ("agree", "refuse"):
            assert code_of(api.post(f"proposals/{asked.pk}/{act}")) == (403, "person_needed")


def test_proposal_when_agreed_by_a_second_person_who_proved_who_she_is_then_done(
    staff_a: Staff, asked, challenger, as_person
):
    hers, own = (Api(browser=prove_who(as_person(staff_a[role]))) for role in (Role.LEAD, Role.ENGINEER))
    unproved = Api(browser=as_person(staff_a[Role.LEAD]))

    assert code_of(own.post(f"proposals/{asked.pk}/agree"))[1] == "second_person_needed"
    assert code_of(unproved.post(f"proposals/{asked.pk}/agree"))[1] == "step_up_needed"
    agreed = hers.post(f"proposals/{asked.pk}/agree", {"note": "Looked at it"}).json()

    assert (agreed["decision"], agreed["note"]) == ("approved", "Looked at it")
    assert hers.get(f"engines/{challenger.pk}").json()["percent"] == 10
    assert [each["id"] for each in hers.get("proposals?is_open=false").json()["results"]] == [str(asked.pk)]
    assert hers.get("proposals?is_open=true").json()["results"] == []


def test_proposal_when_its_author_takes_it_back_then_withdrawn(staff_a: Staff, asked, as_person):
    own = Api(browser=as_person(staff_a[Role.ENGINEER]))

    assert own.post(f"proposals/{asked.pk}/refuse").json()["decision"] == "withdrawn"


def test_rollback_when_a_program_asks_then_the_engine_before_is_told_and_live(staff_a: Staff, challenger):
    before, by = live(staff_a), staff_a[Role.LEAD]
    with by.at_work():
        after = engine_moves.promote(by=by.actor, deployment=challenger, reason=WHY,
                                     asked_by=staff_a.ids[Role.ENGINEER], gate={})  # fmt: skip
    api = as_program(staff_a[Role.ENGINEER])

    assert code_of(api.post(f"engines/{before.pk}/rollback", {"reason": WHY}))[1] == "engine_not_in_that_state"
    told = api.post(f"engines/{after.pk}/rollback", {"reason": WHY}).json()

    assert (told["id"], told["state"], live(staff_a).pk) == (str(before.pk), "live", before.pk)
