"""A DICOM file that a person adds loses its patient before it is kept, whichever way it comes in."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from django.core.management import call_command

from benchmarks.deidentify import Markers, plain_file
from clinic.actions import uploads
from clinic.errors import Code, Refusal
from clinic.inference import child
from clinic.models import Case, Site, Upload
from clinic.uploads import StoredUpload
from radiology.inference.burned_in import BurnedIn, State
from radiology.inference.dicom_files import dicom_file
from radiology.management.commands.dicom_listen import receiver
from radiology.models import Film
from tests import make
from tests.contract.asking import as_program
from tests.integration.radiology.dicomweb import viewer
from tests.make import Person

pytestmark = pytest.mark.django_db
RAMP = np.linspace(0, 4095, 40 * 32).reshape(40, 32).astype(np.uint16)
BROKEN = bytes(128) + b"DICM" + b"Alder^Ana" * 20


@pytest.fixture(scope="module", autouse=True)
def no_nursery_left() -> Iterator[None]:
    yield
    child.close()


@pytest.fixture
def case(clinician_a: Person, own_store: Any) -> Case:
    return make.case(clinician_a)


def film(patient: str = "N1", study: str = "1.2.3.1", shift: int = 0) -> bytes:
    told = {"PatientID": patient, "PatientName": "Alder^Ana", "PatientAge": "004Y", "StudyInstanceUID": study,
            "SeriesInstanceUID": f"{study}.1", "SOPInstanceUID": f"{study}.1.{shift + 1}"}  # fmt: skip
    return dicom_file(np.roll(RAMP, shift), bits=12, more=told)


def kept(by: Person, upload: Upload) -> bytes:
    with by.at_work():
        return StoredUpload(upload).read()


def test_file_when_markers_are_planted_everywhere_then_none_is_kept(clinician_a, case):
    markers = Markers()

    upload = make.upload(clinician_a, case, data=plain_file(markers, implicit=False), name="film.dcm")

    assert len(markers.places) > 2_000
    found = markers.found_in(kept(clinician_a, upload))
    assert [place for place in found if not place.endswith("(DA)")] == []  # a date may move to where another one was


def test_file_when_added_then_pixels_and_age_stay_and_the_audit_knows_both_digests(clinician_a, case):
    upload = make.upload(clinician_a, case, data=film(), name="film.dcm")

    told = pydicom.dcmread(io.BytesIO(kept(clinician_a, upload)))
    assert np.array_equal(told.pixel_array, RAMP)
    assert (told.PatientAge, told.PatientIdentityRemoved) == ("004Y", "YES")
    (event,) = make.audit_events("upload.added")
    assert event["facts"]["sha256"] == upload.sha256 != event["facts"]["came_as"]


def test_file_when_it_comes_in_pieces_then_nothing_of_what_came_stays_on_the_shelf(clinician_a, case, own_store):
    data = film()
    with clinician_a.at_work():
        session = uploads.open_session(by=clinician_a.actor, case=case, name="film.dcm", declared_size=len(data))
        session = uploads.add_chunk(by=clinician_a.actor, session=session, index=0, data=data)
        upload, is_new = uploads.complete(by=clinician_a.actor, session=session)

    assert is_new and b"Alder" not in kept(clinician_a, upload)
    assert [one.name for one in own_store.list()] == [upload.object_name]


def test_file_when_added_twice_then_it_is_one_upload(clinician_a, case, own_store):
    first, second = (make.upload(clinician_a, case, data=film(), name="film.dcm") for _ in range(2))

    assert first.pk == second.pk
    assert [one.name for one in own_store.list()] == [first.object_name]


def test_file_when_it_cannot_be_cleaned_then_it_is_refused_and_nothing_of_it_stays(clinician_a, case, own_store):
    with pytest.raises(Refusal) as refused:
        make.upload(clinician_a, case, data=BROKEN, name="film.dcm")

    assert refused.value.code == Code.PATIENT_STAYS
    assert list(own_store.list()) == []
    with clinician_a.at_work():
        assert not Upload.objects.exists()


def test_film_added_by_hand_to_a_patient_whom_a_machine_made_is_of_the_same_patient_for_other_viewers(
    site_a: Site, clinician_a, own_store, monkeypatch, work_lane: Callable[..., int]
):
    monkeypatch.setattr("radiology.text_worker.burned_in.look", lambda _film: BurnedIn(State.CLEAR))
    monkeypatch.setattr("radiology.management.commands.dicom_listen.connections.close_all", lambda: None)
    receiver(site_a)(film(), "MODALITY")
    with clinician_a.at_work():
        made = Case.objects.select_related("patient").get()
    make.upload(clinician_a, made, data=film("another number of hers", shift=1), name="film.dcm")
    work_lane("vision")
    work_lane("cpu")

    found = viewer(as_program(clinician_a)).search_for_instances()

    assert len({one["00100020"]["Value"][0] for one in found}) == 1
    assert len({one["0020000D"]["Value"][0] for one in found}) == 1


def test_pile_of_dicom_files_when_imported_then_patients_and_studies_come_together_and_once(
    site_a: Site, clinician_a, own_store, tmp_path: Path
):
    for number, data in enumerate((film(), film(shift=1), film("N2", "1.2.3.2"))):
        (tmp_path / f"{number}.dcm").write_bytes(data)
    files = sorted(str(path) for path in tmp_path.glob("*.dcm"))

    for _ in range(2):
        call_command("radiology_import", "--new-cases", *files, "--site", site_a.name, stdout=io.StringIO())

    with clinician_a.at_work():
        assert sorted(case.films.count() for case in Case.objects.all()) == [1, 2]
        assert not any(
            b"Alder" in StoredUpload(one.upload).read() for one in Film.objects.select_related("upload__case")
        )
