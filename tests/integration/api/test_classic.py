"""Addresses for older clients: the short answers they know, through the same doors and actions as everything else."""

import base64
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from classify import kinds as document_kinds
from clinic import texts as core_texts
from clinic.api import texts
from clinic.authorization.permissions import Permission
from clinic.models import Case, Patient, Run, Upload
from extraction import kinds as fact_kinds
from radiology import kinds as film_kinds
from radiology.api import predicting
from tests import make
from tests.contract.asking import Api, as_program
from tests.integration.classify import sorting
from tests.integration.extraction import finding
from tests.integration.radiology import reading
from tests.make import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def program(clinician_a: Person) -> Api:
    return as_program(clinician_a)


@pytest.fixture
def worker(clinician_a: Person, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Callable[[], Any]]]:
    """A worker that does what the asker waits for, by kind."""
    does: dict[str, Callable[[], Any]] = {
        core_texts.KIND: lambda: finding.read(clinician_a),
        document_kinds.ROUTE: lambda: sorting.finish(clinician_a, document_kinds.ROUTE, sorting.say()),
        fact_kinds.EXTRACT: lambda: finding.finish(clinician_a, fact_kinds.EXTRACT, finding.say()),
        film_kinds.OPEN: lambda: reading.finish(clinician_a, film_kinds.OPEN, reading.OPENED),
        film_kinds.CHEST: lambda: reading.finish(clinician_a, film_kinds.CHEST, reading.say(has_map=True)),
        film_kinds.MAP_TEST: lambda: reading.map_tested(clinician_a),
    }

    def waited(run: Run, *, known: str, seconds: float) -> Run:
        does[run.kind]()
        run.refresh_from_db()
        return run

    monkeypatch.setattr(predicting, "wait_for_news", waited)
    monkeypatch.setattr(texts, "wait_for_news", waited)
    yield does


def film(number: int, **more: Any) -> dict[str, Any]:
    return {"file_data": base64.b64encode(reading.png(number)).decode(), **more}


def form(data: bytes, name: str, **fields: str) -> dict[str, Any]:
    parts = [f'--x\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n' for key, value in fields.items()]
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = "".join(parts).encode() + head.encode() + data + b"\r\n--x--\r\n"
    return {"data": body, "content_type": "multipart/form-data; boundary=x"}


def test_index_names_every_address_and_health_tells_its_parts(program):
    told = program.get("/api/classic/").json()

    assert {one["path"]: one["methods"] for one in told["endpoints"]} == {
        "/api/classic/": ["GET"], "/api/classic/health": ["GET"], "/api/classic/predict": ["POST"],
        "/api/classic/predict-text": ["POST"], "/api/classic/upload": ["POST"], "/api/classic/extract": ["POST"],
        "/api/classic/metrics": ["GET"], "/api/classic/experiments": ["GET"], "/api/classic/medibot/process": ["POST"],
    }  # fmt: skip
    assert program.get("/api/classic/health").json()["parts"]["database"] is True


def test_text_is_sorted_in_a_case_of_its_own(program, clinician_a, worker):
    told = program.post("/api/classic/predict-text", {"text": sorting.LETTER})

    found = told.json()
    assert (told.status_code, found["status"], found["specialty"]) == (200, "success", "cardiology")
    assert found["confidence"] == pytest.approx(0.95) and found["model_version"] is not None
    with clinician_a.at_work():
        assert Case.objects.get(pk=found["case"]).patient.name is None
        assert program.get(found["look_at"]).json()["case"] == found["case"]


def test_two_texts_are_never_of_one_patient(program, clinician_a, worker):
    first, second = (program.post("/api/classic/predict-text", {"text": sorting.LETTER, "wait": 0}).json()
                     for _ in range(2))  # fmt: skip

    with clinician_a.at_work():
        assert len({Case.objects.get(pk=one["case"]).patient_id for one in (first, second)}) == 2


@pytest.mark.parametrize("text", ["Too short", "x" * 10_001])
def test_text_of_another_length_is_refused_and_opens_nothing(program, clinician_a, text):
    with clinician_a.at_work():
        before = Case.objects.count()

        assert program.post("/api/classic/predict-text", {"text": text}).json()["code"] == "invalid"
        assert Case.objects.count() == before


def test_text_whose_confidence_nobody_measured_says_so(program, clinician_a, worker):
    worker[document_kinds.ROUTE] = lambda: sorting.finish(
        clinician_a, document_kinds.ROUTE, sorting.say(probabilities=None)
    )

    found = program.post("/api/classic/predict-text", {"text": sorting.LETTER}).json()

    assert found["confidence"] is None
    assert any(one.startswith("Uncalibrated") for one in found["warnings"])


def test_film_as_json_is_answered_as_older_clients_know_it(program, worker):
    told = program.post("/api/classic/predict", film(801))

    found = told.json()
    assert (told.status_code, found["prediction"], found["risk_level"]) == (200, "BACTERIAL_PNEUMONIA", "high")
    assert found["confidence"].endswith("%") and len(found["confidence"].partition(".")[2]) == 3
    assert base64.b64decode(found["gradcam_image"]).startswith(b"\x89PNG")
    assert found["warnings"][-1] == "A person has to judge this before it counts."


def test_film_as_a_form_takes_its_case_from_the_address(program, clinician_a, worker):
    case = make.case(clinician_a)

    sent = form(reading.png(802), "film.png", disable_cam="True")
    found = program.post(f"/api/classic/predict?case={case.pk}", **sent).json()

    assert (found["case"], found["prediction"]) == (str(case.pk), "BACTERIAL_PNEUMONIA")
    assert found["gradcam_image"] is None


def test_film_without_calibration_says_so_and_gives_no_percent(program, clinician_a, worker):
    worker[film_kinds.CHEST] = lambda: reading.finish(
        clinician_a, film_kinds.CHEST, replace(reading.say(), probabilities=None)
    )

    found = program.post("/api/classic/predict", film(803)).json()

    assert found["confidence"] is None and any(one.startswith("Uncalibrated") for one in found["warnings"])


def test_film_that_takes_longer_says_where_to_look(program):
    told = program.post("/api/classic/predict", film(804, wait=0))

    assert (told.status_code, told.json()["status"]) == (202, "processing")
    assert program.get(told.json()["look_at"]).json()["state"] == "opening"


@pytest.mark.parametrize("address", ["predict", "upload"])
def test_file_that_is_refused_opens_no_case_and_keeps_nothing(program, clinician_a, address):
    with clinician_a.at_work():
        before = (Case.objects.count(), Patient.objects.count(), Upload.objects.count())

        sound = b"RIFF" + (36).to_bytes(4, "little") + b"WAVEfmt " + b"\x10\x00\x00\x00" + bytes(400)
        refused = program.post(f"/api/classic/{address}", **form(sound, "talk.wav"))

        assert refused.status_code in (400, 415), refused.content
        assert (Case.objects.count(), Patient.objects.count(), Upload.objects.count()) == before


def test_document_is_uploaded_then_its_facts_are_asked_for(program, worker):
    sent = program.post("/api/classic/upload", **form(finding.LETTER.encode(), "letter.txt"))
    assert (sent.status_code, sent.json()["status"]) == (202, "processing")

    told = program.post("/api/classic/extract", {"document_id": sent.json()["document_id"]})

    found = told.json()
    assert (told.status_code, found["status"]) == (200, "success")
    drug = found["data"]["medications"][0]
    assert drug["values"]["name"] == "Amoxicillin" and drug["state"] == "open" and drug["evidence"]
    assert found["warnings"][0].startswith("Uncalibrated")


def test_facts_of_a_text_are_answered_at_once(program, worker):
    told = program.post("/api/classic/extract", {"text": finding.LETTER})

    assert (told.status_code, told.json()["status"]) == (200, "success")


def test_extract_without_a_document_and_a_text_is_refused(program):
    assert program.post("/api/classic/extract", {}).json()["code"] == "invalid"


def test_key_that_may_open_no_case_sends_nothing(clinician_a):
    scopes = clinician_a.actor.permissions - {Permission.CASE_OPEN}

    told = as_program(clinician_a, *scopes).post("/api/classic/predict-text", {"text": sorting.LETTER})

    assert told.json()["code"] == "not_allowed"
