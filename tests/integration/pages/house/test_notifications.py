"""What waits for whom: read, opened, and without a word about a patient."""

import pytest
from django.test import Client

from clinic.actions import cases, people
from clinic.authorization.roles import Role
from clinic.authorization.scope import scope
from clinic.models import Case, Notification
from tests import make
from tests.make import Person


@pytest.fixture
def given(staff_a, case_a: Case) -> Person:
    """A radiologist who was given the clinician's case."""
    clinician: Person = staff_a[Role.CLINICIAN]
    radiologist: Person = staff_a[Role.RADIOLOGIST]
    with clinician.at_work():
        cases.assign(by=clinician.actor, case=case_a, to=radiologist.user)
    return radiologist


def notice_of(person: Person) -> Notification:
    with scope(person=person.user.pk):
        return Notification.objects.get(person=person.user)


def test_list_when_something_is_new_then_shown_by_number_only(as_person, given: Person, case_a: Case):
    page = as_person(given).get("/notifications/").content.decode()

    assert case_a.reference in page
    assert "A case was given to you" in page
    assert case_a.question not in page
    assert "Ana Alder" not in page


def test_list_when_asked_by_another_then_empty(as_person, given: Person, clinician_a: Person):
    assert b"Nothing new" in as_person(clinician_a).get("/notifications/").content


def test_open_when_pressed_then_read_and_on_to_the_case(as_person, given: Person, case_a: Case):
    notice = notice_of(given)

    response = as_person(given).post(f"/notifications/{notice.pk}/open/")

    assert response["Location"] == f"/cases/{case_a.pk}/"
    assert notice_of(given).read_at is not None


def test_open_when_it_is_somebody_elses_then_it_does_not_exist(as_person, given: Person, clinician_a: Person):
    notice = notice_of(given)

    assert as_person(clinician_a).post(f"/notifications/{notice.pk}/open/").status_code == 404
    assert notice_of(given).read_at is None


def test_open_when_a_run_failed_then_on_to_the_run(as_person, clinician_a: Person, case_a, work_lane):
    run = make.run(clinician_a, case_a, mode="fail")
    work_lane("cpu")

    response = as_person(clinician_a).post(f"/notifications/{notice_of(clinician_a).pk}/open/")

    assert response["Location"] == f"/runs/{run.pk}/"


def test_open_when_it_is_of_another_site_then_the_person_works_there(
    as_person, clinician_a: Person, clinician_b, case_b
):
    with clinician_b.at_work():
        people.give_role(by=make.SYSTEM, person=clinician_a.user, site=clinician_b.site, role=Role.CLINICIAN)
        cases.assign(by=clinician_b.actor, case=case_b, to=clinician_a.user)
    browser: Client = as_person(clinician_a)

    assert clinician_b.site.name in browser.get("/notifications/").content.decode()

    response = browser.post(f"/notifications/{notice_of(clinician_a).pk}/open/")

    assert response["Location"] == f"/cases/{case_b.pk}/"
    assert browser.session["site"] == str(clinician_b.site.pk)


def test_read_when_all_are_marked_then_the_bell_is_quiet(as_person, given: Person):
    browser = as_person(given)
    assert ">1<" in browser.get("/bell/").content.decode()

    browser.post("/notifications/read/")

    assert notice_of(given).read_at is not None
    assert ">1<" not in browser.get("/bell/").content.decode()


def test_read_when_nothing_is_new_then_no_event(as_person, clinician_a: Person):
    as_person(clinician_a).post("/notifications/read/")

    assert make.audit_events("notification.all_read") == []
