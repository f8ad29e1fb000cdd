"""A case taken out: who may, what is written down, and that whoever has the file alone can tell if it is whole."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from clinic import signing
from clinic.actions import exports
from clinic.authorization.permissions import Permission
from clinic.authorization.roles import Role
from clinic.errors import Code, Refusal
from clinic.export import capsule_verify
from clinic.models import Case, Entry, EntryKind, Patient, Upload
from tests import make
from tests.integration.export.leaving import NAME, bundle_in, full_case, of_kind, signed_case, taken, unpacked, verified
from tests.make import Person, Staff
from tests.signing import sign

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(clinician_a: Person) -> Case:
    return full_case(clinician_a)


@pytest.fixture
def at(tmp_path: Path) -> Path:
    return tmp_path / "capsule.zip"


# --- the file by itself -----------------------------------------------------------------------------------------------


def test_capsule_when_it_is_whole_then_a_bare_python_says_so(clinician_a, case, at):
    sign(clinician_a, case)
    made, data = taken(clinician_a, case)
    at.write_bytes(data)

    code, said = verified(at)

    assert code == 0, said
    assert "HOLDS" in said and case.reference in said
    assert len(data) == made.size


def test_capsule_when_unpacked_then_its_own_verifier_says_the_same_of_the_folder(clinician_a, case, tmp_path):
    _made, data = taken(clinician_a, case)
    for path, inside in unpacked(data).items():
        where = tmp_path / "out" / path
        where.parent.mkdir(parents=True, exist_ok=True)
        where.write_bytes(inside)

    assert (tmp_path / "out" / "verify.py").read_bytes() == Path(capsule_verify.__file__).read_bytes()
    assert verified(tmp_path / "out")[0] == 0

    (tmp_path / "out" / "files" / "more.txt").write_text("slipped in")
    code, said = verified(tmp_path / "out")
    assert code == 1 and "files/more.txt" in said

    (tmp_path / "out" / "files" / "more.txt").unlink()
    (tmp_path / "out" / "files" / "001.txt").unlink()
    code, said = verified(tmp_path / "out")
    assert code == 1 and "files/001.txt: it is missing" in said


def test_capsule_when_cut_short_or_continued_then_refused(clinician_a, case, at):
    _made, data = taken(clinician_a, case)
    for changed in (data[:-1], data[: len(data) // 2], data + b"\0"):
        at.write_bytes(changed)
        assert verified(at)[0] == 1


def test_capsule_when_it_is_no_capsule_then_that_is_said(at):
    at.write_bytes(b"PK\3\4 nothing")
    assert verified(at)[0] == 2


def test_capsule_when_whole_but_signed_by_somebody_else_then_the_key_tells(clinician_a, case, at):
    _made, data = taken(clinician_a, case)
    at.write_bytes(data)
    key = next(iter(signing.public_keys().values())).hex()

    assert verified(at, "--key", key)[0] == 0
    code, said = verified(at, "--key", "00" * 32)
    assert code == 1 and "another key" in said


# --- what is in it ----------------------------------------------------------------------------------------------------


def test_capsule_when_signed_then_holds_paper_content_files_and_page(clinician_a, case):
    sign(clinician_a, case)
    _made, data = taken(clinician_a, case)
    inside = unpacked(data)

    assert {"index.html", "viewer.css", "README.txt", "verify.py", "fhir/bundle.json", "reports/report-v1.pdf",
            "reports/report-v1.json", "files/001.txt", "files/002.csv"} <= set(inside)  # fmt: skip
    assert inside["reports/report-v1.pdf"].startswith(b"%PDF")
    page = inside["index.html"].decode()
    assert "No acute finding." in page and "<script" not in page and "screening aid" in page


def test_capsule_when_taken_then_the_patients_name_stays_here(clinician_a, case):
    _made, data = taken(clinician_a, case)

    assert not [path for path, inside in unpacked(data).items() if NAME.encode() in inside]


def test_capsule_when_nothing_is_signed_then_all_of_it_says_preliminary(clinician_a, case):
    made, data = taken(clinician_a, case)
    bundle = bundle_in(data)

    assert made.standing == "preliminary"
    assert [one["status"] for one in of_kind(bundle, "DiagnosticReport")] == ["preliminary"]
    assert {one["status"] for one in of_kind(bundle, "Observation") if "device" in one} == {"preliminary"}
    assert "Preliminary." in unpacked(data)["index.html"].decode()


def test_answer_when_a_person_signed_it_as_it_stands_then_final(clinician_a):
    case = signed_case(clinician_a)
    bundle = bundle_in(taken(clinician_a, case)[1])

    assert [one["status"] for one in of_kind(bundle, "Observation") if "device" in one] == ["final"]
    assert [one["status"] for one in of_kind(bundle, "DiagnosticReport")] == ["final"]


def test_answer_when_the_amended_version_dropped_it_then_preliminary_again(clinician_a):
    case = signed_case(clinician_a)
    sign(clinician_a, case, "It is something else.", "A second look")
    bundle = bundle_in(taken(clinician_a, case)[1])

    assert [one["status"] for one in of_kind(bundle, "Observation") if "device" in one] == ["preliminary"]
    assert [one["status"] for one in of_kind(bundle, "DiagnosticReport")] == ["amended"]
    paper = {one["status"] for one in of_kind(bundle, "DocumentReference") if "docStatus" in one}
    assert paper == {"current", "superseded"}


def test_file_when_its_stored_bytes_are_damaged_then_named_and_left_out(clinician_a, case, own_store, at):
    with clinician_a.at_work():
        upload = Upload.objects.filter(case=case).earliest("added_at")
    [stored] = [path for path in own_store.folder.rglob("*") if path.name.startswith(upload.object_name.split("/")[-1])]
    stored.chmod(0o600)
    raw = bytearray(stored.read_bytes())
    raw[-1] ^= 1
    stored.write_bytes(raw)

    made, data = taken(clinician_a, case)
    at.write_bytes(data)
    code, said = verified(at)

    assert made.left_out == 1 and code == 0
    assert str(upload.pk) in said and "damaged" in said
    assert len(of_kind(bundle_in(data), "DocumentReference")) == 1


# --- who may, and what is written down --------------------------------------------------------------------------------


def refusal(by: Person, case: Case, **how: object) -> Code:
    with by.at_work(), pytest.raises(Refusal) as refused:
        exports.export(by=how.pop("actor", by.actor), case=case, **how)  # type: ignore[arg-type]
    return refused.value.code


def test_export_when_nobody_proved_who_she_is_then_refused(clinician_a, case):
    assert refusal(clinician_a, case) == Code.STEP_UP_NEEDED
    assert refusal(clinician_a, case, confirmed_at=timezone.now() - timedelta(minutes=6)) == Code.STEP_UP_NEEDED


def test_export_when_the_role_takes_nothing_out_then_refused(staff_a: Staff, case):
    assert refusal(staff_a[Role.REVIEWER], case, confirmed_at=timezone.now()) == Code.NOT_ALLOWED


def test_export_when_the_case_is_of_another_site_then_it_does_not_exist(staff_b: Staff, case):
    other = staff_b[Role.CLINICIAN]
    with other.at_work(), pytest.raises(Case.DoesNotExist):
        exports.export(by=other.actor, case=case, confirmed_at=timezone.now())


def test_export_when_by_a_key_then_its_scope_decides(clinician_a, case):
    may = clinician_a.actor.narrowed_to(frozenset({Permission.CASE_EXPORT, Permission.CASE_VIEW}), case.pk)
    not_may = clinician_a.actor.narrowed_to(frozenset({Permission.CASE_VIEW}), case.pk)
    with clinician_a.at_work():
        assert exports.export(by=may, case=case).standing == "preliminary"
    assert refusal(clinician_a, case, actor=not_may) == Code.NOT_ALLOWED


def test_export_when_the_patient_was_erased_then_refused(clinician_a, case):
    with clinician_a.at_work():
        Patient.objects.filter(pk=case.patient_id).update(erased_at=timezone.now())
    assert refusal(clinician_a, case, confirmed_at=timezone.now()) == Code.ERASED


def test_export_when_done_then_one_event_and_one_line_tell_what_left(clinician_a, case):
    made, data = taken(clinician_a, case)

    [event] = make.audit_events("case.exported", case_id=case.pk)
    assert event["facts"]["sha256"] == made.sha256 and event["facts"]["bytes"] == len(data)
    with clinician_a.at_work():
        [line] = Entry.objects.filter(case=case, kind=EntryKind.CASE_EXPORTED)
    assert line.facts["standing"] == "preliminary" and str(line.audit_event_id) in str(bundle_in(data))
    assert json.loads(unpacked(data)["manifest.json"])["audit_event"] == str(line.audit_event_id)


def test_command_when_asked_then_writes_the_same_and_says_its_digest(clinician_a, case, tmp_path, capsys):
    where = tmp_path / "out.zip"

    call_command("export_case", case.reference, "--site", clinician_a.site.name, "--to", str(where))

    assert verified(where)[0] == 0
    assert make.audit_events("case.exported", case_id=case.pk)[0]["actor"] == "system:export_case"
    assert "preliminary" in capsys.readouterr().out
