"""Everything an incident pack says, gathered with a handful of questions however many cases there are.

No sealed text of any patient is opened: cases stand here by their numbers.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise

from clinic import colleagues, stops
from clinic.capabilities import Capability, capability_named
from clinic.checklist import SPANS, Step, due_at
from clinic.incident_pack import figures
from clinic.incident_pack.changes import Change, changes
from clinic.incident_pack.figures import ClassRates, Day, Decided
from clinic.models import (
    CaseState,
    Incident,
    IncidentEntry,
    IncidentLine,
    ItemState,
    Report,
    Result,
    ReviewItem,
)

Words = str | Promise
LOOK_BACK = timedelta(days=30)
BASELINE = timedelta(days=90)  # before those


@dataclass(frozen=True)
class Line:
    at: datetime
    what: Words
    words: str
    by: str


@dataclass(frozen=True)
class Task:
    span: Words
    words: Words
    due: datetime
    done_at: datetime | None
    done_by: str

    @property
    def is_late(self) -> bool:
        return (self.done_at or timezone.now()) > self.due


@dataclass(frozen=True)
class Affected:
    """A case that an answer of the stopped class lies in."""

    reference: str
    url: str
    state: str
    is_signed: bool
    answers: int
    last_at: datetime
    label: str
    decided: str
    is_marked: bool


@dataclass(frozen=True)
class Facts:
    incident: Incident
    site: str
    capability: Capability
    class_title: Words
    opened_by: str
    written_at: datetime
    since: datetime
    timeline: list[Line]
    checklist: list[Task]
    days: list[Day]
    rates: list[ClassRates]
    confidence: list[int]
    baseline: list[int]
    changes: list[Change]
    engines: list[dict[str, Any]]
    cases: list[Affected]


def gather(incident: Incident, now: datetime) -> Facts:
    capability = capability_named(incident.capability)
    since = incident.opened_at - LOOK_BACK
    rows = _answers(incident, capability, since, now)
    of_class = [row for row in rows if _names(row, incident.class_name)]
    marked = stops.marked(row["pk"] for row in of_class)
    decided = _decisions(incident, since, now)
    entries = list(incident.entries.order_by("at", "pk"))
    people = colleagues.names([incident.opened_by_id, *(entry.by_id for entry in entries)])
    names = [incident.class_name] if incident.class_name else list(capability.classes)
    return Facts(
        incident=incident, site=incident.site.name, capability=capability, written_at=now, since=since,
        class_title=capability.classes[incident.class_name].words if incident.class_name else "",
        opened_by=people.get(incident.opened_by_id, "Rounds") if incident.opened_by_id else "Rounds",
        timeline=[_line(entry, people) for entry in entries if entry.kind != IncidentLine.DONE],
        checklist=_checklist(incident, entries, people),
        days=figures.days(since.date(), now.date(), (row["at"].date() for row in of_class),
                          (row["at"].date() for row in of_class if row["pk"] in marked)),
        rates=figures.rates(names, (row["facets__label"] for row in rows), list(decided.values())),
        confidence=figures.histogram(_confidences(of_class)),
        baseline=figures.histogram(_confidences(_baseline(incident, capability, since))),
        changes=changes(incident, since, now),
        engines=_engines(of_class),
        cases=_affected(of_class, decided, marked),
    )  # fmt: skip


COLUMNS = ("pk", "at", "case_id", "case__number", "case__state", "facets__label", "facets__set", "facets__confidence",
           "engine", "engine_digest")  # fmt: skip


def _answers(incident: Incident, capability: Capability, since: datetime, until: datetime) -> list[dict[str, Any]]:
    found = Result.objects.filter(site=incident.site_id, kind=capability.kind, at__gte=since, at__lte=until)
    return list(found.order_by("at").values(*COLUMNS))


def _baseline(incident: Incident, capability: Capability, since: datetime) -> list[dict[str, Any]]:
    found = Result.objects.filter(site=incident.site_id, kind=capability.kind, at__gte=since - BASELINE, at__lt=since)
    rows: list[dict[str, Any]] = list(found.values("facets__label", "facets__set", "facets__confidence"))  # type: ignore[arg-type]
    return [row for row in rows if _names(row, incident.class_name)]


def _names(row: dict[str, Any], class_name: str) -> bool:
    return not class_name or class_name == row["facets__label"] or class_name in (row["facets__set"] or ())


def _confidences(rows: Iterable[dict[str, Any]]) -> Iterable[float]:
    return (row["facets__confidence"] for row in rows if row["facets__confidence"] is not None)


def _decisions(incident: Incident, since: datetime, until: datetime) -> dict[UUID, Decided]:
    """By result. What was sent back, or decided as something that is no class, tells nothing about the engine."""
    classes = capability_named(incident.capability).classes
    items = ReviewItem.objects.filter(
        site=incident.site_id, capability=incident.capability, state=ItemState.DECIDED, result__at__gte=since,
        result__at__lte=until, decided_label__in=classes,
    )  # fmt: skip
    rows = items.values_list("result_id", "result__facets__label", "decided_label")
    return {pk: Decided(said or "", label) for pk, said, label in rows}


def _line(entry: IncidentEntry, people: dict[UUID, str]) -> Line:
    """A review has parts; the pack prints them one after another."""
    words = "\n".join(entry.words.values()) if isinstance(entry.words, dict) else entry.words or ""
    by = people.get(entry.by_id, "") if entry.by_id else "Rounds"
    return Line(entry.at, IncidentLine(entry.kind).label, words, by)


def _checklist(incident: Incident, entries: list[IncidentEntry], people: dict[UUID, str]) -> list[Task]:
    done = {entry.step: entry for entry in entries if entry.step}
    return [_task(incident, span.title, step, done, people) for span in SPANS for step in span.steps]


def _task(incident: Incident, span: Words, step: Step, done: dict[str, IncidentEntry], people: dict[UUID, str]) -> Task:
    entry = done.get(step.code)
    by = people.get(entry.by_id, "") if entry and entry.by_id else ""
    return Task(span, step.words, due_at(incident.opened_at, step), entry.at if entry else None, by)


def _engines(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Which versions answered, and how often."""
    counts: dict[tuple[str, str], int] = {}
    for row in rows:
        key = (row["engine"], row["engine_digest"])
        counts[key] = counts.get(key, 0) + 1
    return [{"engine": engine, "digest": digest, "answers": n} for (engine, digest), n in sorted(counts.items())]


def _affected(rows: list[dict[str, Any]], decided: dict[UUID, Decided], marked: frozenset[UUID]) -> list[Affected]:
    by_case: dict[UUID, list[dict[str, Any]]] = {}
    for row in rows:
        if row["case_id"]:
            by_case.setdefault(row["case_id"], []).append(row)
    signed = set(Report.objects.filter(case__in=list(by_case)).values_list("case_id", flat=True))
    found = [_case(case_id, mine, decided, marked, case_id in signed) for case_id, mine in by_case.items()]
    return sorted(found, key=lambda case: (not case.is_marked, case.is_signed, -case.last_at.timestamp()))


def _case(case_id: UUID, rows: list[dict[str, Any]], decided: dict[UUID, Decided], marked: frozenset[UUID],
          has_report: bool) -> Affected:  # fmt: skip
    last = rows[-1]
    decision = next((decided[row["pk"]].label for row in reversed(rows) if row["pk"] in decided), "")
    return Affected(
        reference=f"C-{last['case__number']}", url=reverse("case", args=[case_id]), state=last["case__state"],
        is_signed=has_report or last["case__state"] in (CaseState.SIGNED, CaseState.AMENDED), answers=len(rows),
        last_at=last["at"], label=last["facets__label"] or "", decided=decision,
        is_marked=any(row["pk"] in marked for row in rows),
    )  # fmt: skip
