"""What is said of the films of a case that leaves, as DICOM in their own study: a structured report of each, its map on
the film, and of a film that came as a picture the film itself.

Final is what the newest signed version of the report rests on, in the words of whoever had read the film by then; all
else is preliminary. Rows are read when the case is gathered, pictures are opened when it does leave.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from django.utils import timezone
from django.utils.translation import gettext as _
from pydicom import Dataset

from clinic import sealing
from clinic.authorization.actor import Actor
from clinic.export.parts import AddedFile
from clinic.models import Case, Engine, Report, Site
from clinic.report_content import body_of
from clinic.uploads import StoredUpload
from radiology.dicom.naming import cleaning_key
from radiology.inference import opening
from radiology.inference.deidentify.secrets import pseudonym, renamed
from radiology.inference.film import Film as Picture
from radiology.inference.film import Unreadable
from radiology.inference.map_pictures import over_film_pixels
from radiology.inference.showing import shades
from radiology.inference.upright import box_in_file, upright
from radiology.models import DicomObject, Film, FilmRead
from radiology.telling import AnswerTold, MapTold, answer_for, reads_for

if TYPE_CHECKING:
    from radiology.inference.dicom_report import EngineSaid, FilmSaid, Reading, Signature


@dataclass(frozen=True)
class _Leaving:
    """A film with what is said of it. `number`: its place in the case, as in the names of its files."""

    number: int
    film: Film
    said: "FilmSaid"
    is_picture: bool
    map: MapTold | None


def writer(by: Actor, case: Case, films: Iterable[Film]) -> Callable[[], Iterable[AddedFile]]:
    """`films`: in which nobody is named."""
    rows = [one for one in _in_order(films) if one.has_picture and one.upload.expired_at is None]
    told = [(one, answer_for(by, one), _last_reading(by, one)) for one in rows]
    if not any(answer or read for _film, answer, read in told):
        return tuple
    newest = Report.objects.visible_to(by).filter(case=case).select_related("signed_by").order_by("version").last()
    if newest:
        newest.case = case
    leaving = [_leaving(case, number, *one, newest) for number, one in enumerate(told, 1) if one[1] or one[2]]
    return partial(_files, leaving)


def _in_order(films: Iterable[Film]) -> list[Film]:
    return sorted(films, key=lambda one: (one.added_at, one.pk))


def _last_reading(by: Actor, film: Film) -> FilmRead | None:
    return next((one for one in reversed(reads_for(by, film)) if hasattr(one, "verdict")), None)


def _leaving(case: Case, number: int, film: Film, answer: AnswerTold | None, read: FilmRead | None,
             newest: Report | None) -> _Leaving:  # fmt: skip
    from radiology.inference.dicom_report import FilmSaid, header_of_picture  # its library is for cases that leave only

    key = cleaning_key(sealing.data_key(case.site_id).secret, case.patient_id)
    kept = DicomObject.objects.filter(film=film).first()
    signed = _signature(newest, film, answer, read)
    rows, columns = _shape_of_file(film)
    uid = partial(_uid, key, f"{film.pk}:{newest.pk if newest and signed else ''}")
    header = _header(kept) if kept else header_of_picture(
        uid=partial(_uid, key, str(film.pk)), study=renamed(key, f"pictures of {case.pk}"), patient=pseudonym(key),
        at=film.added_at, rows=rows, columns=columns,
    )  # fmt: skip
    return _Leaving(
        number, film, is_picture=kept is None, map=answer.map if answer else None,
        said=FilmSaid(
            header=header, rows=rows, columns=columns, site=Site.objects.get(pk=case.site_id).name, uid=uid,
            at=signed.at if signed else timezone.now(), reading=_reading(read, film), engine=_engine(answer),
            signature=signed, side=film.laterality if film.laterality in ("L", "R") else "",
            goes_left=_goes_left(header),
        ),
    )  # fmt: skip


def _uid(key: bytes, of: str, what: str) -> str:
    return renamed(key, f"{of}:{what}")


def _header(kept: DicomObject) -> Dataset:
    made = Dataset.from_json(kept.header)
    made.StudyInstanceUID, made.SeriesInstanceUID, made.SOPInstanceUID = kept.study, kept.series, kept.instance
    return made


def _shape_of_file(film: Film) -> tuple[int, int]:
    rows, columns = film.rows or 1, film.columns or 1
    return (columns, rows) if film.quarter_turns % 2 else (rows, columns)


def _goes_left(header: Dataset) -> bool:
    return next(iter(header.get("PatientOrientation") or ()), "") == "L"


def _signature(newest: Report | None, film: Film, answer: AnswerTold | None,
               read: FilmRead | None) -> "Signature | None":  # fmt: skip
    """Of the newest version, where it rests on this film and nobody has said anything else since."""
    from radiology.inference.dicom_report import Signature

    if newest is None or (read and read.verdict.at > newest.signed_at):
        return None
    body = body_of(newest)
    is_answer = answer is not None and str(answer.result.pk) in body.results()
    if not is_answer and str(film.upload_id) not in {one.upload for one in body.evidence()}:
        return None
    return Signature(name=newest.signed_by.name, at=newest.signed_at)


def _reading(read: FilmRead | None, film: Film) -> "Reading | None":
    from radiology.inference.dicom_report import Reading

    if read is None:
        return None
    boxes = tuple(box_in_file(**box, quarter_turns=film.quarter_turns) for box in read.regions or ())
    return Reading(reader=read.reader.name, impression=read.verdict.impression, boxes=boxes)


def _engine(answer: AnswerTold | None) -> "EngineSaid | None":
    from radiology.inference.dicom_report import EngineSaid

    label = str(answer.outcome.get("label") or "") if answer else ""
    if answer is None or not label:
        return None
    digest = answer.result.engine_digest
    known = Engine.objects.filter(digest=digest).first()
    return EngineSaid(
        name=known.name if known else answer.result.engine, version=known.version if known else "-", digest=digest,
        label=label, probabilities=answer.outcome.get("probabilities") or {},
    )  # fmt: skip


# --- files ------------------------------------------------------------------------------------------------------------


def _files(leaving: Iterable[_Leaving]) -> Iterator[AddedFile]:
    from radiology.inference import dicom_report

    for one in leaving:
        name = f"film-{one.number}"
        yield AddedFile(path=f"{name}.sr.dcm", title=_("Structured report of film %d") % one.number,
                        data=dicom_report.report_file(one.said))  # fmt: skip
        picture = _picture(one)
        if picture is None:
            continue
        if one.is_picture:
            yield AddedFile(path=f"{name}.dcm", title=_("Film %d as DICOM") % one.number,
                            data=dicom_report.film_file(one.said, _grey(picture)))  # fmt: skip
        if one.map and one.map.values is not None and one.map.rows:
            stands = upright(picture, one.film.quarter_turns, is_inverted=one.film.is_inverted)
            values = np.asarray(one.map.values, dtype=np.float32).reshape(one.map.rows, -1)
            yield AddedFile(path=f"{name}.map.dcm", title=_("Where the engine looked on film %d") % one.number,
                            data=dicom_report.map_file(one.said, over_film_pixels(shades(stands), values)))  # fmt: skip


def _picture(one: _Leaving) -> Picture | None:
    """As it came; nothing where it does not open any more. Its report stands without it."""
    if not one.is_picture and (one.map is None or one.map.values is None):
        return None
    try:
        return opening.open_bounded(StoredUpload(one.film.upload))
    except Unreadable:
        return None


def _grey(picture: Picture) -> np.ndarray:
    return picture.grey.astype(np.uint8) if picture.bits <= 8 else picture.grey
