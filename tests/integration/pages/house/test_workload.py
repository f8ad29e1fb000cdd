"""Workload as the lead sees it: who has how much, and nothing of any patient."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from clinic.authorization.roles import Role
from clinic.models import Case
from clinic.workload import Share, shares
from tests import make
from tests.make import Person, Staff
from tests.signing import sign


@pytest.fixture
def lead(staff_a: Staff) -> Person:
    return staff_a[Role.LEAD]


def share_of(lead: Person, person: Person | None) -> Share:
    with lead.at_work():
        [found] = [one for one in shares(lead.actor) if one.person == (person.user.pk if person else None)]
    return found


def test_share_when_cases_wait_then_counts_open_overdue_signed_and_the_longest_wait(lead, clinician_a: Person):
    first = make.case(clinician_a, assignee=clinician_a.user)
    make.case(clinician_a, assignee=clinician_a.user)
    sign(clinician_a, make.case(clinician_a, assignee=clinician_a.user))
    long_ago = timezone.now() - timedelta(days=3)
    with clinician_a.at_work():
        Case.objects.filter(pk=first.pk).update(opened_at=long_ago, due_at=long_ago + timedelta(hours=1))

    share = share_of(lead, clinician_a)

    assert (share.open, share.overdue, share.signed, share.oldest) == (2, 1, 1, long_ago)


def test_share_when_a_case_is_with_nobody_then_it_has_a_line(lead, clinician_a: Person, case_a: Case):
    assert share_of(lead, None).open == 1


def test_share_when_somebody_has_nothing_then_she_is_there_too(lead, staff_a: Staff):
    assert share_of(lead, staff_a[Role.RADIOLOGIST]).open == 0


def test_workload_when_opened_then_people_of_this_site_and_nothing_of_a_patient(
    as_person: Any, lead: Person, clinician_b: Person, case_a: Case, case_b: Case
):
    page = as_person(lead).get("/workload/").content.decode()

    table = page[page.index("<tbody") :]
    assert "Clinician of Northgate" in table
    for hidden in ("Southmoor", "Ana Alder", "Question of site", case_a.reference, str(case_a.pk)):
        assert hidden not in table
    assert len(re.findall("Given to nobody yet", table)) == 1


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.LEAD, Role.INTEGRATION)])
def test_workload_when_the_role_may_not_then_refused(as_person, staff_a: Staff, role: Role):
    assert as_person(staff_a[role]).get("/workload/").status_code == 403


def test_lead_when_signed_in_then_starts_at_the_workload(as_person, lead: Person):
    assert as_person(lead).get("/")["Location"] == "/workload/"
