"""Another viewer opens our studies, and another archive stores into them: asked by the real client of DICOMweb."""

import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pydicom
import pytest
import requests  # noqa: TID251 - what the client of DICOMweb speaks
from PIL import Image

from clinic.actions import uploads
from clinic.authorization.permissions import Permission as P
from clinic.authorization.roles import Role
from clinic.inference import child
from clinic.models import Patient, Site, Upload
from radiology.actions import texts
from radiology.inference.burned_in import BurnedIn, State
from radiology.inference.dicom_files import compressed, dicom_file
from radiology.management.commands.dicom_listen import receiver
from radiology.models import Film
from tests import make
from tests.contract.asking import Api, as_program
from tests.integration.radiology.dicomweb import ROOT, viewer
from tests.integration.radiology.reading import fresh, look_for_text
from tests.make import Person

pytestmark = pytest.mark.django_db
RAMP = np.linspace(0, 4095, 40 * 32).reshape(40, 32).astype(np.uint16)
LOSSLESS = "1.2.840.10008.1.2.4.90"


@pytest.fixture(scope="module", autouse=True)
def no_nursery_left() -> Iterator[None]:
    yield
    child.close()


@pytest.fixture
def program(clinician_a: Person, own_store: Any) -> Api:
    return as_program(clinician_a)


@pytest.fixture
def opened(work_lane: Callable[..., int], monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """What has come is opened, and no writing is found in it."""
    monkeypatch.setattr("radiology.text_worker.burned_in.look", lambda _film: BurnedIn(State.CLEAR))

    def work() -> None:
        work_lane("vision")
        work_lane("cpu")

    return work


@pytest.fixture
def take(site_a: Site, own_store: Any, monkeypatch: pytest.MonkeyPatch, opened: Callable[[], None]) -> Any:
    """A film that a machine sends, kept and opened."""
    monkeypatch.setattr("radiology.management.commands.dicom_listen.connections.close_all", lambda: None)

    def taken(*files: bytes) -> None:
        for file in files:
            receiver(site_a)(file, "MODALITY")
        opened()

    return taken


def film(
    patient: str = "N1", study: str = "1.2.3.1", shift: int = 0, syntax: str = "", times: int = 1, **more: Any
) -> bytes:
    told = {"PatientID": patient, "PatientName": "Alder^Ana", "PatientAge": "004Y", "StudyDate": "20240110",
            "StudyInstanceUID": study, "SeriesInstanceUID": f"{study}.1", **more}  # fmt: skip
    file = dicom_file(np.roll(np.kron(RAMP, np.ones((times, times), np.uint16)), shift), bits=12, more=told)
    return compressed(file, syntax) if syntax else file


def value(told: dict[str, Any], tag: str) -> Any:
    return told[tag]["Value"][0]


def uids(told: dict[str, Any]) -> tuple[str, str, str]:
    return value(told, "0020000D"), value(told, "0020000E"), value(told, "00080018")


# --- out --------------------------------------------------------------------------------------------------------------


def test_film_of_a_machine_when_another_viewer_asks_then_it_is_found_opened_and_shows_the_same_pixels(take, program):
    take(film())
    client = viewer(program)

    (study,) = client.search_for_studies()
    (instance,) = client.search_for_instances(value(study, "0020000D"))
    whole = client.retrieve_instance(*uids(instance))

    assert (value(study, "00201206"), value(study, "00201208"), value(study, "00080061")) == (1, 1, "DX")
    assert value(study, "00081190") == f"{ROOT}/studies/{value(study, '0020000D')}"
    assert np.array_equal(whole.pixel_array, RAMP)
    assert "Alder" not in json.dumps(study) and whole.PatientIdentityRemoved == "YES"
    assert whole.PatientID == value(study, "00100020") != "N1"


@pytest.mark.parametrize("syntax", ["", LOSSLESS])
def test_frames_when_asked_for_then_they_are_unpacked_and_fit_the_header(take, program, syntax):
    take(film(syntax=syntax))
    client = viewer(program)
    (instance,) = client.search_for_instances()
    header = client.retrieve_instance_metadata(*uids(instance))

    (frame,) = client.retrieve_instance_frames(*uids(instance), frame_numbers=[1])

    shape = (value(header, "00280010"), value(header, "00280011"))
    assert np.array_equal(np.frombuffer(frame, "<u2").reshape(shape), RAMP)
    assert header["7FE00010"]["BulkDataURI"].endswith("/frames/1")


@pytest.mark.parametrize(("kind", "form"), [("image/png", "PNG"), ("image/jpeg", "JPEG")])
def test_rendered_when_asked_for_then_a_browser_can_show_it(take, program, kind, form):
    take(film())
    client = viewer(program)
    (instance,) = client.search_for_instances()

    picture = Image.open(io.BytesIO(client.retrieve_instance_rendered(*uids(instance), media_types=(kind,))))

    assert (picture.format, picture.size) == (form, (32, 40))


def test_search_when_it_is_narrowed_then_studies_series_and_films_are_counted_apart(take, program):
    take(film(), film(shift=1, SeriesInstanceUID="1.2.3.1.2"), film(shift=2), film("N2", "1.2.3.2"))
    client = viewer(program)

    counts = sorted((value(one, "00201206"), value(one, "00201208")) for one in client.search_for_studies())
    assert counts == [(1, 1), (2, 3)]
    patient = next(value(one, "00100020") for one in client.search_for_studies() if value(one, "00201208") == 3)
    (study,) = client.search_for_studies(search_filters={"PatientID": patient})
    name = value(study, "0020000D")
    assert len(client.search_for_series(name)) == 2
    assert len(client.search_for_instances(name)) == len(client.retrieve_study(name)) == 3
    assert len(client.search_for_instances(limit=2, offset=1)) == 2
    assert client.search_for_studies(search_filters={"PatientID": "N1"}) == []


def test_series_when_fetched_then_the_files_and_headers_of_that_series_only(take, program):
    take(film(), film(shift=1, SeriesInstanceUID="1.2.3.1.2"))
    client = viewer(program)
    study, series, instance = uids(client.search_for_instances()[0])

    (file,), (header,) = client.retrieve_series(study, series), client.retrieve_series_metadata(study, series)

    assert file.SOPInstanceUID == value(header, "00080018") == instance


def test_every_film_that_is_shown_is_noted(take, program):
    take(film())
    client = viewer(program)
    (instance,) = client.search_for_instances()
    client.retrieve_instance(*uids(instance))

    assert [len(make.audit_events(name)) for name in ("film_list.read", "film.read")] == [1, 1]


def test_film_with_writing_in_its_picture_when_nobody_has_looked_then_it_is_not_handed_out(
    take, program, site_a, work_lane, staff_a, monkeypatch
):
    monkeypatch.setattr("radiology.management.commands.dicom_listen.connections.close_all", lambda: None)
    receiver(site_a)(film(), "MODALITY")
    work_lane("vision")
    reader = staff_a[Role.RADIOLOGIST]
    with reader.at_work():
        made = Film.objects.get()
    assert viewer(program).search_for_instances() == []  # nobody has looked for any yet

    look_for_text(reader, made, "text", (0.1, 0.1, 0.2, 0.4))
    assert viewer(program).search_for_instances() == []

    with reader.at_work():
        texts.decide(by=reader.actor, film=made, verdict="allowed", reason="Only the side stands there.")
    assert len(viewer(program).search_for_instances()) == 1


def test_film_that_was_kept_with_its_patient_is_not_handed_out(program, clinician_a, opened):
    with clinician_a.at_work():  # as before files lost their patient at the door
        uploads.store_whole(by=clinician_a.actor, case=make.case(clinician_a), chunks=[film()], name="film.dcm",
                            is_ready=True)  # fmt: skip
    opened()

    with clinician_a.at_work():
        assert Film.objects.count() == 1
    assert viewer(program).search_for_instances() == []


def test_study_when_its_patient_is_erased_then_it_is_not_there(take, program, clinician_a):
    take(film())
    (instance,) = viewer(program).search_for_instances()
    with clinician_a.at_work():
        Patient.objects.filter(cases__films__isnull=False).update(erased_at="2026-01-01T00:00Z")

    assert viewer(program).search_for_studies() == []
    assert status(viewer(program).retrieve_instance, *uids(instance)) == 404


# --- who may ----------------------------------------------------------------------------------------------------------


def test_study_of_another_site_is_not_there(take, program, clinician_b):
    take(film())
    (instance,) = viewer(program).search_for_instances()
    elsewhere = viewer(as_program(clinician_b))

    assert elsewhere.search_for_studies() == []
    assert status(elsewhere.retrieve_instance, *uids(instance)) == 404


def test_asker_without_a_key_or_without_the_right_is_refused(take, clinician_a):
    take(film())

    assert status(viewer(Api()).search_for_studies) == 401
    assert status(viewer(as_program(clinician_a, P.CASE_VIEW)).search_for_studies) == 403
    reads_only = viewer(as_program(clinician_a, P.CASE_VIEW, P.UPLOAD_READ))
    assert status(reads_only.store_instances, [pydicom.dcmread(io.BytesIO(film()))]) == 403


def status(ask: Callable[..., Any], *args: Any) -> int:
    with pytest.raises(requests.HTTPError) as refused:
        ask(*args)
    answer: Any = refused.value.response
    assert answer.headers["Content-Type"] == "application/problem+json"
    return int(answer.status_code)


@pytest.mark.parametrize(
    ("address", "accept", "expected"),
    [
        ("studies?Nonsense=1", "*/*", 400), ("studies?PixelData=1", "*/*", 400), ("studies?limit=-1", "*/*", 400),
        ("studies/1..2", "*/*", 400), ("studies/1.2", "*/*", 404), ("studies", "text/html", 406),
        ("studies", "application/dicom+json", 200), ("studies", "application/json", 200),
        ("studies/1.2/series/1.3/instances/1.4", "image/png", 406),
        ("studies/1.2/series/1.3/instances/1.4/frames/0", "*/*", 400),
        ("studies/1.2/series/1.3/instances/1.4/rendered", "image/*", 404),
    ],
)  # fmt: skip
def test_address_when_it_cannot_be_answered_then_the_standards_status(program, address, accept, expected):
    answer = program.client.get(
        f"/api/dicomweb/{address}", headers={"Authorization": f"Bearer {program.credential}", "Accept": accept}
    )

    assert answer.status_code == expected


# --- in ---------------------------------------------------------------------------------------------------------------


def test_film_when_stored_then_it_is_kept_without_its_patient_becomes_a_film_and_is_found(program, clinician_a, opened):
    client, file = viewer(program), pydicom.dcmread(io.BytesIO(film()))

    told = client.store_instances([file])
    opened()

    (kept,) = told.ReferencedSOPSequence
    assert kept.ReferencedSOPInstanceUID == file.SOPInstanceUID and kept.WarningReason == 0xB000
    (instance,) = client.search_for_instances()
    study, series, name = uids(instance)
    assert kept.RetrieveURL == f"{ROOT}/studies/{study}/series/{series}/instances/{name}"
    with clinician_a.at_work():
        made = Film.objects.select_related("upload").get()
    assert (made.is_open, made.modality, made.age_years) == (True, "DX", 4)
    (event,) = make.audit_events("upload.added")
    assert event["actor_id"] == str(clinician_a.user.pk)


def test_film_when_stored_and_sent_by_a_machine_then_it_is_one_film(take, program, clinician_a):
    one = film()
    take(one)

    viewer(program).store_instances([pydicom.dcmread(io.BytesIO(one))])

    with clinician_a.at_work():
        assert Upload.objects.count() == 1


def test_files_when_one_is_no_dicom_then_the_others_are_kept_and_it_is_told(program):
    body = b"".join(b"--x\r\nContent-Type: application/dicom\r\n\r\n" + part + b"\r\n" for part in (film(), b"no film"))

    answer = stow(program, body + b"--x--")

    told = json.loads(answer.content)
    assert (answer.status_code, answer.headers["Content-Type"]) == (202, "application/dicom+json")
    assert len(told["00081199"]["Value"]) == 1
    assert told["00081198"]["Value"][0]["00081197"]["Value"] == [0xC000]


@pytest.mark.parametrize(
    ("body", "kind", "expected"),
    [
        (
            b"--x\r\nContent-Type: application/dicom\r\n\r\nno film\r\n--x--",
            'type="application/dicom"; boundary=x',
            409,
        ),
        (b"--x--", 'type="application/dicom"; boundary=x', 400),
        (b"{}", 'type="application/dicom+json"; boundary=x', 400),
    ],
)
def test_body_when_nothing_of_it_can_be_kept_then_refused(program, body, kind, expected):
    assert stow(program, body, f"multipart/related; {kind}").status_code == expected


def stow(program: Api, body: bytes, kind: str = 'multipart/related; type="application/dicom"; boundary=x') -> Any:
    return program.client.generic(
        "POST", "/api/dicomweb/studies", body, content_type=kind,
        headers={"Authorization": f"Bearer {program.credential}"},
    )  # fmt: skip


def test_machine_film_when_it_arrives_then_it_becomes_a_film_by_itself(take, clinician_a):
    take(film())

    with clinician_a.at_work():
        made = Film.objects.get()
    assert fresh(clinician_a, made).is_open
