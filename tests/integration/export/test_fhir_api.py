"""The door for record systems: each kind by id and by search, for whom its key allows, with FHIR's own errors."""

from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.capabilitystatement import CapabilityStatement
from fhir.resources.R4B.operationoutcome import OperationOutcome

from clinic.actions import keys
from clinic.authorization.permissions import Permission as P
from clinic.authorization.roles import Role
from clinic.models import Case, Patient
from tests import make
from tests.integration.export.leaving import NAME, full_case, signed_case
from tests.integration.radiology import reading
from tests.make import Person, Staff
from tests.signing import sign
from tests.telling import told_by

pytestmark = pytest.mark.django_db
ALL = (P.CASE_VIEW, P.RUN_VIEW, P.UPLOAD_READ)
IN_CASES = ("DiagnosticReport", "Observation", "DocumentReference", "Provenance")


class System:
    """A record system with a key."""

    def __init__(self, by: Person, *scopes: P) -> None:
        with by.at_work():
            self._secret = keys.issue(by=by.actor, owner=by.user, name="records", scopes=frozenset(scopes or ALL),
                                      days=1).secret  # fmt: skip
        self._client = Client(headers={"Authorization": f"Bearer {self._secret}"})

    def get(self, path: str) -> Any:
        return self._client.get(path if path.startswith("http") else f"/fhir/{path}")

    def found(self, path: str) -> list[dict[str, Any]]:
        answer = self.get(path)
        assert answer.status_code == 200, answer.content
        Bundle.model_validate(answer.json())
        return [one["resource"] for one in answer.json().get("entry", ())]

    def looked_for(self, kind: str, **said: str) -> Any:
        return self._client.post(f"/fhir/{kind}/_search", urlencode(said),
                                 content_type="application/x-www-form-urlencoded")  # fmt: skip


@pytest.fixture
def system(clinician_a: Person) -> System:
    return System(clinician_a)


@pytest.fixture
def case(clinician_a: Person) -> Case:
    return signed_case(clinician_a)


# --- what there is ----------------------------------------------------------------------------------------------------


def test_metadata_when_asked_by_anybody_then_a_statement_the_standard_knows(db):
    told = Client().get("/fhir/metadata")

    CapabilityStatement.model_validate(told.json())
    assert told["Content-Type"] == "application/fhir+json"
    kinds = {one["type"] for one in told.json()["rest"][0]["resource"]}
    assert kinds == {"Patient", "Encounter", *IN_CASES}


@pytest.mark.parametrize("kind", IN_CASES)
def test_case_when_searched_then_each_thing_in_it_is_there_by_its_own_id_too(system, case, kind):
    found = system.found(f"{kind}?encounter=Encounter/{case.pk}")

    assert found
    for one in found:
        again = system.get(f"{kind}/{one['id']}").json()
        assert (again["resourceType"], again["id"]) == (kind, one["id"])
        assert [each["id"] for each in system.found(f"{kind}?_id={one['id']}")] == [one["id"]]


def test_report_when_amended_then_its_newest_version_and_both_papers(system, clinician_a, case):
    sign(clinician_a, case, "It is something else.", "A second look")

    [report] = system.found(f"DiagnosticReport?encounter={case.pk}")
    papers = system.found(f"DocumentReference?encounter={case.pk}&status=superseded")
    assert report["status"] == "amended" and len(papers) == 1
    whole = system.get(f"DiagnosticReport/{report['id']}").json()
    assert whole["presentedForm"][0]["data"] and "data" not in report["presentedForm"][0]


def test_answer_when_nobody_signed_it_then_preliminary(system, clinician_a):
    case = full_case(clinician_a)

    assert [one["status"] for one in system.found(f"Observation?patient={case.patient_id}") if "device" in one] == [
        "preliminary"
    ]
    assert system.found(f"Observation?encounter={case.pk}&status=final")[0]["code"]["text"] == "Age"
    assert [one["status"] for one in system.found(f"DiagnosticReport?encounter={case.pk}")] == ["preliminary"]


def test_patient_when_read_then_without_her_name(system, case):
    patient = system.get(f"Patient/{case.patient_id}")
    visit = system.get(f"Encounter/{case.pk}")

    assert patient.json()["identifier"][0]["value"].startswith("P-")
    assert visit.json()["subject"]["reference"] == f"Patient/{case.patient_id}"
    assert NAME.encode() not in patient.content + visit.content


def test_patient_when_looked_for_by_number_then_only_in_a_body(system, case, clinician_a):
    with clinician_a.at_work():
        number = Patient.objects.get(pk=case.patient_id).pseudonym
    found = system.looked_for("Patient", identifier=f"urn:rounds:patient|{number}")

    assert [one["resource"]["id"] for one in found.json()["entry"]] == [str(case.patient_id)]
    assert number not in str(found.json()["link"])
    assert system.get(f"Patient?identifier={number}").status_code == 400
    assert "entry" not in system.looked_for("Patient", identifier="urn:other|P-1").json()


# --- pages ------------------------------------------------------------------------------------------------------------


def walked(system: System, path: str) -> list[str]:
    ids: list[str] = []
    url = f"/fhir/{path}"
    while url:
        told = system.get(url.replace("http://testserver", "").removeprefix("/fhir/")).json()
        ids += [one["resource"]["id"] for one in told.get("entry", ())]
        url = next((link["url"] for link in told["link"] if link["relation"] == "next"), "")
    return ids


@pytest.mark.parametrize("count", [1, 2, 50])
def test_search_when_walked_page_by_page_then_everything_once(system, clinician_a, case, count):
    with clinician_a.at_work():
        patient = Patient.objects.get(pk=case.patient_id)
    other = make.case(clinician_a, of=patient, question="Another")
    for name in ("a.txt", "b.txt", "c.txt"):
        make.upload(clinician_a, other, name=name)

    for path in (f"DocumentReference?patient={patient.pk}", "Encounter?", "Patient?"):
        ids = walked(system, f"{path}&_count={count}")
        assert len(ids) == len(set(ids)) and sorted(ids) == sorted(walked(system, f"{path}&_count=50"))
    assert len(walked(system, f"DocumentReference?patient={patient.pk}&_count={count}")) == 6


# --- who may ----------------------------------------------------------------------------------------------------------


def refused(answer: Any, status: int, code: str) -> None:
    assert answer.status_code == status, answer.content
    OperationOutcome.model_validate(answer.json())
    assert answer.json()["issue"][0]["code"] == code and answer["Content-Type"] == "application/fhir+json"


@pytest.mark.parametrize("kind", ["Patient", "Encounter", *IN_CASES])
def test_case_of_another_site_when_asked_for_then_it_does_not_exist(case, clinician_b, kind):
    other = System(clinician_b)

    refused(other.get(f"{kind}/{case.pk}"), 404, "not-found")
    refused(other.get(f"{kind}/{case.patient_id}"), 404, "not-found")
    if kind in IN_CASES:
        assert other.found(f"{kind}?patient={case.patient_id}") == []
    else:
        assert other.found(f"{kind}?_id={case.pk}") == [] == other.found(kind)


def test_nobody_when_asking_then_to_sign_in_first(db):
    answer = Client().get(f"/fhir/Patient/{uuid4()}")

    refused(answer, 401, "login")
    assert "Bearer" in answer["WWW-Authenticate"]


def test_key_when_its_scopes_are_narrow_then_only_what_they_say(clinician_a, case):
    narrow = System(clinician_a, P.CASE_VIEW)

    assert narrow.get(f"Encounter/{case.pk}").status_code == 200
    refused(narrow.get(f"Observation?encounter={case.pk}"), 403, "forbidden")
    refused(narrow.get(f"DocumentReference?encounter={case.pk}"), 403, "forbidden")
    assert {one["target"][0]["reference"].partition("/")[0]
            for one in narrow.found(f"Provenance?encounter={case.pk}")} == {"DiagnosticReport"}  # fmt: skip


def test_role_when_it_sees_no_cases_then_refused(as_person, staff_a: Staff, case):
    refused(as_person(staff_a[Role.ENGINEER]).get(f"/fhir/Encounter/{case.pk}"), 403, "forbidden")


def test_film_when_somebody_may_be_named_in_it_then_not_even_told_of(system, clinician_a):
    film = reading.film(clinician_a, make.case(clinician_a))

    assert system.found(f"DocumentReference?encounter={film.case_id}") == []
    refused(system.get(f"DocumentReference/{film.upload_id}"), 404, "not-found")


def test_patient_when_erased_then_gone(system, clinician_a, case):
    with clinician_a.at_work():
        Patient.objects.filter(pk=case.patient_id).update(erased_at=timezone.now())

    refused(system.get(f"Patient/{case.patient_id}"), 410, "deleted")
    refused(system.get(f"Encounter/{case.pk}"), 410, "deleted")
    assert system.found(f"Encounter?patient={case.patient_id}") == []


def test_key_when_in_a_hurry_then_slowed_down(system, case, settings):
    settings.API_REQUESTS_PER_MINUTE = 2
    for _ in range(2):
        assert system.get(f"Encounter/{case.pk}").status_code == 200
    answer = system.get(f"Encounter/{case.pk}")

    refused(answer, 429, "throttled")
    assert int(answer["Retry-After"]) > 0


# --- what is not understood -------------------------------------------------------------------------------------------


MISUNDERSTOOD = (
    "Observation", "Observation?name=Ana", "Observation?patient=Ana", "Patient?_count=many", "Observation?status=done",
    "Encounter?patient=a&patient=b", "Patient?_cursor=zz", "Observation?encounter={case}&_cursor={case}.x",
)  # fmt: skip


@pytest.mark.parametrize("path", MISUNDERSTOOD)
def test_search_when_not_understood_then_refused_not_widened(system, case, path):
    refused(system.get(path.format(case=case.pk)), 400, "invalid")


def test_address_when_there_is_no_such_kind_or_method_then_said_in_fhir(system, case):
    refused(system.get("Medication"), 404, "not-found")
    refused(system.get("Patient/P-1"), 404, "not-found")
    refused(system.get("Patient?_format=xml"), 406, "not-supported")
    refused(system._client.delete(f"/fhir/Patient/{case.patient_id}"), 405, "not-supported")
    refused(system._client.put(f"/fhir/Encounter/{case.pk}", "{}", content_type="application/fhir+json"), 405,
            "not-supported")  # fmt: skip


# --- what is written down ---------------------------------------------------------------------------------------------


def test_each_look_when_taken_then_one_reading_of_the_case_by_the_key(system, case):
    assert told_by(lambda: system.get(f"Patient/{case.patient_id}")) == ["patient.read"]
    assert told_by(lambda: system.get(f"Encounter/{case.pk}")) == ["case.read"]
    assert told_by(lambda: system.get("Encounter")) == ["case_list.read"]
    assert told_by(lambda: system.get("Patient")) == ["patient_list.read"]
    assert told_by(lambda: system.get(f"Observation?encounter={case.pk}")) == ["case.read"]
    assert told_by(lambda: system.get("metadata")) == []
    assert make.audit_events("case.read", case_id=case.pk)[0]["key"] is not None
