"""The audit as its auditor reads it: her site's events, newest first, who and what, no values."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from clinic import access
from clinic.authorization.roles import Role
from clinic.models import AuditLink, Case
from clinic.views import audit_lists
from tests import make
from tests.make import Person, Staff

HTMX = {"HX-Request": "true", "HX-Target": "audit"}


@pytest.fixture
def auditor(staff_a: Staff) -> Person:
    return staff_a[Role.AUDITOR]


@pytest.fixture
def read(as_person: Any, auditor: Person) -> Any:
    browser: Client = as_person(auditor)

    def of(query: str = "", **how: Any) -> str:
        make.settle()
        return str(browser.get(f"/audit/{query}", **how).content.decode())

    return of


def test_audit_when_read_then_newest_first_with_position_person_event_kind_and_case(read, clinician_a, case_a: Case):
    make.note(clinician_a, case_a, body="Secret words")

    page = read()

    table = page[page.index("<tbody") :]
    assert table.index("Note written") < table.index("Case opened")
    assert re.search(r"Note written.*?Clinician of Northgate.*?Note</td>.*?C-\d+", table, re.DOTALL)
    assert "Secret words" not in page
    positions = [int(re.sub(r"\D", "", place)) for place in re.findall(r'class="num small">([\d\s]+)</td>', table)]
    assert positions == sorted(positions, reverse=True)


def test_audit_when_another_site_has_events_then_nothing_of_them(read, case_a: Case, case_b: Case, clinician_b: Person):
    page = read()

    assert "Clinician of Northgate" in page
    assert "Southmoor" not in page
    assert "No event like this" in read(f"?case=C-{case_b.number + 7000}")


def test_links_when_asked_for_then_of_the_own_site_and_by_auditors_only(
    auditor, staff_b: Staff, case_a, case_b, admin_a
):
    make.settle()

    with auditor.at_work():
        mine = set(AuditLink.objects.visible_to(auditor.actor).values_list("event__site_id", flat=True))
        assert mine == {auditor.site.pk}
        assert not AuditLink.objects.visible_to(admin_a.actor).exists()
        assert not access.case_numbers(admin_a.actor).exists()
        assert list(access.case_numbers(auditor.actor)) == [case_a]


def test_audit_when_read_then_that_is_one_event_without_values(read, auditor: Person, case_a: Case):
    read(f"?case={case_a.number}&event=case.opened")

    [event] = make.audit_events("audit.read")
    assert (event["actor_id"], event["site"]) == (str(auditor.user.pk), str(auditor.site.pk))
    assert (event["facts"]["count"], event["facts"]["narrowed_by"]) == (1, ["case", "event"])


def test_audit_when_a_person_was_refused_then_it_is_marked(read, as_person, clinician_a: Person):
    as_person(clinician_a).get("/people/")

    page = read("?event=refused")

    assert 'class="chip danger"' in page
    assert "not_allowed" in page


@pytest.mark.parametrize("narrowed", ["event=case.opened", "person={person}", "case=c-{case}", "day={day}"])
def test_audit_when_narrowed_then_what_matches_only(read, clinician_a: Person, case_a: Case, narrowed: str):
    words = narrowed.format(person=clinician_a.user.pk, case=case_a.number, day=timezone.localdate().isoformat())

    found = read(f"?{words}")

    assert "<td" in found
    assert "Case opened" in found
    assert ("Signed in" in found.partition("<tbody")[2]) is narrowed.startswith("day")
    assert "No event like this" in read("?day=2001-01-01")


@pytest.mark.parametrize("wrong", ["case=Ana", "day=31.31.2026", "day=0001-01-01", "event=made.up", "person=nobody"])
def test_audit_when_a_filter_makes_no_sense_then_it_is_said_and_nothing_is_shown(as_person, auditor, case_a, wrong):
    answer = as_person(auditor).get(f"/audit/?{wrong}")

    assert answer.status_code == 422
    assert b'role="alert"' in answer.content
    assert b"<tbody" not in answer.content


def test_audit_when_it_is_long_then_pages_by_place(read, auditor, monkeypatch, clinician_a: Person, case_a: Case):
    monkeypatch.setattr(audit_lists, "SIZE", 3)
    for number in range(5):
        make.note(clinician_a, case_a, body=f"Note {number}")

    first = read("?event=note.written")
    [onward] = re.findall(r'href="/audit/(\?[^"]*)" rel="next"', first)
    second = read(onward.replace("&amp;", "&"), headers=HTMX)

    assert (first.count("C-1</td>"), second.count("C-1</td>")) == (3, 2)
    assert "<html" not in second
    assert 'rel="prev"' in second


def test_audit_when_somebody_signs_in_and_changes_her_language_then_both_are_of_her_site(read, clinician_a: Person):
    browser = Client()
    browser.force_login(clinician_a.user)
    browser.post("/language/", {"language": "es"})

    signed_in, changed = read("?event=session.began"), read("?event=person.changed")

    assert "Person</td>" in signed_in
    assert "Person</td>" in changed


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.AUDITOR, Role.INTEGRATION)])
def test_audit_when_the_role_may_not_then_refused(as_person, staff_a: Staff, role: Role):
    assert as_person(staff_a[role]).get("/audit/").status_code == 403


def test_auditor_when_signed_in_then_starts_at_the_audit(as_person, auditor: Person):
    assert as_person(auditor).get("/")["Location"] == "/audit/"
