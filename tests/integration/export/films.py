"""Cases with a film that was answered, and read where it is asked: for what leaves of it as DICOM, and read again."""

import io
from dataclasses import asdict
from typing import Any

import highdicom
import numpy as np
import pydicom
from highdicom.sr import srread

from clinic.actions import cases, reports
from clinic.models import Case, CaseState
from clinic.report_sections import suggestions
from clinic.uploads import StoredUpload
from radiology import kinds
from radiology.actions import films, reads
from radiology.inference import dicom_parts
from radiology.inference.dicom_files import dicom_file
from radiology.models import Film
from radiology.outcomes import FilmOutcome
from tests import make
from tests.integration.radiology.reading import answered, finish, fresh, look_for_text, map_tested, picture, say
from tests.make import Person
from tests.signing import sign_draft

ROWS, COLUMNS = 40, 32
FILMS = ("radiology/film-1.dcm", "files/001.dcm")  # as it leaves where it came as a picture, or as DICOM
PLACE = {"left": 0.1, "top": 0.5, "width": 0.3, "height": 0.3}


def film_of(by: Person, case: Case, number: int = 0, *, as_dicom: bool = True) -> Film:
    """Opened, its answer and its map there, nobody named on it."""
    upload = make.upload(by, case, _dicom(number), "film.dcm") if as_dicom else picture(by, case)
    with by.at_work():
        taken, _is_new = films.take_in(by=by.actor, upload=upload)
        kept = dicom_parts.described(StoredUpload(upload).read()) if as_dicom else None
    rows, columns = (ROWS, COLUMNS) if as_dicom else (64, 64)
    finish(by, kinds.OPEN, FilmOutcome(rows=rows, columns=columns, bits=12 if as_dicom else 8, view="PA", modality="DX",
                                       age_years=3, dicom=asdict(kept) if kept else {}))  # fmt: skip
    found = fresh(by, taken)
    answered(by, found, say(has_map=True, film=found))
    map_tested(by)
    return look_for_text(by, found)


def _dicom(number: int) -> bytes:
    ramp = np.linspace(0, 4095, ROWS * COLUMNS).reshape(ROWS, COLUMNS).astype(np.uint16)
    uid = f"1.2.3.{number + 1}"
    return dicom_file(np.roll(ramp, number), bits=12, more={
        "PatientID": "N1", "PatientName": "Canaria^Ana", "StudyInstanceUID": uid, "SeriesInstanceUID": f"{uid}.1",
        "SOPInstanceUID": f"{uid}.1.1", "PatientOrientation": ["L", "F"],
    })  # fmt: skip


def read_by(reader: Person, film: Film, impression: str = "viral") -> None:
    with reader.at_work():
        reads.take(by=reader.actor, film=film)
        reads.seal(by=reader.actor, film=film, impression=impression, certainty="sure", regions=[PLACE])
        stance = "agrees" if impression == "bacterial" else "disagrees"
        reads.conclude(by=reader.actor, film=film, stance=stance, reason="" if stance == "agrees" else "technique")


def sign_over(by: Person, case: Case) -> None:
    """All that there is to say is taken over and signed."""
    with by.at_work():
        case = Case.objects.select_related("patient").get(pk=case.pk)
        if case.state in (CaseState.OPEN, CaseState.AWAITING_AI):
            cases.move(by=by.actor, case=case, to=CaseState.AWAITING_HUMAN)
        for said in suggestions(by.actor, case):
            reports.take_over(by=by.actor, case=case, key=said.key)
    sign_draft(by, case, "A second look" if case.reports.exists() else "")


def read_dicom(data: bytes) -> Any:
    return pydicom.dcmread(io.BytesIO(data))


def groups(report: pydicom.Dataset) -> dict[str, Any]:
    """What highdicom's own reader finds in it, by what each group is about."""
    stored = io.BytesIO()
    report.save_as(stored)
    stored.seek(0)
    told = srread(stored)
    assert isinstance(told, highdicom.sr.ComprehensiveSR)
    content: Any = told.content
    found = [*content.get_image_measurement_groups(), *content.get_planar_roi_measurement_groups()]
    return {one.tracking_identifier: one for one in found}
