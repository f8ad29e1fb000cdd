"""A record of another house becomes a case: whose, about what, with what in it; and what is no record is refused."""

import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError

from clinic.actions import imports
from clinic.actions.exports import Form
from clinic.authorization.roles import Role
from clinic.errors import Code, Refusal
from clinic.models import Case, Entry, EntryKind, Patient, Upload
from clinic.uploads import open_upload
from tests import make
from tests.integration.export.leaving import full_case, taken
from tests.integration.export.records import LETTER, RECORD, bundle, sent
from tests.make import Person, Staff

pytestmark = pytest.mark.django_db


def files_of(by: Person, case: Case) -> dict[str, bytes]:
    with by.at_work():
        found = {}
        for upload in Upload.objects.filter(case=case).select_related("case"):
            with open_upload(upload) as reader:
                found[upload.name] = reader.read()
        return found


def test_record_when_taken_in_then_a_case_of_a_new_patient_with_all_of_it(in_site_a: Person):
    case, is_new = imports.take_in(by=in_site_a.actor, data=RECORD)

    assert is_new and (case.question, case.encounter) == ("Cough, visit 2", "V-2")
    assert (case.patient.name, case.patient.birth_date) == ("Ana María Canaria", "1950-01-11")
    files = files_of(in_site_a, case)
    assert files["record.fhir.json"] == RECORD
    assert sorted(name for name in files if "Letter" in name) and any(
        LETTER.encode() in data for data in files.values()
    )


def test_record_when_written_out_then_each_statement_has_its_day_and_its_standing(in_site_a: Person):
    told = bundle(3)
    told["entry"][2]["resource"]["verificationStatus"] = {"coding": [{"code": "refuted"}]}
    case, _is_new = imports.take_in(by=in_site_a.actor, data=sent(told))
    lines = files_of(in_site_a, case)["record.txt"].decode().splitlines()

    assert lines == sorted(lines, reverse=True)
    assert any("Observation (preliminary): Body weight: 62.5 kg" in line for line in lines)
    assert any("Condition (refuted)" in line for line in lines)
    assert any("twice a day" in line for line in lines)
    assert not [line for line in lines if "Claim" in line or "Patient" in line]


def test_record_when_it_comes_again_then_the_same_case(in_site_a: Person):
    first, _is_new = imports.take_in(by=in_site_a.actor, data=RECORD)
    again, is_new = imports.take_in(by=in_site_a.actor, data=RECORD)

    assert (again.pk, is_new) == (first.pk, False)
    assert Case.objects.filter(patient=first.patient).count() == 1


def test_record_when_of_a_patient_who_is_here_then_hers_and_her_name_stays(in_site_a: Person, patient_a: Patient):
    case, _is_new = imports.take_in(by=in_site_a.actor, data=RECORD, patient=patient_a, question="Is it asthma?")

    assert (case.patient_id, case.question) == (patient_a.pk, "Is it asthma?")
    assert Patient.objects.get(pk=patient_a.pk).name == "Ana Alder"
    with pytest.raises(Refusal) as refused:
        imports.take_in(by=in_site_a.actor, data=RECORD, patient=make.patient(in_site_a))
    assert refused.value.code == Code.ALREADY_EXISTS


def test_record_when_the_same_comes_to_two_sites_then_two_cases(clinician_a, clinician_b):
    made = []
    for person in (clinician_a, clinician_b):
        with person.at_work():
            made.append(imports.take_in(by=person.actor, data=RECORD))
    assert all(is_new for _case, is_new in made) and made[0][0].pk != made[1][0].pk


def test_case_of_ours_when_taken_out_and_in_again_then_nothing_in_it_pretends_to_be_signed(clinician_a, clinician_b):
    _made, data = taken(clinician_a, full_case(clinician_a), Form.FHIR)
    with clinician_b.at_work():
        case, _is_new = imports.take_in(by=clinician_b.actor, data=data)
        assert case.state == "open" and case.patient.name is None
    record = files_of(clinician_b, case)["record.txt"].decode()
    assert "Observation (preliminary): Letter urgency: Urgent" in record


WRONG = {
    b"not json": "not_json",
    b"[" * 100_000: "not_json",
    b'{"resourceType": "Patient"}': "not_a_bundle",
    b'{"resourceType": "Bundle"}': "no_patient",
    sent({"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Patient"}}] * 2}): "several_patients",
    sent({"resourceType": "Bundle", "entry": "all"}): "no_patient",
    sent({"resourceType": "Bundle", "entry": [None, 3, {"resource": []}]}): "no_patient",
}


@pytest.mark.parametrize("data", WRONG, ids=lambda data: WRONG[data] + str(len(data)))
def test_what_is_no_record_when_sent_then_refused_with_its_reason_and_nothing_is_kept(in_site_a: Person, data):
    with pytest.raises(Refusal) as refused:
        imports.take_in(by=in_site_a.actor, data=data)

    assert (refused.value.code, refused.value.facts["problem"]) == (Code.UNREADABLE_BUNDLE, WRONG[data])
    assert not Case.objects.exists() and make.audit_events("case.imported") == []


def test_record_when_full_of_nonsense_then_what_can_be_read_is_taken(in_site_a: Person):
    told = bundle(1)
    for entry in told["entry"][1:]:
        one = entry["resource"]
        one.update(code=["x"], status=7, period="yesterday", note=[{"text": "<b>bold</b>\0\n nul"}, 5], component=[[]])
    told["entry"][0]["resource"].update(birthDate="2999-01-01", name="Ana", gender="?")
    case, _is_new = imports.take_in(by=in_site_a.actor, data=sent(told))

    assert (case.patient.name, case.patient.birth_date, case.patient.sex) == (None, None, "unknown")
    record = files_of(in_site_a, case)["record.txt"].decode()
    assert "bold nul" in record and "<b>" not in record and "\0" not in record


def test_import_when_the_role_opens_no_cases_then_refused(staff_a: Staff):
    reviewer = staff_a[Role.REVIEWER]
    with reviewer.at_work(), pytest.raises(Refusal) as refused:
        imports.take_in(by=reviewer.actor, data=RECORD)
    assert refused.value.code == Code.NOT_ALLOWED


# --- the ways to it ---------------------------------------------------------------------------------------------------


def test_page_when_a_record_is_chosen_then_its_case_is_open_and_the_story_tells_of_it(
    as_person, clinician_a, own_store
):
    browser = as_person(clinician_a)
    assert "one patient" in browser.get("/cases/import/").content.decode()
    file = SimpleUploadedFile("anything.json", RECORD, content_type="application/json")
    sent_to = browser.post("/cases/import/", {"file": file, "urgency": "urgent"})

    page = browser.get(sent_to["Location"]).content.decode()
    assert "Record of another house taken in" in page and "3 Condition" in page
    with clinician_a.at_work():
        [case] = Case.objects.all()
        [line] = Entry.objects.filter(case=case, kind=EntryKind.CASE_IMPORTED)
        kept = Upload.objects.filter(case=case).count()
    assert case.urgency == "urgent" and line.facts["resources"]["Observation"] == 3
    assert (
        len([path for path in own_store.folder.rglob("*") if path.is_file() and path.name[0] != "."]) == kept
    )  # no second copy stays


def test_page_when_files_come_under_any_name_then_only_what_the_case_has_stays(as_person, clinician_a, own_store):
    file, more = SimpleUploadedFile("a.json", RECORD), SimpleUploadedFile("b.json", b"{}")

    as_person(clinician_a).post("/cases/import/", {"file": file, "nobody-asks-for-it": more, "urgency": "urgent"})

    with clinician_a.at_work():
        kept = set(Upload.objects.values_list("object_name", flat=True))
    assert kept and {one.name for one in own_store.list()} == kept


def test_page_when_the_file_is_no_record_then_said_at_the_field(as_person, clinician_a):
    browser = as_person(clinician_a)
    for name, data in (("a.json", b'{"resourceType": "Patient"}'), ("a.txt", b"A letter.\n")):
        answer = browser.post("/cases/import/", {"file": SimpleUploadedFile(name, data), "urgency": "routine"})
        assert answer.status_code == 422 and "Bundle" not in answer["Content-Type"]
    assert browser.post("/cases/import/", {"urgency": "routine"}).status_code == 422
    with clinician_a.at_work():
        assert not Case.objects.exists()


def test_program_when_it_sends_a_bundle_then_a_case_and_again_the_same(as_person, clinician_a):
    browser = as_person(clinician_a)
    answers = [browser.post("/api/v1/cases/imported", RECORD, content_type="application/fhir+json") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json()["id"] == answers[1].json()["id"]
    wrong = browser.post("/api/v1/cases/imported", b"{}", content_type="application/json")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "unreadable_bundle")
    assert browser.post("/api/v1/cases/imported", b"{}", content_type="text/xml").status_code == 415


def test_command_when_one_of_several_is_wrong_then_the_others_are_taken_and_it_is_named(clinician_a, tmp_path, capsys):
    (tmp_path / "good.json").write_bytes(RECORD)
    (tmp_path / "bad.json").write_text("{}")
    paths: list[Path] = [tmp_path / "bad.json", tmp_path / "good.json"]

    with pytest.raises(CommandError, match="1 of 2"):
        call_command("import_case", *map(str, paths), "--site", clinician_a.site.name)

    said = capsys.readouterr()
    assert "good.json: C-" in said.out and "bad.json" in said.err
    assert json.loads(RECORD)
