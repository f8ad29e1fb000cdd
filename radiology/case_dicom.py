"""What is said of the films of a case that leaves, as DICOM in their own study: a structured report of each, its map on
the film, and of a film that came as a picture the film itself.

Final is what the newest signed version of the report rests on, in the words of whoever had read the film by then; all
else is preliminary. Nothing is asked before the case does leave: then rows are read at once, and pictures opened one by
one, by a library that nobody else needs.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from uuid import UUID

import numpy as np
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from pydicom import Dataset

from clinic import cosigning, sealing
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
from radiology.inference.film_said import EngineSaid, FilmSaid, Reading, Signature, header_of_picture
from radiology.inference.map_pictures import over_film_pixels
from radiology.inference.showing import shades
from radiology.inference.upright import box_in_file, upright
from radiology.models import DicomObject, Film, FilmRead
from radiology.telling import AnswerTold, MapTold, answer_for, reads_for


@dataclass(frozen=True)
class _Told:
    """A film and what this person may take along of what was said of it."""

    film: Film
    answer: AnswerTold | None
    read: FilmRead | None


@dataclass(frozen=True)
class _Signed:
    """The newest signed version, who signed it too, and what it rests on."""

    signature: Signature
    cosigners: tuple[Signature, ...]
    results: frozenset[str]
    uploads: frozenset[str]
    version: UUID


@dataclass(frozen=True, kw_only=True)
class _Shared:
    """What all films of a case have in common, asked once."""

    case: Case
    key: bytes
    site: str
    kept: Mapping[UUID, DicomObject]  # by film
    engines: Mapping[str, Engine]  # by digest
    signed: _Signed | None


@dataclass(frozen=True)
class _Leaving:
    """A film with what is said of it. `number`: its place in the case, as in the names of its files."""

    number: int
    film: Film
    said: FilmSaid
    is_picture: bool
    map: MapTold | None


def writer(by: Actor, case: Case, films: QuerySet[Film], kept: Iterable[DicomObject]
           ) -> Callable[[], Iterable[AddedFile]]:  # fmt: skip
    """`films`: in which nobody is named; `kept`: what those of them that came as DICOM are in the archive."""
    return lambda: _files(_all_leaving(by, case, films, kept))


def _all_leaving(by: Actor, case: Case, films: QuerySet[Film], kept: Iterable[DicomObject]) -> list[_Leaving]:
    rows = films.select_related("case", "upload__case").order_by("added_at", "pk")
    open_ones = [one for one in rows if one.has_picture and one.upload.expired_at is None]
    told = [_Told(one, answer_for(by, one), _last_reading(by, one)) for one in open_ones]
    said = {number: one for number, one in enumerate(told, 1) if one.answer or one.read}
    if not said:
        return []
    shared = _Shared(
        case=case, key=cleaning_key(sealing.data_key(case.site_id).secret, case.patient_id),
        site=Site.objects.get(pk=case.site_id).name, kept={one.film_id: one for one in kept},
        engines=_engines(said.values()), signed=_newest(by, case),
    )  # fmt: skip
    return [_leaving(shared, number, one) for number, one in said.items()]


def _last_reading(by: Actor, film: Film) -> FilmRead | None:
    return next((one for one in reversed(reads_for(by, film)) if hasattr(one, "verdict")), None)


def _engines(told: Iterable[_Told]) -> dict[str, Engine]:
    digests = {one.answer.result.engine_digest for one in told if one.answer}
    return {one.digest: one for one in Engine.objects.filter(digest__in=digests)}


def _newest(by: Actor, case: Case) -> _Signed | None:
    row = Report.objects.visible_to(by).filter(case=case).select_related("signed_by").order_by("version").last()
    if row is None:
        return None
    row.case = case  # whose patient's key opens it
    body = body_of(row)
    return _Signed(Signature(name=row.signed_by.name, at=row.signed_at), tuple(_cosigners(row)),
                   frozenset(body.results()), frozenset(one.upload for one in body.evidence()), row.pk)  # fmt: skip


def _cosigners(report: Report) -> Iterator[Signature]:
    """Whose seal does not hold verifies nothing."""
    for row in cosigning.signed_under([report])[report.pk]:
        if row.answered_at and cosigning.holds(row):
            yield Signature(name=row.signer.name, at=row.answered_at)


def _leaving(shared: _Shared, number: int, told: _Told) -> _Leaving:
    film, signed = told.film, _signed_over(shared.signed, told)
    kept, (rows, columns) = shared.kept.get(film.pk), _shape_of_file(film)
    uid = partial(_uid, shared.key, f"{film.pk}:{signed.version if signed else ''}")
    header = _header(kept) if kept else header_of_picture(
        uid=partial(_uid, shared.key, str(film.pk)), study=renamed(shared.key, f"pictures of {shared.case.pk}"),
        patient=pseudonym(shared.key), at=film.added_at, rows=rows, columns=columns,
    )  # fmt: skip
    return _Leaving(
        number, film, is_picture=kept is None, map=told.answer.map if told.answer else None,
        said=FilmSaid(
            header=header, rows=rows, columns=columns, site=shared.site, uid=uid,
            at=signed.signature.at if signed else timezone.now(), reading=_reading(told),
            engine=_engine(told.answer, shared.engines), signature=signed.signature if signed else None,
            cosigners=signed.cosigners if signed else (),
            side=film.laterality if film.laterality in ("L", "R") else "", goes_left=_goes_left(header),
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


def _signed_over(newest: _Signed | None, told: _Told) -> _Signed | None:
    """The newest version, where it rests on this film and nobody has said anything else since."""
    if newest is None or (told.read and told.read.verdict.at > newest.signature.at):
        return None
    is_answer = told.answer is not None and str(told.answer.result.pk) in newest.results
    return newest if is_answer or str(told.film.upload_id) in newest.uploads else None


def _reading(told: _Told) -> Reading | None:
    if told.read is None:
        return None
    boxes = tuple(box_in_file(**box, quarter_turns=told.film.quarter_turns) for box in told.read.regions or ())
    return Reading(reader=told.read.reader.name, impression=told.read.verdict.impression, boxes=boxes)


def _engine(answer: AnswerTold | None, engines: Mapping[str, Engine]) -> EngineSaid | None:
    label = str(answer.outcome.get("label") or "") if answer else ""
    if answer is None or not label:
        return None
    digest = answer.result.engine_digest
    known = engines.get(digest)
    return EngineSaid(
        name=known.name if known else answer.result.engine, version=known.version if known else "-", digest=digest,
        label=label, probabilities=answer.outcome.get("probabilities") or {},
    )  # fmt: skip


# --- files ------------------------------------------------------------------------------------------------------------


def _files(leaving: Iterable[_Leaving]) -> Iterator[AddedFile]:
    from radiology.inference import dicom_report  # highdicom: a second and more to load, for cases that leave alone

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
