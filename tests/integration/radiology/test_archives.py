"""Many films at once: out of an archive as a worker does it, by a command; and DICOM files that become films by
themselves."""

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from clinic import tasks
from clinic.actions import keys, uploads
from clinic.authorization.permissions import Permission
from clinic.authorization.roles import Role
from clinic.errors import Code, Refusal
from clinic.inference import child
from clinic.models import Case, Patient, Result, Run, RunState, Upload
from radiology import kinds
from radiology.actions import archives
from radiology.inference.dicom_files import dicom_file
from radiology.models import Film
from tests import make
from tests.integration.radiology.reading import png
from tests.make import Person, Staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("work_lane")]


def zipped(*files: tuple[str, bytes]) -> bytes:
    told = io.BytesIO()
    with zipfile.ZipFile(told, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return told.getvalue()


RAMP = np.linspace(0, 4095, 40 * 32).reshape(40, 32).astype(np.uint16)


def dicom(name: str = "A") -> bytes:
    told = {"PatientID": name, "StudyInstanceUID": "1.2.3", "SeriesInstanceUID": "1.2.3.4", "SOPInstanceUID": "1.2.5"}
    return dicom_file(RAMP, bits=12, more=told)


@pytest.fixture(scope="module", autouse=True)
def no_nursery_left() -> Iterator[None]:
    yield
    child.close()


@pytest.fixture
def case(clinician_a: Person) -> Case:
    return make.case(clinician_a)


def unpacked(by: Person, case: Case, data: bytes) -> tuple[Run, Result | None]:
    upload = make.upload(by, case, data=data, name="films.zip")
    with by.at_work():
        run, _is_new = archives.unpack(by=by.actor, upload=upload)
    assert tasks.work_one("io_batch", worker="tests")
    with by.at_work():
        return make.fresh_run(by, run), Result.objects.select_related("case").filter(run=run).first()


def films_of(by: Person, case: Case) -> int:
    with by.at_work():
        return Film.objects.filter(case=case).count()


def test_archive_when_unpacked_then_each_picture_is_a_film_and_each_other_file_says_why_not(clinician_a, case):
    files = [("ward/a.png", png(1)), ("../../b.png", png(2)), ("C:\\x\\c.dcm", dicom()), ("letter.txt", b"Dear all.\n"),
             ("broken.png", png(3)[:-20]), ("__MACOSX/._a.png", b"x"), ("DICOMDIR", b"y")]  # fmt: skip

    run, result = unpacked(clinician_a, case, zipped(*files))

    assert run.state == RunState.SUCCEEDED and result is not None
    assert (result.facets["added"], result.facets["failed"]) == (3, 2)
    with clinician_a.at_work():
        assert result.outcome["failed"] == [["letter.txt", "uploads_do_not_fit"], ["broken.png", "cut_off"]]
        assert {one.name for one in Upload.objects.filter(case=case).exclude(kind="archive")} == {
            "a.png", "b.png", "c.dcm"}  # fmt: skip
        opening = Run.objects.filter(case=case, kind=kinds.OPEN)
        assert {one.lane for one in opening} == {"vision_batch"} and opening.count() == 3


def test_archive_when_sent_again_with_more_then_only_what_is_new_is_taken(clinician_a, case):
    unpacked(clinician_a, case, zipped(("a.png", png(1))))

    _run, result = unpacked(clinician_a, case, zipped(("a.png", png(1)), ("b.png", png(2))))

    assert result is not None and (result.facets["added"], result.facets["known"]) == (1, 1)
    assert films_of(clinician_a, case) == 2


def test_archive_with_more_than_500_films_then_those_after_are_named(clinician_a, case):
    many = zipped(*[(f"{number}.txt", b"no film") for number in range(500)], ("late.png", png(1)))

    _run, result = unpacked(clinician_a, case, many)

    assert result is not None
    with clinician_a.at_work():
        assert result.outcome["failed"][-1] == ["late.png", "more_than_500"]
    assert films_of(clinician_a, case) == 0


def test_archive_that_unfolds_into_very_much_is_told_file_by_file(clinician_a, case):
    bomb = zipped(("zeros.png", bytes(60_000_000)), ("a.png", png(1)))

    _run, result = unpacked(clinician_a, case, bomb)

    assert result is not None and result.facets["added"] == 1
    with clinician_a.at_work():
        assert result.outcome["failed"] == [["zeros.png", "too_large"]]


def test_archive_that_is_damaged_all_over_is_refused_by_a_code(clinician_a, case):
    data = bytearray(zipped(("a.png", png(1))))
    middle = data.rfind(b"PK\x01\x02")
    data[middle : middle + 4] = b"XXXX"

    run, result = unpacked(clinician_a, case, bytes(data))

    assert (run.state, run.error, run.detail_code, result) == (RunState.FAILED, "input_refused", "broken", None)


def test_archive_of_another_kind_of_file_is_refused(clinician_a, case):
    letter = make.upload(clinician_a, case)

    with clinician_a.at_work(), pytest.raises(Refusal) as refused:
        archives.unpack(by=clinician_a.actor, upload=letter)
    assert refused.value.code == Code.UPLOADS_DO_NOT_FIT


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.LEAD])
def test_archive_is_not_unpacked_for_who_may_add_nothing(role: Role, staff_a: Staff, clinician_a, case):
    upload = make.upload(clinician_a, case, data=zipped(("a.png", png(1))), name="films.zip")
    person = staff_a[role]

    with person.at_work(), pytest.raises(Refusal) as refused:
        archives.unpack(by=person.actor, upload=upload)
    assert refused.value.code == Code.NOT_ALLOWED


# --- by command -------------------------------------------------------------------------------------------------------


def imported(*what: Any, **options: Any) -> str:
    said = io.StringIO()
    call_command("radiology_import", *map(str, what), stdout=said, stderr=said, site="Northgate", **options)
    return said.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "ward").mkdir()
    (tmp_path / "ward" / "a.png").write_bytes(png(11))
    (tmp_path / "b.png").write_bytes(png(12))
    (tmp_path / "more.zip").write_bytes(zipped(("c.png", png(13))))
    return tmp_path


def test_folder_when_imported_into_a_case_then_its_films_are_there_once(clinician_a, case, folder):
    assert "3 films taken in, 0 here before" in imported(f"C-{case.number}", folder)
    assert "0 films taken in, 3 here before" in imported(f"C-{case.number}", folder)
    assert films_of(clinician_a, case) == 3


def test_folder_when_each_film_gets_a_case_then_each_has_a_patient_of_its_own_once(staff_a, clinician_a, folder):
    def patients() -> int:
        with clinician_a.at_work():
            return Patient.objects.filter(site=clinician_a.site).count()

    before = patients()
    imported(folder, new_cases=True)
    imported(folder, new_cases=True)

    assert patients() - before == 3


def test_file_that_is_no_film_is_named_and_the_command_ends_badly(clinician_a, case, folder):
    (folder / "notes.txt").write_text("No film at all.")

    with pytest.raises(CommandError, match="1 files were not taken"):
        imported(f"C-{case.number}", folder)
    assert films_of(clinician_a, case) == 3


@pytest.mark.parametrize("what", [("C-99999999", "x.png"), ("C-1",), ("nothing", "x.png")])
def test_case_that_does_not_exist_here_stops_the_command(staff_a, what):
    with pytest.raises(CommandError, match="Say the number of the case"):
        imported(*what)


# --- by itself --------------------------------------------------------------------------------------------------------


def test_dicom_file_when_added_anywhere_then_it_is_opened_by_itself(clinician_a, case):
    upload = make.upload(clinician_a, case, data=dicom(), name="film.dcm")

    with clinician_a.at_work():
        run = Run.objects.get(case=case, kind=kinds.OPEN)
        assert [one.upload_id for one in run.inputs.all()] == [upload.pk]
        assert run.requested_by_id == clinician_a.user.pk


@pytest.mark.parametrize(("data", "name"), [(b"A letter.\n", "letter.txt"), (png(5), "photo.png")])
def test_file_that_may_be_anything_begins_nothing(clinician_a, case, data: bytes, name: str):
    make.upload(clinician_a, case, data=data, name=name)

    with clinician_a.at_work():
        assert not Run.objects.filter(case=case).exists()


def test_dicom_file_of_a_program_that_may_only_add_is_opened_all_the_same(clinician_a, case):
    scopes = frozenset({Permission.UPLOAD_ADD})
    with clinician_a.at_work():
        key = keys.issue(by=clinician_a.actor, owner=clinician_a.user, name="PACS", scopes=scopes, days=1).key
        program = clinician_a.actor.narrowed_to(scopes, key.pk)
        uploads.store_whole(by=program, case=case, chunks=[dicom()], name="film.dcm")
        assert Run.objects.get(case=case).requested_by_id is None


def test_same_dicom_file_when_added_twice_then_it_is_opened_once(
    clinician_a, case, django_capture_on_commit_callbacks: Callable[..., Any]
):
    for _ in range(2):
        make.upload(clinician_a, case, data=dicom("B"), name="film.dcm")

    with clinician_a.at_work():
        assert Run.objects.filter(case=case, kind=kinds.OPEN).count() == 1
