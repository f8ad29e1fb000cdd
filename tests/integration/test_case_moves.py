"""The state machine, walked at random: what the model layer allows, the database allows, and nothing else."""

import random

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic.actions import cases
from clinic.errors import Code, Refusal
from clinic.models import Case, CaseState, EntryKind, Report, StateChange
from clinic.models.cases import MOVES, SIGNED_STATES
from tests import make
from tests.make import Person
from tests.threads import at_once

STATES = list(CaseState)
walks = st.lists(st.sampled_from(STATES), max_size=12)


def _reachable() -> set[CaseState]:
    found, edge = {CaseState.OPEN}, {CaseState.OPEN}
    while edge := set().union(*(MOVES[state] for state in edge)) - found:
        found |= edge
    return found


def test_states_when_begun_open_then_each_can_be_reached_and_left():
    assert _reachable() == set(CaseState)
    assert all(MOVES[state] for state in CaseState)


def test_signed_when_left_then_never_back_to_unsigned_work():
    unsigned = {CaseState.OPEN, CaseState.AWAITING_AI, CaseState.AWAITING_HUMAN}

    assert not MOVES[CaseState.SIGNED] & unsigned
    assert not MOVES[CaseState.AMENDED] & unsigned


def test_model_when_walked_ten_thousand_times_then_only_legal_moves_are_made():
    """Drawn by a plain generator: so many walks would keep a property tester busy for half a minute."""
    draw = random.Random(20_000)
    case = Case()
    for _walk in range(10_000):
        case.state = CaseState.OPEN
        for wanted in draw.choices(STATES, k=draw.randrange(13)):
            is_legal = wanted in MOVES[CaseState(case.state)]
            assert case.may_move_to(wanted) == _is_let_through(case, wanted) == is_legal
            case.state = wanted if is_legal else case.state


def _is_let_through(case: Case, wanted: CaseState) -> bool:
    try:
        case.check_may_move_to(wanted)
    except Refusal as refused:
        assert refused.code == Code.ILLEGAL_MOVE
        return False
    return True


@settings(max_examples=40)
@given(walk=walks)
def test_database_when_walked_past_the_model_then_it_judges_the_same(clinician_a: Person, walk: list[CaseState]):
    with transaction.atomic(), clinician_a.at_work():
        case = make.case(clinician_a)
        state = CaseState.OPEN
        for wanted in walk:
            is_legal = wanted in MOVES[state] or wanted == state  # staying is no move
            assert _database_allows(case, wanted) == is_legal
            state = wanted if is_legal else state


def _database_allows(case: Case, wanted: CaseState) -> bool:
    """Enough versions of a report are there, as nothing is signed without one."""
    while wanted in SIGNED_STATES and case.reports.count() < 2:
        _put_version(case, case.reports.count() + 1)
    try:
        with transaction.atomic():
            return bool(Case.objects.filter(pk=case.pk).update(state=wanted))
    except IntegrityError as refused:
        assert "cannot move" in str(refused)
        return False


def _put_version(case: Case, version: int) -> None:
    assert case.opened_by
    Report.objects.create(site_id=case.site_id, case=case, version=version, body={}, reason="A reason", key_id="k",
                          content_sha256="0" * 64, signature=b"", signed_by=case.opened_by)  # fmt: skip


@pytest.mark.parametrize("state", [state for state in STATES if state != CaseState.OPEN])
def test_database_when_a_case_is_born_in_another_state_then_refused(in_site_a: Person, case_a: Case, state: CaseState):
    case_a.pk, case_a.number, case_a.state = None, 999, state

    with pytest.raises(IntegrityError, match="starts open"), transaction.atomic():
        case_a.save(force_insert=True)


def test_database_when_a_state_is_unknown_then_refused(in_site_a: Person, case_a: Case):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE clinic_case SET state = 'lost' WHERE id = %s", [case_a.pk])


def test_move_when_legal_then_a_row_with_its_author_and_a_line_in_the_case(in_site_a: Person, case_a: Case):
    moved = cases.move(by=in_site_a.actor, case=case_a, to=CaseState.AWAITING_HUMAN, reason="The film is here")

    change = StateChange.objects.get(case=case_a)
    assert (moved.state, change.old, change.new) == ("awaiting_human", "open", "awaiting_human")
    assert (change.by_id, change.reason) == (in_site_a.user.pk, "The film is here")
    assert case_a.entries.filter(kind=EntryKind.STATE_CHANGED, subject_id=change.pk).count() == 1


def test_move_when_illegal_then_refused_and_nothing_written(in_site_a: Person, case_a: Case):
    with pytest.raises(Refusal) as refused:
        cases.move(by=in_site_a.actor, case=case_a, to=CaseState.SIGNED)

    assert refused.value.facts == {"from": "open", "to": "signed"}
    assert not StateChange.objects.exists()
    assert make.audit_events("case.moved") == []


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_move_when_two_close_at_once_then_the_second_is_judged_by_what_the_first_did(clinician_a: Person):
    case = make.case(clinician_a)

    def close(_number: int) -> str:
        with clinician_a.at_work():
            try:
                return str(cases.move(by=clinician_a.actor, case=case, to=CaseState.CLOSED).state)
            except Refusal as refused:
                return refused.code

    assert sorted(at_once(2, close)) == ["closed", "illegal_move"]
    with clinician_a.at_work():
        assert StateChange.objects.count() == 1
