"""Opening a case by the form."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from clinic.authorization.roles import Role
from clinic.models import Case, Patient
from tests import make
from tests.integration.pages.cases.helpers import text_of

NEW = "/cases/new/"


@pytest.fixture
def client(as_person, clinician_a):
    return as_person(clinician_a)


def form(**changes):
    return {
        "whose": "new",
        "sex": "unknown",
        "question": "Is it broken?",
        "urgency": "routine",
        "once": str(uuid4()),
    } | changes


def only_case(person) -> Case:
    with person.at_work():
        case = Case.objects.select_related("patient", "assignee", "site").get()
        _opened = case.question, case.encounter, case.patient.name, case.patient.birth_date
        return case


def test_case_when_the_patient_is_new_then_both_are_made(client, clinician_a, staff_a):
    colleague = staff_a[Role.RADIOLOGIST].user
    sent = form(name="Nora Test", birth_date="2020-03-05", sex="female", urgency="urgent", assignee=str(colleague.pk),
                encounter="ED-1", department="Casualty")  # fmt: skip

    response = client.post(NEW, sent)

    case = only_case(clinician_a)
    assert response.headers["Location"] == f"/cases/{case.pk}/"
    assert (case.question, case.urgency, case.encounter, case.department) == (
        "Is it broken?",
        "urgent",
        "ED-1",
        "Casualty",
    )
    assert case.assignee == colleague
    assert (case.patient.name, case.patient.birth_date, case.patient.sex) == ("Nora Test", "2020-03-05", "female")
    assert case.due_at == case.opened_at + timedelta(minutes=case.site.urgent_wait_minutes)


@pytest.mark.parametrize("written", ["P-{}", "{}", " p{} "])
def test_case_when_the_patient_is_known_by_number_then_is_hers(client, clinician_a, patient_a, written):
    client.post(NEW, form(whose="known", number=written.format(patient_a.number)))

    assert only_case(clinician_a).patient == patient_a


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"question": " "}, "question"),
        ({"urgency": "never"}, "urgency"),
        ({"whose": "known", "number": ""}, "number"),
        ({"whose": "known", "number": "P-99"}, "number"),
        ({"whose": "known", "number": "x"}, "number"),
        ({"birth_date": "2999-01-01"}, "birth_date"),
        ({"birth_date": "1800-01-01"}, "birth_date"),
        ({"due_at": "2001-01-01T10:00"}, "due_at"),
        ({"assignee": str(uuid4())}, "assignee"),
        ({"encounter": "x" * 41}, "encounter"),
    ],
)
def test_form_when_a_field_is_wrong_then_comes_back_with_it_marked(client, clinician_a, changes, field):
    response = client.post(NEW, form(**changes))

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {field}
    assert 'aria-invalid="true"' in response.content.decode()
    with clinician_a.at_work():
        assert not Case.objects.exists()
        assert not Patient.objects.exists()


def test_form_when_wrong_then_keeps_what_was_written(client, clinician_a):
    words = text_of(client.post(NEW, form(urgency="never", question="Kept words")))

    assert "Kept words" in words


def test_case_when_the_patient_is_of_another_site_then_not_found_by_number(client, clinician_b):
    for _ in range(3):
        stranger = make.patient(clinician_b)

    assert client.post(NEW, form(whose="known", number=f"P-{stranger.number}")).status_code == 422


def test_case_when_the_button_is_pressed_twice_then_opened_once(client, clinician_a):
    sent = form()

    first, second = client.post(NEW, sent), client.post(NEW, sent)

    assert first.headers["Location"] == second.headers["Location"]
    assert only_case(clinician_a).number == 1


def test_case_when_the_same_form_is_sent_with_other_words_then_refused(client, clinician_a):
    sent = form()
    client.post(NEW, sent)

    assert client.post(NEW, sent | {"question": "Something else"}).status_code == 422
    assert only_case(clinician_a).question == "Is it broken?"


def test_case_when_due_is_given_then_it_is_kept(client, clinician_a):
    tomorrow = timezone.localtime().replace(second=0, microsecond=0) + timedelta(days=1)

    client.post(NEW, form(due_at=tomorrow.strftime("%Y-%m-%dT%H:%M")))

    assert only_case(clinician_a).due_at == tomorrow


def test_form_when_role_opens_no_cases_then_refused(as_person, staff_a):
    assert as_person(staff_a[Role.REVIEWER]).get(NEW).status_code == 403


def test_form_when_shown_then_offers_colleagues_who_read_cases_only(client, staff_a, staff_b):
    words = text_of(client.get(NEW))

    assert staff_a[Role.RADIOLOGIST].user.name in words
    for absent in (staff_a[Role.ADMIN], staff_a[Role.INTEGRATION], staff_b[Role.CLINICIAN]):
        assert absent.user.name not in words


def test_form_when_shown_then_today_is_a_possible_birth_date(client, clinician_a):
    assert client.post(NEW, form(birth_date=timezone.localdate().isoformat())).status_code == 302
    assert only_case(clinician_a).age_years == 0
