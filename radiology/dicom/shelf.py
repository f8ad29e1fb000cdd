"""The films that other viewers may be given: DICOM that lost its patient here, with a picture, of this asker's site.

A film whose pixels may still name somebody is not on the shelf: it waits for a person first.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from pydicom import Dataset
from pydicom.datadict import tag_for_keyword

from clinic import audit, sealing
from clinic.authorization.actor import Actor
from clinic.errors import Code, Refusal
from radiology import access
from radiology.dicom import web_answers
from radiology.dicom.web_answers import Query
from radiology.models import DicomObject, Film, FilmState

LOOKED_THROUGH = 2000  # films of one search, the newest first: each is opened under its patient's key
OPEN_STATES = (FilmState.READY, FilmState.REFUSED)
_IDS = {"StudyInstanceUID": "study", "SeriesInstanceUID": "series", "SOPInstanceUID": "instance"}


@dataclass(frozen=True)
class Found:
    answers: list[dict[str, Any]]
    is_partial: bool  # there was more than is looked through


def on_shelf(by: Actor, **uids: str) -> QuerySet[DicomObject]:
    rows = DicomObject.objects.visible_to(by).filter(film__state__in=OPEN_STATES, **uids)
    rows = rows.filter(film__case__patient__erased_at=None, film__in=Film.objects.free_of_names())
    return rows.select_related("film__case__patient", "film__upload__case").order_by("-film__added_at", "pk")


def fetched(by: Actor, **uids: str) -> list[DicomObject]:
    """What an address names; each film that is shown is noted."""
    rows = list(on_shelf(by, **uids))
    if not rows:
        raise Refusal(Code.NOT_FOUND)
    for row in rows:
        audit.note_read(by, "film.read", row.film, case=row.film.case)
    return rows


def search(by: Actor, query: Query, *, level: str, root: str) -> Found:
    rows = list(on_shelf(by).filter(**_narrowed(query))[: LOOKED_THROUGH + 1])
    looked_at = rows[:LOOKED_THROUGH]
    sealing.warm(row.film.case.patient_id for row in looked_at)
    groups = [group for group in _grouped(looked_at, level) if _fits(group, query, level)]
    shown = groups[query.offset : query.offset + query.limit]
    access.film_list(by, [row.film for group in shown for row in group])
    answers = [_answer(group, query, level, root) for group in shown]
    return Found(answers, is_partial=len(rows) > LOOKED_THROUGH)


def _narrowed(query: Query) -> dict[str, list[str]]:
    """UIDs are columns, so the database looks for them; the rest is sealed."""
    return {f"{_IDS[name]}__in": web_answers.uids_in(said) for name, said in query.filters.items() if name in _IDS}


def _grouped(rows: Iterable[DicomObject], level: str) -> list[list[DicomObject]]:
    groups: dict[tuple[str, ...], list[DicomObject]] = {}
    for row in rows:
        key = {"studies": (row.study,), "series": (row.study, row.series)}.get(level, (str(row.pk),))
        groups.setdefault(key, []).append(row)
    return list(groups.values())


def _fits(group: list[DicomObject], query: Query, level: str) -> bool:
    return any(web_answers.matches(_told(row, group, query, level), query) for row in group)


def _told(row: DicomObject, group: list[DicomObject], query: Query, level: str) -> Dataset:
    """What a search may ask of one film, and how many there are."""
    wanted = {*web_answers.SEARCHED, *query.filters, *query.include}
    tags = {f"{tag_for_keyword(keyword):08X}" for keyword in wanted}
    told = Dataset.from_json({tag: element for tag, element in row.header.items() if tag in tags})
    if level == "series":
        told.NumberOfSeriesRelatedInstances = len(group)
    if level == "studies":
        told.NumberOfStudyRelatedInstances = len(group)
        told.NumberOfStudyRelatedSeries = len({one.series for one in group})
        told.ModalitiesInStudy = sorted({one.film.modality for one in group if one.film.modality})
    return told


def _answer(group: list[DicomObject], query: Query, level: str, root: str) -> dict[str, Any]:
    row = group[0]
    told = _told(row, group, query, level)
    uids = (row.study, row.series, row.instance)[: list(web_answers.LEVELS).index(level) + 1]
    told.RetrieveURL = address(root, *uids)
    return web_answers.answer(told, level=level, include=(*query.include, "RetrieveURL"))


def address(root: str, *uids: str) -> str:
    """Of a study, its series, its film: as far as the UIDs go."""
    return root + "".join(f"/{name}/{uid}" for name, uid in zip(web_answers.LEVELS, uids, strict=False))
