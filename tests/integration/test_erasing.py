"""A patient is forgotten: two persons, no hold, and afterwards nobody can read her in whatever copy there is."""

from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone

from clinic import forgotten, sealing
from clinic.actions import erasing, proposals, retention
from clinic.authorization.roles import Role
from clinic.errors import Code, Refusal
from clinic.models import Case, DataKey, Erasure, Patient, Proposal, Upload
from tests import make
from tests.integration.chain import broken_at
from tests.make import Person, Staff
from tests.signing import prove
from tests.telling import told_by

pytestmark = pytest.mark.django_db
NAME, QUESTION, NOTE, LETTER = (
    "Canary Cuckoo",
    "Is the canary well?",
    "The canary coughs.",
    b"Dear canary, all is well.",
)
REASON = "The patient asked for it by letter on 3 May."


@pytest.fixture(autouse=True)
def home(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of the forgotten of this test alone."""
    monkeypatch.setattr(forgotten, "file", lambda: tmp_path / "forgotten")


@pytest.fixture
def case(own_store: Any, clinician_a: Person) -> Case:
    found = make.case(clinician_a, of=make.patient(clinician_a, name=NAME), question=QUESTION)
    make.note(clinician_a, found, NOTE)
    make.upload(clinician_a, found, LETTER, "canary.txt")
    return found


def asked(by: Person, case: Case) -> Proposal:
    with by.at_work():
        return erasing.ask(by=by.actor, patient=Patient.objects.get(pk=case.patient_id), reason=REASON)


def erased(staff: Staff, case: Case, capture: Any) -> Erasure:
    proposal, lead = asked(staff[Role.ADMIN], case), staff[Role.LEAD]
    with capture(execute=True), lead.at_work():
        proposals.agree(by=lead.actor, proposal=proposal, confirmed_at=timezone.now())
    with lead.at_work():
        return Erasure.objects.get(patient=case.patient_id)


def everything_stored() -> str:
    """Every row of every table, as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = 'public'")
        tables = [row[0] for row in cursor.fetchall()]
        found = []
        for table in tables:
            cursor.execute(f"SELECT t::text FROM {table} t")  # noqa: S608
            found += [row[0] for row in cursor.fetchall()]
    return "\n".join(found)


def test_patient_when_forgotten_then_no_word_of_her_is_left_and_the_audit_holds(
    staff_a, clinician_a, case, own_store, django_capture_on_commit_callbacks
):
    row = erased(staff_a, case, django_capture_on_commit_callbacks)

    stored = everything_stored()
    for canary in (NAME, QUESTION, NOTE, LETTER.decode(), "canary.txt"):
        assert canary not in stored
    assert list(own_store.list()) == []
    with clinician_a.at_work():
        fresh = Case.objects.select_related("patient").get(pk=case.pk)
        assert fresh.patient.erased_at is not None
        with pytest.raises(sealing.Unreadable):
            _ = fresh.question
    assert (erasing.holds(row), row.certificate["counts"]["files"]) == (True, 1)
    make.settle()
    assert broken_at() is None


def test_key_when_an_older_backup_brings_it_back_then_it_is_not_used(
    staff_a, clinician_a, case, django_capture_on_commit_callbacks
):
    with clinician_a.at_work():
        kept = bytes(DataKey.objects.get(pk=case.patient_id).wrapped or b"")
    erased(staff_a, case, django_capture_on_commit_callbacks)

    with clinician_a.at_work():
        DataKey.objects.filter(pk=case.patient_id).update(wrapped=kept, destroyed_at=None)
        sealing.forget_all()
        with pytest.raises(sealing.Unreadable):
            _ = Case.objects.get(pk=case.pk).question
    assert forgotten.subjects() == {case.patient_id}


def test_patient_when_one_person_alone_wants_it_then_refused(staff_a, case):
    proposal, admin = asked(staff_a[Role.ADMIN], case), staff_a[Role.ADMIN]

    with admin.at_work(), pytest.raises(Refusal) as refused:
        proposals.agree(by=admin.actor, proposal=proposal, confirmed_at=timezone.now())

    assert refused.value.code in (Code.NOT_ALLOWED, Code.SECOND_PERSON_NEEDED)
    with admin.at_work():
        assert Patient.objects.get(pk=case.patient_id).erased_at is None


def test_patient_when_a_hold_stands_on_a_case_then_refused_until_it_is_lifted(staff_a, case):
    admin = staff_a[Role.ADMIN]
    with admin.at_work():
        hold = retention.hold(by=admin.actor, case=case, reason="A court wants to see it")

    with pytest.raises(Refusal) as refused:
        asked(admin, case)

    assert refused.value.code == Code.ON_HOLD
    with admin.at_work():
        retention.lift(by=admin.actor, hold=hold, confirmed=timezone.now())
    assert asked(admin, case).decision == ""


def test_agreement_when_she_has_not_just_proved_who_she_is_then_refused(staff_a, case):
    proposal, lead = asked(staff_a[Role.ADMIN], case), staff_a[Role.LEAD]

    with lead.at_work(), pytest.raises(Refusal) as refused:
        proposals.agree(by=lead.actor, proposal=proposal)

    assert refused.value.code == Code.STEP_UP_NEEDED


def test_page_when_asked_by_number_then_a_lead_agrees_and_the_certificate_is_there(
    staff_a, case, as_person, django_capture_on_commit_callbacks
):
    admin = as_person(staff_a[Role.ADMIN])
    with staff_a[Role.ADMIN].at_work():
        number = Patient.objects.get(pk=case.patient_id).number

    unknown = admin.post("/retention/erasures/", {"number": 9999, "reason": REASON})
    sent = admin.post("/retention/erasures/", {"number": number, "reason": REASON})
    with staff_a[Role.LEAD].at_work():
        proposal = Proposal.objects.get(kind=erasing.ERASE)
    with django_capture_on_commit_callbacks(execute=True):
        agreed = prove(as_person(staff_a[Role.LEAD])).post(f"/proposals/{proposal.pk}/agree/", {"note": "Seen"})
    admin = as_person(staff_a[Role.ADMIN])
    page = admin.get("/retention/erasures/").content.decode()
    with staff_a[Role.ADMIN].at_work():
        row = Erasure.objects.get()
    address = f"/retention/erasures/{row.pk}/"
    assert told_by(lambda: admin.get(address)) == []
    told = admin.get(address).json()

    assert (unknown.status_code, sent.status_code, agreed.status_code) == (422, 302, 302)
    assert f"P-{number}" in page
    assert UUID(told["certificate"]["subject"]) == case.patient_id
    with staff_a[Role.ADMIN].at_work():
        assert Upload.objects.get(case=case).expired_at is not None
