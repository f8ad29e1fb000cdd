"""Consults for programs: the same actions as the page, and the one address older clients know."""

from collections.abc import Callable
from typing import Any

import pytest

from clinic import speech
from clinic.models import Case
from consult.models import Consult, Part, PartState
from tests import make
from tests.contract.asking import Api, as_program
from tests.integration.consult import consulting
from tests.make import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def program(clinician_a: Person) -> Api:
    return as_program(clinician_a)


@pytest.fixture
def workers(clinician_a: Person, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """They do what is told, in its order, while somebody waits for the answer."""

    def work(*does: Callable[[], Any]) -> None:
        left = list(does)
        monkeypatch.setattr("consult.standing.time.sleep", lambda _s: left.pop(0)() if left else None)

    return work


def form(fields: dict[str, str], files: dict[str, tuple[str, bytes]]) -> dict[str, Any]:
    parts = [f'--x\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
             for key, value in fields.items()]  # fmt: skip
    for key, (name, data) in files.items():
        head = f'--x\r\nContent-Disposition: form-data; name="{key}"; filename="{name}"\r\n\r\n'
        parts.append(head.encode() + data + b"\r\n")
    return {"data": b"".join(parts) + b"--x--\r\n", "content_type": "multipart/form-data; boundary=x"}


def begun(program: Api, case: Case) -> str:
    told = program.post("/api/v1/consults", {"case": str(case.pk), "language": "en"})
    assert told.status_code == 201
    return str(told.json()["id"])


def test_a_recording_is_sent_in_pieces_and_heard_when_it_is_whole(program, clinician_a):
    consult = begun(program, make.case(clinician_a))
    session = program.post(f"/api/v1/consults/{consult}/recordings", {}).json()

    sent = program("PUT", f"{session['url']}/chunks/0", **raw(consulting.sound()))
    assert sent.status_code < 300, sent.content
    assert program.get(f"/api/v1/consults/{consult}").json()["parts"][0]["state"] == "coming"
    assert program.post(f"{session['url']}/complete", {}).status_code < 300

    consulting.heard(clinician_a, "chest pain for two hours")
    consulting.answered(clinician_a)
    told = program.get(f"/api/v1/consults/{consult}").json()
    assert [one["state"] for one in told["parts"]] == ["there"]
    assert told["answer"]["prediction_set"] == ["emergency"] and told["answer"]["red_flags"][0]["rule"] == "RF-01"
    assert not told["is_under_way"] and told["answer"]["text"].startswith("Chest pain for two hours.")


def test_a_photo_is_sent_in_pieces_and_a_part_from_the_first_on(program, clinician_a):
    consult = begun(program, make.case(clinician_a))
    wish = {"name": "photo.png", "size": len(consulting.png())}
    session = program.post(f"/api/v1/consults/{consult}/files", wish).json()
    (part,) = program.get(f"/api/v1/consults/{consult}").json()["parts"]
    assert (part["sort"], part["state"]) == ("picture", "coming")
    assert program("PUT", f"{session['url']}/chunks/0", **raw(consulting.png())).status_code < 300
    assert program.post(f"{session['url']}/complete", {}).status_code < 300
    (part,) = program.get(f"/api/v1/consults/{consult}").json()["parts"]
    assert part["state"] == "read"


def raw(data: bytes) -> dict[str, Any]:
    return {"data": data, "content_type": "application/octet-stream"}


def test_words_are_answered_while_the_program_waits(program, clinician_a, workers):
    consult = begun(program, make.case(clinician_a))
    workers(lambda: consulting.answered(clinician_a))

    told = program.post(f"/api/v1/consults/{consult}/words", {"text": consulting.WORDS, "wait": 5}).json()

    assert told["answer"]["words"] == "Emergency" and told["answer"]["standing"] == "preliminary"


def test_nothing_to_answer_is_said(program, clinician_a):
    consult = begun(program, make.case(clinician_a))
    refused = program.post(f"/api/v1/consults/{consult}/answers", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "nothing_to_answer")


def test_consults_of_a_case_and_of_another_site(program, clinician_a, clinician_b):
    case = make.case(clinician_a)
    mine, _other = begun(program, case), begun(program, make.case(clinician_a))
    assert [one["id"] for one in program.get(f"/api/v1/consults?case={case.pk}").json()["results"]] == [mine]
    assert as_program(clinician_b).get(f"/api/v1/consults/{mine}").status_code == 404


# --- older clients --------------------------------------------------------------------------------------------------


def test_voice_and_picture_are_answered_in_a_case_of_their_own(program, clinician_a, workers):
    workers(
        lambda: consulting.looked(clinician_a),
        lambda: consulting.heard(clinician_a, "my throat feels tight"),
        lambda: consulting.answered(clinician_a),
    )
    files = {"audio": ("voice.wav", consulting.sound()), "image": ("photo.png", consulting.png())}

    sent = program.post("/api/classic/medibot/process?wait=5", **form({"language": "en"}, files))

    told = sent.json()
    assert (sent.status_code, told["status"]) == (200, "success"), told
    assert told["transcript"] == "my throat feels tight" and told["urgency"] == ["emergency"]
    assert told["red_flags"] == ["Possible heart attack: Call for help."] and told["missing"] == []
    with clinician_a.at_work():
        assert Case.objects.get(pk=told["case"]).patient.name is None
        assert Part.objects.filter(consult=told["consult"], state=PartState.THERE).count() == 2


def test_what_takes_longer_is_told_where_to_look(program, clinician_a):
    sent = program.post("/api/classic/medibot/process", {"text": consulting.WORDS, "wait": 0})
    told = sent.json()
    assert (sent.status_code, told["status"], told["answer"]) == (202, "processing", "")
    assert program.get(told["look_at"]).json()["is_under_way"]


def test_a_voice_nobody_can_hear_says_what_is_missing_and_is_with_a_person(program, clinician_a, workers):
    workers(
        lambda: consulting.ended(clinician_a, speech.KIND, consulting.unheard("silent")),
        lambda: consulting.failed(clinician_a, "consult.answer"),
    )
    files = {"audio": ("voice.wav", consulting.sound())}
    told = program.post("/api/classic/medibot/process?wait=5", **form({}, files)).json()
    assert (told["status"], told["missing"], told["answer"]) == ("review", ["voice"], "")


@pytest.mark.parametrize(
    ("fields", "files", "status"),
    [
        pytest.param({}, {"image": "png"}, 400, id="nothing was said"),
        pytest.param({}, {"audio": "png"}, 415, id="a picture instead of a voice"),
        pytest.param({}, {"audio": "wav", "film": "png"}, 400, id="a field nobody knows"),
        pytest.param({"language": "xx"}, {"audio": "wav"}, 400, id="a language nobody speaks"),
    ],
)
def test_what_does_not_fit_is_refused_and_leaves_nothing(program, clinician_a, fields, files, status):
    data = {"png": ("a.png", consulting.png()), "wav": ("a.wav", consulting.sound())}
    with clinician_a.at_work():
        before = Case.objects.count()
    refused = program.post("/api/classic/medibot/process", **form(fields, {name: data[kind] for name, kind in
                                                                           files.items()}))  # fmt: skip
    assert refused.status_code == status, refused.content
    with clinician_a.at_work():
        assert (Case.objects.count(), Consult.objects.count()) == (before, 0)
