"""Films of a case that leaves, as DICOM: what is said of them with codes, in their own study; final only as signed."""

from typing import Any

import numpy as np
import pydicom
import pytest
from django.utils import timezone

from clinic.actions import cosigning
from clinic.authorization.roles import Role
from clinic.models import Case, CoSignature, Report
from radiology.models import DicomObject, Film
from tests import make
from tests.integration.export.films import COLUMNS, ROWS, film_of, groups, read_by, read_dicom, sign_over
from tests.integration.export.leaving import NAME, said_of, taken, unpacked
from tests.make import Person, Staff

pytestmark = pytest.mark.django_db
REPORT, MAP, FILM = "radiology/film-1.sr.dcm", "radiology/film-1.map.dcm", "radiology/film-1.dcm"


@pytest.fixture
def reader(staff_a: Staff) -> Person:
    return staff_a[Role.RADIOLOGIST]


@pytest.fixture
def case(clinician_a: Person) -> Case:
    return make.case(clinician_a, of=make.patient(clinician_a, name=NAME))


def dicom_of(by: Person, case: Case) -> dict[str, Any]:
    found = unpacked(taken(by, case)[1])
    return {name: read_dicom(data) for name, data in found.items() if name.startswith("radiology/")}


def evaluated(group: Any) -> list[tuple[str, str]]:
    return [(one.name.value, one.value.value) for one in group.get_qualitative_evaluations()]


def test_report_when_signed_then_final_verified_and_coded_in_the_films_own_study(clinician_a, reader, case):
    found = film_of(clinician_a, case)
    read_by(reader, found)
    sign_over(clinician_a, case)

    told = dicom_of(clinician_a, case)
    report = told[REPORT]
    with clinician_a.at_work():
        kept = DicomObject.objects.get(film=found)
    assert report.StudyInstanceUID == kept.study
    assert (report.CompletionFlag, report.VerificationFlag, report.PreliminaryFlag) == ("COMPLETE", "VERIFIED", "FINAL")
    assert str(report.VerifyingObserverSequence[0].VerifyingObserverName) == f"{clinician_a.user.name}^"
    [evidence] = report.CurrentRequestedProcedureEvidenceSequence
    assert evidence.ReferencedSeriesSequence[0].ReferencedSOPSequence[0].ReferencedSOPInstanceUID == kept.instance
    said = groups(report)
    assert evaluated(said["reading"]) == [("233604007", "52101004"), ("75570004", "52101004")]
    assert said["engine BACTERIAL_PNEUMONIA"].get_measurements()[0].value == pytest.approx(0.9)


def cosigned(by: Person, second: Person, case: Case) -> None:
    with by.at_work():
        report = Report.objects.select_related("case").filter(case=case).latest("version")
        asked = cosigning.ask(by=by.actor, report=report, whom=second.user)
    with second.at_work():
        row = CoSignature.objects.select_related("report__case").get(pk=asked.pk)
        cosigning.sign(by=second.actor, cosignature=row, confirmed_at=timezone.now())


def test_report_when_a_second_person_signed_it_then_she_verifies_it_too_as_another_object(clinician_a, reader, case):
    film_of(clinician_a, case)
    sign_over(clinician_a, case)
    before = dicom_of(clinician_a, case)[REPORT]

    cosigned(clinician_a, reader, case)

    after = dicom_of(clinician_a, case)[REPORT]
    observers = after.VerifyingObserverSequence
    names = [f"{person.user.name}^" for person in (clinician_a, reader)]
    assert [str(one.VerifyingObserverName) for one in observers] == names
    assert all(one.VerifyingOrganization == clinician_a.site.name for one in observers)
    assert observers[0].VerificationDateTime < observers[1].VerificationDateTime
    assert (after.VerificationFlag, after.PreliminaryFlag) == ("VERIFIED", "FINAL")
    assert after.SOPInstanceUID != before.SOPInstanceUID and len(before.VerifyingObserverSequence) == 1
    assert dicom_of(clinician_a, case)[REPORT].SOPInstanceUID == after.SOPInstanceUID
    assert (after.StudyInstanceUID, groups(after).keys()) == (before.StudyInstanceUID, groups(before).keys())


def test_report_when_the_second_seal_does_not_hold_then_she_verifies_nothing(clinician_a, reader, case, monkeypatch):
    film_of(clinician_a, case)
    sign_over(clinician_a, case)
    cosigned(clinician_a, reader, case)
    monkeypatch.setattr("clinic.cosigning.holds", lambda row: False)

    [observer] = dicom_of(clinician_a, case)[REPORT].VerifyingObserverSequence

    assert str(observer.VerifyingObserverName) == f"{clinician_a.user.name}^"


def test_place_when_marked_on_a_film_that_says_how_it_lies_then_its_side_is_coded(clinician_a, reader, case):
    read_by(reader, film_of(clinician_a, case))

    place = groups(dicom_of(clinician_a, case)[REPORT])["place 1"]

    assert place.finding_sites[0].laterality.meaning == "Right"
    corners = place.roi.value
    assert np.allclose(corners[0], (0.1 * COLUMNS, 0.5 * ROWS)) and np.allclose(corners[2], (0.4 * COLUMNS, 0.8 * ROWS))


def test_report_when_observers_are_asked_then_the_engine_is_a_device_and_the_reader_a_person(clinician_a, reader, case):
    read_by(reader, film_of(clinician_a, case))

    told = str(dicom_of(clinician_a, case)[REPORT])

    assert "Device Observer Name" in told and reader.user.name in told


def test_map_when_it_passed_its_test_then_a_capture_in_the_same_study(clinician_a, case):
    film_of(clinician_a, case)

    told = dicom_of(clinician_a, case)

    assert told[MAP].StudyInstanceUID == told[REPORT].StudyInstanceUID
    assert told[MAP].SOPClassUID == pydicom.uid.SecondaryCaptureImageStorage
    assert told[MAP].pixel_array.shape == (ROWS, COLUMNS, 3)
    assert told[MAP].SeriesDescription == "Where the engine looked, preliminary"


def test_report_when_nobody_has_signed_then_it_leaves_as_preliminary(clinician_a, case):
    film_of(clinician_a, case)

    report = dicom_of(clinician_a, case)[REPORT]

    assert (report.CompletionFlag, report.VerificationFlag) == ("PARTIAL", "UNVERIFIED")
    assert report.PreliminaryFlag == "PRELIMINARY" and "VerifyingObserverSequence" not in report
    assert "reading" not in groups(report)


def test_report_when_read_otherwise_after_it_was_signed_then_preliminary_again(clinician_a, reader, case):
    found = film_of(clinician_a, case)
    sign_over(clinician_a, case)
    assert dicom_of(clinician_a, case)[REPORT].VerificationFlag == "VERIFIED"

    read_by(reader, found, "no_signal")

    report = dicom_of(clinician_a, case)[REPORT]
    assert report.VerificationFlag == "UNVERIFIED"
    assert evaluated(groups(report)["reading"]) == [("233604007", "272519000")]


def test_film_when_it_came_as_a_picture_then_it_leaves_as_dicom_with_its_report(clinician_a, case):
    film_of(clinician_a, case, as_dicom=False)

    told = dicom_of(clinician_a, case)

    assert {told[name].StudyInstanceUID for name in (REPORT, MAP, FILM)} == {told[FILM].StudyInstanceUID}
    refers = told[MAP].SourceImageSequence[0].ReferencedSOPInstanceUID
    assert refers == told[FILM].SOPInstanceUID and told[FILM].pixel_array.shape == (64, 64)


def test_same_case_when_taken_twice_then_the_same_uids(clinician_a, case):
    film_of(clinician_a, case)

    first, second = dicom_of(clinician_a, case), dicom_of(clinician_a, case)

    assert [one.SOPInstanceUID for one in first.values()] == [one.SOPInstanceUID for one in second.values()]
    assert NAME.split()[1] not in str(first[REPORT])


def test_film_when_nobody_has_looked_for_names_then_nothing_of_it_leaves(clinician_a, case):
    found = film_of(clinician_a, case)
    with clinician_a.at_work():
        Film.objects.filter(pk=found.pk).update(text_state="text")

    assert dicom_of(clinician_a, case) == {}


def test_reader_when_she_has_not_sealed_then_the_answer_does_not_leave_by_her_hand(clinician_a, reader, case):
    film_of(clinician_a, case)

    assert dicom_of(reader, case) == {}


def test_capsule_when_films_are_in_it_then_it_holds(clinician_a, reader, case):
    read_by(reader, film_of(clinician_a, case))
    sign_over(clinician_a, case)

    assert "HOLDS" in said_of(taken(clinician_a, case)[1])
