"""What a machine sends comes to its patient and its case, made once, at the site that listens; each act is audited."""

import io
from collections.abc import Iterator

import numpy as np
import pydicom
import pytest

from clinic.authorization.scope import scope
from clinic.inference import child
from clinic.models import Case, CaseState, Patient, Site, Upload
from clinic.uploads import StoredUpload
from radiology.dicom.receiving import Status
from radiology.inference.dicom_files import dicom_file
from radiology.management.commands.dicom_listen import receiver
from tests import make
from tests.threads import at_once

RAMP = np.linspace(0, 4095, 40 * 32).reshape(40, 32).astype(np.uint16)


@pytest.fixture(autouse=True)
def no_nursery_left() -> Iterator[None]:
    yield
    child.close()


@pytest.fixture
def take(site_a: Site, own_store, monkeypatch):
    """In a test the connection is the test's own."""
    monkeypatch.setattr("radiology.management.commands.dicom_listen.connections.close_all", lambda: None)
    return receiver(site_a)


def film(patient: str = "N1", study: str = "1.2.3.1", shift: int = 0, **more: str) -> bytes:
    told = {"PatientID": patient, "PatientName": "Alder^Ana", "StudyInstanceUID": study, "PatientSex": "F", **more}
    return dicom_file(np.roll(RAMP, shift), bits=12, more=told)


def test_dicom_when_it_arrives_then_it_is_kept_in_a_case_without_its_patient(take, site_a: Site):
    assert take(film(), "MODALITY") == Status.KEPT

    with scope(site=site_a.pk):
        upload = Upload.objects.select_related("case__patient").get()
        assert (upload.kind, upload.name) == ("film", "From MODALITY.dcm")
        assert (upload.case.patient.sex, upload.case.patient.name) == ("female", None)
        kept = StoredUpload(upload).read()
    assert b"Alder" not in kept
    assert np.array_equal(pydicom.dcmread(io.BytesIO(kept)).pixel_array, RAMP)
    for event in ("patient.created", "case.opened", "upload.added"):
        (told,) = make.audit_events(event)
        assert "system:dicom" in str(told)


def test_dicom_when_the_same_patient_comes_again_then_it_is_the_same_patient(take, site_a: Site):
    take(film(study="1.2.3.1"), "MODALITY")
    take(film(study="1.2.3.1", shift=1), "MODALITY")
    take(film(study="1.2.3.2"), "MODALITY")
    take(film(patient="N2", study="1.2.3.3"), "MODALITY")

    with scope(site=site_a.pk):
        cases = [case.uploads.count() for case in Case.objects.order_by("number")]
        assert cases == [2, 1, 1]
        assert Patient.objects.filter(cases__isnull=False).distinct().count() == 2


def test_dicom_when_the_same_object_comes_twice_then_it_is_kept_once(take, site_a: Site):
    one = film()
    assert [take(one, "MODALITY"), take(one, "MODALITY")] == [Status.KEPT, Status.KEPT]

    with scope(site=site_a.pk):
        assert Upload.objects.count() == 1


def test_dicom_when_two_sites_get_the_same_then_neither_knows_the_other(take, site_a: Site, site_b: Site):
    one = film()
    take(one, "MODALITY")
    receiver(site_b)(one, "MODALITY")

    with scope(site=site_a.pk):
        first = Upload.objects.select_related("case").get()
    with scope(site=site_b.pk):
        second = Upload.objects.select_related("case").get()
    assert first.case.patient_id != second.case.patient_id
    assert first.sha256 != second.sha256


def test_dicom_when_the_case_takes_no_more_then_the_sender_is_told(take, site_a: Site):
    take(film(), "MODALITY")
    with scope(site=site_a.pk):
        Case.objects.update(state=CaseState.CLOSED)

    assert take(film(shift=1), "MODALITY") == Status.REFUSED


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_dicom_when_four_films_of_a_new_patient_come_at_once_then_one_patient_and_each_can_be_read(
    site_a: Site, own_store
):
    take = receiver(site_a)

    statuses = at_once(4, lambda number: take(film(shift=number), "MODALITY"))

    assert statuses == [Status.KEPT] * 4
    with scope(site=site_a.pk):
        assert len({upload.case.patient_id for upload in Upload.objects.select_related("case")}) == 1
        assert all(StoredUpload(upload).read() for upload in Upload.objects.select_related("case"))
