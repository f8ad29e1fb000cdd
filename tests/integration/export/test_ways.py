"""The ways to an export: the page for a person who has just proved who she is, the API for her and for a key."""

import io
import zipfile

import pytest
from django.test import Client

from clinic.actions import keys
from clinic.authorization.permissions import Permission
from clinic.authorization.roles import Role
from clinic.models import Case
from tests import make
from tests.integration.export.leaving import full_case, said_of, taken
from tests.make import Person, Staff
from tests.signing import prove

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(clinician_a: Person) -> Case:
    return full_case(clinician_a)


def body_of(response) -> bytes:
    return b"".join(response.streaming_content)


def test_page_when_opened_then_says_what_leaves_and_asks_for_proof(as_person, clinician_a, case):
    page = as_person(clinician_a).get(f"/cases/{case.pk}/export/").content.decode()

    assert "No report of this case is signed" in page and "Confirm that it is you" in page
    assert "1 answer of an engine is not signed" in page


def test_page_when_proof_is_old_then_she_is_sent_to_give_it(as_person, clinician_a, case):
    browser = prove(as_person(clinician_a), ago_s=400)

    sent = browser.post(f"/cases/{case.pk}/export/", {"form": "capsule"})

    assert sent.status_code == 302 and "reauthenticate" in sent["Location"]
    assert make.audit_events("case.exported", case_id=case.pk) == []


@pytest.mark.parametrize("form", ["capsule", "fhir"])
def test_page_when_proof_is_fresh_then_the_file_comes_whole(as_person, clinician_a, case, form):
    browser = prove(as_person(clinician_a))

    sent = browser.post(f"/cases/{case.pk}/export/", {"form": form})
    data = body_of(sent)

    assert int(sent["Content-Length"]) == len(data) and "no-store" in sent["Cache-Control"]
    assert case.reference in sent["Content-Disposition"]
    if form == "capsule":
        assert "HOLDS" in said_of(data)
    else:
        assert sent["Content-Type"] == "application/fhir+json"


def test_page_when_the_form_is_made_up_then_told_so(as_person, clinician_a, case):
    sent = prove(as_person(clinician_a)).post(f"/cases/{case.pk}/export/", {"form": "everything"})

    assert sent.status_code == 422 and make.audit_events("case.exported", case_id=case.pk) == []


def test_page_when_of_another_site_or_role_then_no_such_place(as_person, staff_a: Staff, clinician_b, case):
    assert prove(as_person(clinician_b)).get(f"/cases/{case.pk}/export/").status_code == 404
    assert prove(as_person(staff_a[Role.REVIEWER])).get(f"/cases/{case.pk}/export/").status_code == 403


def test_case_when_it_was_taken_out_then_its_story_says_so(as_person, clinician_a, case):
    taken(clinician_a, case)

    page = as_person(clinician_a).get(f"/cases/{case.pk}/").content.decode()

    assert "Taken out as a capsule" in page and "Marked preliminary" in page


def asked(by: Person, case: Case, *scopes: Permission):
    with by.at_work():
        issued = keys.issue(by=by.actor, owner=by.user, name="record system", scopes=frozenset(scopes), days=1)
    return Client().post(f"/api/v1/cases/{case.pk}/export", {"form": "capsule"}, content_type="application/json",
                         headers={"Authorization": f"Bearer {issued.secret}"})  # fmt: skip


def test_program_when_its_key_has_the_scope_then_it_gets_the_capsule_and_is_named(clinician_a, case):
    sent = asked(clinician_a, case, Permission.CASE_EXPORT, Permission.CASE_VIEW)

    assert sent.status_code == 200
    with zipfile.ZipFile(io.BytesIO(body_of(sent))) as archive:
        assert archive.testzip() is None
    [event] = make.audit_events("case.exported", case_id=case.pk)
    assert event["key"] is not None


def test_program_when_its_key_lacks_the_scope_then_refused(clinician_a, case):
    assert asked(clinician_a, case, Permission.CASE_VIEW).status_code == 403


def test_person_when_she_asks_by_api_without_proof_then_refused(as_person, clinician_a, case):
    browser = prove(as_person(clinician_a), ago_s=400)
    sent = browser.post(f"/api/v1/cases/{case.pk}/export", "{}", content_type="application/json")

    assert (sent.status_code, sent.json()["code"]) == (403, "step_up_needed")
