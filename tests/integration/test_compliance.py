"""The compliance pack: one signed file that anybody can check, of what is asked of a site, nothing of a patient."""

import csv
import io
import json
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from clinic.actions import compliance
from clinic.authorization.roles import Role
from clinic.compliance.sections import sections
from clinic.errors import Code, Refusal
from clinic.export import capsule_verify
from clinic.models import Membership
from tests import make
from tests.integration.pages.house.test_emergency import broken
from tests.make import Person, Staff
from tests.signing import prove

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor(staff_a: Staff) -> Person:
    return staff_a[Role.AUDITOR]


def taken(by: Person, **how) -> zipfile.ZipFile:
    make.settle()
    with by.at_work():
        made = compliance.take(by=by.actor, confirmed_at=timezone.now(), **how)
        return zipfile.ZipFile(io.BytesIO(b"".join(made.pieces)))


def table(pack: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(pack.read(f"tables/{name}.csv").decode())))


def test_pack_when_taken_then_each_table_as_csv_and_json_and_a_page_that_names_it(auditor: Person):
    pack = taken(auditor)

    whole, page = json.loads(pack.read("pack.json")), pack.read("index.html").decode()
    for section in sections():
        rows = table(pack, section.name)
        assert len(rows) == len(whole[section.name])
        assert f'id="{section.name}"' in page


def test_pack_when_checked_by_its_own_program_then_it_holds_and_a_changed_byte_is_named(
    auditor: Person, tmp_path: Path
):
    with auditor.at_work():
        made = compliance.take(by=auditor.actor, confirmed_at=timezone.now())
    whole = b"".join(made.pieces)
    pack, verifier = tmp_path / "pack.zip", tmp_path / "verify.py"
    pack.write_bytes(whole)
    verifier.write_bytes(zipfile.ZipFile(io.BytesIO(whole)).read("verify.py"))

    def verify() -> tuple[int, str]:
        done = subprocess.run([sys.executable, "-I", verifier, pack], capture_output=True, text=True)
        return done.returncode, done.stdout

    code, said = verify()
    assert (code, made.size) == (0, len(whole))
    assert "HOLDS  compliance pack of Northgate" in said
    place = whole.index(b"person,role,title")
    pack.write_bytes(whole[:place] + b"P" + whole[place + 1 :])
    code, said = verify()
    assert code == 1 and "tables/access.csv: its bytes are not those that were signed" in said


def test_pack_when_its_signature_is_of_a_case_then_it_does_not_hold(auditor: Person, tmp_path: Path, monkeypatch):
    monkeypatch.setattr("clinic.compliance.pack.PURPOSE", "case-capsule")
    with auditor.at_work():
        made = compliance.take(by=auditor.actor, confirmed_at=timezone.now())
    (tmp_path / "pack.zip").write_bytes(b"".join(made.pieces))

    with pytest.raises(capsule_verify.Wrong, match="the signature does not hold"):
        capsule_verify.verify(capsule_verify.Archive(tmp_path / "pack.zip"))


def test_pack_when_glass_was_broken_then_who_and_when_without_the_reason_or_the_patient(
    auditor: Person, clinician_b: Person, case_a
):
    broken(clinician_b, case_a)

    pack = taken(auditor)

    (row,) = table(pack, "emergencies")
    assert row["person"] == clinician_b.user.name and row["verdict"] == ""
    assert any(one["event"] == "glass.broken" for one in table(pack, "exceptions"))
    everything = b"".join(pack.read(name) for name in pack.namelist() if name != "verify.py").decode()
    for secret in ("Ana Alder", "Question of site A", str(case_a.pk), str(case_a.patient_id)):
        assert secret not in everything


def test_access_when_a_role_ended_long_ago_then_left_out_and_a_recent_one_is_in(
    auditor: Person, staff_a: Staff, in_site_a
):
    now = timezone.now()
    for role, days in ((Role.REVIEWER, 10), (Role.RADIOLOGIST, 200)):
        held = Membership.objects.filter(user=staff_a[role].user)
        held.update(since=now - timedelta(days=400), ended_at=now - timedelta(days=days))

    roles = {row["role"] for row in table(taken(auditor, days=90), "access")}

    assert "reviewer" in roles and "radiologist" not in roles


def test_second_factors_when_somebody_has_none_then_told(auditor: Person, clinician_a: Person):
    rows = {row["person"]: row for row in table(taken(auditor), "second-factors")}

    assert rows[clinician_a.user.name]["has_second_factor"] == "False"


def test_pack_when_of_one_site_then_nobody_of_another(auditor: Person, clinician_b: Person):
    pack = taken(auditor)

    assert all(clinician_b.user.name.encode() not in pack.read(name) for name in pack.namelist())


def test_pack_when_taken_then_the_audit_has_its_digest_and_the_manifest_its_event(auditor: Person):
    pack = taken(auditor, days=30)

    (told,) = make.audit_events("compliance.pack_taken")
    manifest = json.loads(pack.read("manifest.json"))
    assert told["facts"]["days"] == 30 and len(told["facts"]["sha256"]) == 64
    assert make.audit_events("compliance.pack_taken", id=manifest["audit_event"])


def test_pack_when_it_was_not_just_proved_who_she_is_then_refused(auditor: Person):
    with auditor.at_work(), pytest.raises(Refusal) as refused:
        compliance.take(by=auditor.actor, confirmed_at=timezone.now() - timedelta(hours=1))

    assert refused.value.code == Code.STEP_UP_NEEDED


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.LEAD, Role.ENGINEER])
def test_pack_when_the_role_does_not_look_after_security_then_refused(staff_a: Staff, role: Role):
    with staff_a[role].at_work(), pytest.raises(Refusal) as refused:
        compliance.take(by=staff_a[role].actor, confirmed_at=timezone.now())

    assert refused.value.code == Code.NOT_ALLOWED


def test_page_when_not_just_proved_then_to_the_proof_and_back(as_person, auditor: Person):
    browser = as_person(auditor)

    assert "Confirm that it is you" in browser.get("/dashboards/security/pack/").content.decode()
    sent = browser.post("/dashboards/security/pack/", {"days": "90"})
    assert sent.status_code == 302 and sent["Location"].startswith("/account/reauthenticate/")


def test_page_when_proved_then_one_press_gives_the_file(as_person, auditor: Person):
    browser = as_person(auditor)
    prove(browser)

    response = browser.post("/dashboards/security/pack/", {"days": "90"})

    data = b"".join(response.streaming_content)
    assert response["Content-Type"] == "application/zip" and len(data) == int(response["Content-Length"])
    assert zipfile.ZipFile(io.BytesIO(data)).testzip() is None
    assert browser.post("/dashboards/security/pack/", {"days": "5"}).status_code == 422
