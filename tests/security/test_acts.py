"""What each act asks for is written down, and each refuses whoever has every other permission but that one."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.utils import timezone

from clinic import step_up
from clinic.api.permissions import ActorMay
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission as P
from clinic.authorization.roles import Role, permissions_of
from clinic.doors import Door
from clinic.errors import Code, Refusal
from clinic.middleware.doors import _check_permission
from tests.security import acts, mutants


def test_acts_when_compared_with_the_file_then_the_same() -> None:
    """Read what `python -m tests.security.acts` says of a change before it goes into acts.txt."""
    assert acts.lines() == sorted(acts.written())


@pytest.mark.parametrize("act", acts.written_acts(), ids=lambda act: act.name)
def test_act_when_its_permission_is_missing_then_it_refuses_whatever_it_is_given(act: acts.Act) -> None:
    assert acts.refuses(act)


def refused(do: Any) -> str:
    try:
        do()
    except Refusal as refusal:
        return refusal.code.value
    return ""


def test_actor_when_asked_then_her_permissions_and_no_others() -> None:
    her, system = person(P.CASE_VIEW), Actor.system("tests")

    assert [her.can(P.CASE_VIEW), her.can(P.CASE_OPEN), system.can(P.CASE_OPEN)] == [True, False, True]
    assert [refused(lambda: her.require(P.CASE_VIEW)), refused(lambda: her.require(P.CASE_OPEN))] == ["", "not_allowed"]
    assert (refused(lambda: Actor.nobody().here), refused(lambda: Actor.nobody().myself)) == (
        "not_allowed", "sign_in_needed")  # fmt: skip
    assert [who.is_known for who in (her, system, Actor.nobody())] == [True, True, False]
    assert Actor(label="metrics", permissions=frozenset({P.OPERATIONS_VIEW})).is_known


def test_key_when_it_narrows_then_never_wider_than_its_owner_and_never_a_person() -> None:
    narrowed = person(P.CASE_VIEW, P.CASE_OPEN).narrowed_to(frozenset({P.CASE_VIEW, P.PEOPLE_MANAGE}), uuid4())

    assert narrowed.permissions == {P.CASE_VIEW}
    assert refused(lambda: step_up.demand_person(narrowed)) == Code.PERSON_NEEDED
    assert refused(lambda: step_up.demand_person(Actor.system("tests"))) == Code.PERSON_NEEDED
    assert refused(lambda: step_up.demand_person(person())) == ""


def test_roles_when_several_are_held_then_all_their_permissions_together() -> None:
    assert permissions_of(frozenset()) == frozenset()
    both = permissions_of(frozenset({Role.AUDITOR, Role.LEAD}))
    assert both == permissions_of(frozenset({Role.AUDITOR})) | permissions_of(frozenset({Role.LEAD}))


@pytest.mark.parametrize(("ago_s", "code"), [(0, ""), (299, ""), (301, "step_up_needed"), (None, "step_up_needed")])
def test_proof_when_older_than_five_minutes_then_asked_for_again(ago_s: float | None, code: str) -> None:
    confirmed = None if ago_s is None else timezone.now() - timedelta(seconds=ago_s)

    assert refused(lambda: step_up.demand(person(), confirmed)) == code


def test_door_when_it_needs_a_permission_then_only_with_it(rf: Any) -> None:
    for held, door, passes in (((P.CASE_VIEW,), Door(permission=P.CASE_VIEW), True), ((), Door(), True),
                               ((P.CASE_OPEN,), Door(permission=P.CASE_VIEW), False)):  # fmt: skip
        request = rf.get("/api/v1/cases")  # answered as a problem, without a page
        request.actor, request.resolver_match = Actor(label="x", permissions=frozenset(held)), None
        with patch("clinic.middleware.doors.errors.note"):  # the audit, which is another test's
            assert (_check_permission(request, door) is None) is passes


@pytest.mark.parametrize(
    ("held", "method", "answer"),
    [((P.CASE_VIEW,), "GET", True), ((P.CASE_VIEW,), "HEAD", True), ((), "GET", "not_allowed"),
     ((P.CASE_VIEW,), "POST", "not_allowed"), ((P.CASE_OPEN, P.CASE_EDIT), "POST", True),
     ((P.CASE_OPEN,), "POST", False), ((P.CASE_EDIT, P.NOTE_WRITE), "POST", "not_allowed"),
     ((P.CASE_EDIT,), "POST", "not_allowed"), ((P.CASE_VIEW,), "PUT", False), ((P.CASE_VIEW,), "DELETE", True)],
)  # fmt: skip
def test_operation_when_asked_then_all_it_needs_and_one_of_each_set(held: Any, method: str, answer: Any) -> None:
    """DELETE is not behind it, which is answered with 405; PUT is, and names no permission."""
    needs = {"GET": (P.CASE_VIEW,), "POST": (P.CASE_OPEN, frozenset({P.CASE_EDIT, P.NOTE_WRITE}))}
    view = SimpleNamespace(allowed_methods=["GET", "POST", "PUT"], needs=needs)
    actor = Actor(label="x", user_id=uuid4(), permissions=frozenset(held))
    request = SimpleNamespace(_request=SimpleNamespace(actor=actor), method=method)

    try:
        assert ActorMay().has_permission(request, view) is answer  # type: ignore[arg-type]
    except Refusal as refusal:
        assert refusal.code.value == answer


def test_operation_when_nobody_asks_then_the_sign_in() -> None:
    request = SimpleNamespace(_request=SimpleNamespace(actor=Actor.nobody()), method="GET")
    assert refused(lambda: ActorMay().has_permission(request, SimpleNamespace())) == "sign_in_needed"  # type: ignore[arg-type]


def person(*held: P) -> Actor:
    return Actor(label="x", user_id=uuid4(), site_id=uuid4(), permissions=frozenset(held))


# --- do these tests find anything -------------------------------------------------------------------------------------


@pytest.mark.long
def test_predicates_when_one_is_changed_then_it_is_found(capsys: Any) -> None:
    """A sample with every change; `make mutants` makes all of them."""
    made, left = mutants.survivors(sample=60)

    with capsys.disabled():
        print(f"\nmutants: made={made} killed={made - len(left)}")
    assert made == 60
    assert len(left) <= 0.1 * made, left  # of a sample; of all of them `make mutants` lets pass one in twenty
