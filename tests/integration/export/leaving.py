"""Cases that leave, and what came of them: read back as anybody would who has the file alone."""

import io
import json
import subprocess
import sys
import tempfile
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

from django.utils import timezone

from clinic.actions import cases, exports, reports
from clinic.actions.exports import Export, Form
from clinic.export import capsule_verify
from clinic.models import Case, CaseState, Sex
from clinic.report_sections import suggestions
from tests import make
from tests.integration.second_opinion import LETTER, answered, span
from tests.make import Person
from tests.signing import sign, sign_draft

NAME = "Ana Canaria"
VERIFY = Path(capsule_verify.__file__)


def full_case(by: Person, number: int = 0) -> Case:
    """With a letter, a picture's worth of bytes, an engine's answer and a person's note."""
    patient = make.patient(by, name=NAME, birth_date=date(1980, 2, 3 + number % 20), sex=Sex.FEMALE)
    case = make.case(by, of=patient, question=f"Is it pneumonia? {number}", encounter=f"ED-{number}")
    letter = make.upload(by, case, f"{LETTER}{number}\n".encode(), "letter.txt")
    make.upload(by, case, f"a,b\n1,{number}\n".encode(), "values.csv")
    with by.at_work():
        answered(by, case, [letter], [span(letter, "short of breath")])
    make.note(by, case)
    return case


def taken(by: Person, case: Case, form: Form = Form.CAPSULE) -> tuple[Export, bytes]:
    with by.at_work():
        fresh = Case.objects.select_related("patient").get(pk=case.pk)
        made = exports.export(by=by.actor, case=fresh, form=form, confirmed_at=timezone.now())
    return made, b"".join(made.pieces)  # as a response does it: nobody stands in the site any more


def unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def bundle_in(data: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(unpacked(data)["fhir/bundle.json"])
    return found


def of_kind(bundle: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [one["resource"] for one in bundle["entry"] if one["resource"]["resourceType"] == kind]


def verified(where: Path, *more: str) -> tuple[int, str]:
    """By a Python of its own that sees none of our packages."""
    done = subprocess.run([sys.executable, "-I", "-S", str(VERIFY), str(where), *more], capture_output=True, text=True,
                          check=False)  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def said_of(data: bytes) -> str:
    """What its verifier says of one that is whole."""
    with tempfile.NamedTemporaryFile(suffix=".zip") as file:
        file.write(data)
        file.flush()
        code, said = verified(Path(file.name))
    assert code == 0, said
    return said


def signed_case(by: Person, number: int = 0, *, takes_over: bool = True) -> Case:
    """With the engine's word for word in it, or with a person's own."""
    case = awaiting(by, full_case(by, number))
    if not takes_over:
        sign(by, case)
        return case
    with by.at_work():
        [said] = suggestions(by.actor, case)
        reports.take_over(by=by.actor, case=case, key=said.key)
    sign_draft(by, case)
    return case


def awaiting(by: Person, case: Case) -> Case:
    with by.at_work():
        return cases.move(by=by.actor, case=case, to=CaseState.AWAITING_HUMAN)
