"""Lines of a case's story as they are shown. What they tell of is fetched for a page at once: one question per kind."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from clinic import answer_telling, colleagues, upload_links
from clinic.authorization.actor import Actor
from clinic.models import Case, CoSignature, Entry, EntryKind, Handover, Note, Result, Run, StateChange, Upload
from clinic.proof import MISSING, proofs
from clinic.sealed_words import said
from clinic.standing import standings
from clinic.views.presenters import (
    report_words,  # noqa: F401  (registering words is its whole effect)
    review_standing,
    review_words,  # noqa: F401  (the same)
)
from clinic.views.presenters.ai_cards import sources_of
from clinic.views.presenters.entry_parts import Found, Shown
from clinic.views.presenters.entry_words import worded
from clinic.views.presenters.mentions import people_named

OfACase = TypeVar("OfACase", Note, Upload, Result, StateChange, Handover)
HANDOVERS = (EntryKind.HANDOVER_OFFERED, EntryKind.HANDOVER_ACCEPTED, EntryKind.HANDOVER_DECLINED,
             EntryKind.HANDOVER_WITHDRAWN)  # fmt: skip
COSIGNING = (EntryKind.COSIGN_ASKED, EntryKind.COSIGNED, EntryKind.COSIGN_DECLINED)
RUN_KINDS = (EntryKind.RUN_REQUESTED, EntryKind.RUN_FINISHED, EntryKind.RUN_FAILED, EntryKind.RUN_CANCELLED)


@dataclass(frozen=True)
class Day:
    date: date
    label: str
    entries: list[Shown]


def days(entries: list[Entry], case: Case, viewer: Actor) -> list[Day]:
    """In the order they happened, under the days they happened on."""
    lines = shown(entries, case, viewer)
    return [Day(day, day_label(day), list(those)) for day, those in groupby(lines, key=_day_of)]


def _day_of(line: Shown) -> date:
    return timezone.localdate(line.at)


def day_label(day: date) -> str:
    ago = timezone.localdate() - day
    words = {timedelta(0): _("Today"), timedelta(days=1): _("Yesterday")}.get(ago)
    if not words:
        return date_format(day, pgettext("a date", "j F Y"))
    return f"{words}, {date_format(day, pgettext('a date', 'j F'))}"


def shown(entries: list[Entry], case: Case, viewer: Actor) -> list[Shown]:
    found, proven = _find(entries, case, viewer), proofs(entries)
    lines = []
    for entry in entries:
        line = worded(entry.kind)(entry, found)
        by = line.by or (entry.actor.name if entry.actor else "Rounds")
        lines.append(replace(line, at=entry.at, by=by, proof=proven.get(entry.pk, MISSING)))
    return lines


def _find(entries: Iterable[Entry], case: Case, viewer: Actor) -> Found:
    ids: defaultdict[str, set[UUID]] = defaultdict(set)
    for entry in entries:
        if entry.subject_id:
            ids[entry.kind].add(entry.subject_id)
    runs = Run.objects.visible_to(viewer).in_bulk(set().union(*(ids[kind] for kind in RUN_KINDS)))
    answers = Result.objects.visible_to(viewer).filter(run__in=ids[EntryKind.RUN_FINISHED])
    shown = answer_telling.for_many(answers).prefetch_related("stop_marks")
    results = list(shown) if ids[EntryKind.RUN_FINISHED] else []
    notes = _of(case, Note.objects.visible_to(viewer).in_bulk(ids[EntryKind.NOTE]))
    uploads = upload_links.with_links(Upload.objects.visible_to(viewer), viewer)
    told = _of(case, {result.run_id: result for result in results})
    return Found(
        viewer=viewer,
        notes=notes,
        uploads=_of(case, uploads.in_bulk(ids[EntryKind.UPLOAD])),
        runs=runs,
        results=told,
        sources=sources_of(told.values(), viewer) if told else None,
        standings=standings(results),
        reviewed=review_standing.of_all(results),
        changes=_of(case, StateChange.objects.visible_to(viewer).in_bulk(ids[EntryKind.STATE_CHANGED])),
        handovers=_of(case, _many(Handover.objects.visible_to(viewer), ids, HANDOVERS)),
        cosignatures=_many(CoSignature.objects.visible_to(viewer), ids, COSIGNING),
        people=colleagues.names(ids[EntryKind.ASSIGNED]),
        named=people_named(str(said(lambda note=note: note.body)) for note in notes.values()),  # type: ignore[misc]
    )


def _many(rows: QuerySet[Any], ids: Mapping[str, set[UUID]], kinds: Iterable[str]) -> dict[UUID, Any]:
    """With whoever and whatever they name."""
    return rows.select_related().in_bulk(set().union(*(ids[kind] for kind in kinds)))


def _of(case: Case, rows: dict[UUID, OfACase]) -> dict[UUID, OfACase]:
    """All of one case, whose patient's key opens them: said here, so that no row asks for its case."""
    for row in rows.values():
        row.case = case
    return rows
