"""Acts inside acts: all their events are written last; what is rolled back leaves none."""

import json
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic import audit
from clinic.actions import cases, consents, notes, patients, runs
from clinic.authorization.roles import Role
from clinic.errors import Code, Refusal
from clinic.models import AuditEvent, CaseState, Purpose, Urgency
from tests.make import Person, Staff

pytestmark = pytest.mark.django_db


def events() -> list[str]:
    return [json.loads(e.body)["event"] for e in AuditEvent.objects.all()]


def test_act_when_inside_another_then_both_events_are_the_last_statement(in_site_a: Person, case_a):
    with (
        CaptureQueriesContext(
            connection,
        ) as seen,
        audit.act(in_site_a.actor, "outer.act") as outer,
    ):
        consents.record(by=in_site_a.actor, case=case_a, purpose=Purpose.CARE, is_given=True)
        notes.write(by=in_site_a.actor, case=case_a, body="after the first event was told")
        outer.about(case_a)

    statements = [q["sql"] for q in seen if "INSERT INTO" in q["sql"] or q["sql"].startswith("UPDATE")]
    assert ["INTO audit_event" in sql for sql in statements] == [False] * (len(statements) - 1) + [True]
    assert statements[-1].startswith("3 times")


def test_act_when_rolled_back_inside_another_then_only_the_other_is_told(in_site_a: Person, case_a):
    before = events()

    with audit.act(in_site_a.actor, "outer.act") as outer:
        with pytest.raises(Refusal):
            cases.move(by=in_site_a.actor, case=case_a, to=CaseState.AMENDED)
        outer.about(case_a)

    assert sorted(events()) == sorted([*before, "outer.act"])


def test_birth_date_when_corrected_then_the_age_on_each_case_follows(in_site_a: Person, case_a):
    born = date(case_a.opened_at.year - 4, 1, 1)

    patients.update(by=in_site_a.actor, patient=case_a.patient, birth_date=born.isoformat())

    case_a.refresh_from_db()
    assert case_a.age_years == 4


@pytest.mark.parametrize("act", ["urgency", "assign", "note", "run"])
def test_closed_case_when_something_is_done_to_it_then_refused_by_name(in_site_a: Person, case_a, act):
    by = in_site_a.actor
    cases.move(by=by, case=case_a, to=CaseState.CLOSED)  # case_a in hand still says open: the row decides

    with pytest.raises(Refusal) as refused:
        match act:
            case "urgency":
                cases.set_urgency(by=by, case=case_a, urgency=Urgency.URGENT)
            case "assign":
                cases.assign(by=by, case=case_a, to=in_site_a.user)
            case "note":
                notes.write(by=by, case=case_a, body="too late")
            case "run":
                runs.request(by=by, kind="clinic.check", case=case_a)

    assert refused.value.code == Code.CASE_IS_CLOSED


def test_urgency_when_it_stays_the_same_then_nothing_is_told(in_site_a: Person, case_a):
    before = len(events())

    cases.set_urgency(by=in_site_a.actor, case=case_a, urgency=Urgency(case_a.urgency), due_at=case_a.due_at)

    assert len(events()) == before


@pytest.mark.parametrize("role", [Role.ADMIN, Role.LEAD, Role.AUDITOR])
def test_case_when_given_to_somebody_who_cannot_open_it_then_refused(in_site_a: Person, case_a, staff_a: Staff, role):
    with pytest.raises(Refusal) as refused:
        cases.assign(by=in_site_a.actor, case=case_a, to=staff_a[role].user)

    assert refused.value.code == Code.NOT_A_MEMBER
