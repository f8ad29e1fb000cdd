"""Which texts are not yet to be found, and what each says. Asked by workers; the index is made anew by itself wherever
it was lost, so nothing has to tell it of a text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from clinic import speech, texts, transcripts
from clinic.answer_telling import for_many, opened
from clinic.models import Findable, FindableKind, Note, Report, Result, TranscriptEdit
from clinic.report_content import body_of
from clinic.sealing import Unreadable
from clinic.words import folded

PART_CHARS = 900  # about what the model of meaning reads at once
MOST_PARTS = 400
_BREAK = re.compile(r"(?<=[.!?\n])\s+")


@dataclass(frozen=True)
class Text:
    kind: FindableKind
    site_id: UUID
    case_id: UUID
    patient_id: UUID
    subject_id: UUID
    version: int
    at: datetime
    parts: tuple[str, ...]


def is_behind(site_id: UUID) -> bool:
    every = (_documents(site_id), _transcripts(site_id), _notes(site_id), _reports(site_id))
    return any(rows.exists() for rows in every)


def missing(site_id: UUID, most: int) -> Iterator[Text]:
    """A text nobody can read any more is no text; it is looked at once, and found empty."""
    return islice(_missing(site_id, most), most)


def _missing(site_id: UUID, most: int) -> Iterator[Text]:
    """At most so many of each kind are asked for, and of a kind only once the ones before it are told."""
    for result in for_many(_documents(site_id).select_related("case"))[:most]:
        yield _text(FindableKind.DOCUMENT, result, result.run_id, 0, result.at, str(opened(result).get("text") or ""))
    yield from _spoken(site_id, most)
    for note in _notes(site_id).select_related("case")[:most]:
        yield _text(FindableKind.NOTE, note, note.pk, 0, note.at, _body_of(note))
    for report in _reports(site_id).select_related("case")[:most]:
        yield _text(FindableKind.REPORT, report, report.pk, 0, report.signed_at, _body_of(report))


def _spoken(site_id: UUID, most: int) -> Iterator[Text]:
    results = list(for_many(_transcripts(site_id).select_related("case"))[:most])
    heard = transcripts.currents(results)
    for result in results:
        said = heard[result.run_id].text if result.run_id in heard else ""
        yield _text(FindableKind.TRANSCRIPT, result, result.run_id, result.edits, result.at, said)  # type: ignore[attr-defined]


def _text(kind: FindableKind, row: Result | Note | Report, subject: UUID, version: int, at: datetime, said: str
          ) -> Text:  # fmt: skip
    case = row.case
    if case is None:
        raise AssertionError("asked for with a case")
    return Text(kind, row.site_id, case.pk, case.patient_id, subject, version, at, tuple(parts_of(said)) or ("",))


def _body_of(row: Note | Report) -> str:
    try:
        return " ".join(one.text for one in body_of(row).sentences) if isinstance(row, Report) else str(row.body)
    except Unreadable:
        return ""


def parts_of(text: str) -> Iterator[str]:
    """Passages of whole sentences, so that each means something by itself."""
    held = ""
    for sentence in islice(_BREAK.split(text), MOST_PARTS * 20):
        for piece in (sentence[at : at + PART_CHARS] for at in range(0, len(sentence), PART_CHARS)):
            if held and len(held) + len(piece) > PART_CHARS:
                yield held
                held = ""
            held = f"{held} {piece}".strip()
    if folded(held):
        yield held


def _known(subject: str) -> Exists:
    """By its first part, which each has: so the one row is looked up also where the table has no statistics yet, as
    after a crash."""
    return Exists(Findable.objects.filter(subject_id=OuterRef(subject), part=0))


def _results(site_id: UUID, kind: str) -> QuerySet[Result]:
    return Result.objects.filter(site=site_id, kind=kind, case__patient__erased_at=None)


def _documents(site_id: UUID) -> QuerySet[Result]:
    return _results(site_id, texts.KIND).filter(~_known("run_id"))


def _transcripts(site_id: UUID) -> QuerySet[Result]:
    """New ones, and those that people changed since."""
    own = TranscriptEdit.objects.filter(run=OuterRef("run_id")).order_by().values("run")
    counted = Coalesce(Subquery(own.annotate(n=Count("pk")).values("n")), 0)
    rows = _results(site_id, speech.KIND).annotate(edits=counted)
    return rows.filter(~_known("run_id") | Q(run__in=_changed(site_id)))


def _changed(site_id: UUID) -> QuerySet[TranscriptEdit, Any]:
    """Their runs. An edit that is taken back is a row more, too. Begun at the edits: most transcripts have none."""
    known = Findable.objects.filter(subject_id=OuterRef("run"), part=0).values("version")[:1]
    counted = TranscriptEdit.objects.filter(site=site_id).order_by().values("run").annotate(n=Count("pk"))
    return counted.filter(n__gt=Subquery(known)).values("run")


def _notes(site_id: UUID) -> QuerySet[Note]:
    return Note.objects.filter(~_known("pk"), site=site_id, case__patient__erased_at=None)


def _reports(site_id: UUID) -> QuerySet[Report]:
    """Every signed version: what stood in an earlier one is found, too."""
    return Report.objects.filter(~_known("pk"), site=site_id, case__patient__erased_at=None)
