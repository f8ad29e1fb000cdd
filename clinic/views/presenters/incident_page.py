"""What the page of an incident says: the clock first, then what to do, what happened, and how it ends."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from clinic.actions import golden
from clinic.actions.engine_proposals import open_return
from clinic.actions.incidents import PACK, may_act
from clinic.actions.stops import open_release
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.checklist import REVIEW, SPANS, Span, Step, due_at
from clinic.golden import standing
from clinic.models import (
    Deployment,
    Incident,
    IncidentCause,
    IncidentEntry,
    IncidentLine,
    IncidentPack,
    IncidentState,
    PackForm,
    Run,
    StopMark,
)
from clinic.sealed_words import said
from clinic.views.presenters import proposals
from clinic.views.presenters.engine_words import SelfTest, fault_of, self_test
from clinic.views.presenters.stops import what_is_meant

Words = str | Promise
ICONS = {
    IncidentLine.OPENED: "sign-stop-fill",
    IncidentLine.NOTE: "chat-left-text",
    IncidentLine.STOPPED_AGAIN: "sign-stop-fill",
    IncidentLine.DONE: "check-lg",
    IncidentLine.RELEASE_ASKED: "question-circle",
    IncidentLine.RELEASED: "check-circle",
    IncidentLine.IN_SERVICE: "broadcast-pin",
    IncidentLine.PACK: "file-earmark-text",
    IncidentLine.REVIEW: "journal-check",
    IncidentLine.RESOLVED: "check-circle",
    IncidentLine.CLOSED: "archive",
}


@dataclass(frozen=True)
class Task:
    words: Words
    due: datetime
    url: str
    done_at: datetime | None = None
    done_by: str = ""

    @property
    def is_late(self) -> bool:
        return (self.done_at or timezone.now()) > self.due


@dataclass(frozen=True)
class Clock:
    """One span of the checklist. `now` is the one the clock stands in."""

    title: Words
    tasks: list[Task]
    is_now: bool


@dataclass(frozen=True)
class Line:
    at: datetime
    icon: str
    look: str
    title: Words
    by: str
    text: Words
    parts: list[tuple[Words, str]]


@dataclass(frozen=True)
class Pack:
    at: datetime
    cases: int
    files: list[IncidentPack]


@dataclass(frozen=True)
class Engine:
    """The engine it is about, as it stands here now."""

    deployment: Deployment
    test: SelfTest
    is_asked: bool  # its test cases, just now
    may_come_back: bool
    wish: proposals.Line | None  # for its return, that waits for a second person
    may_manage: bool


@dataclass(frozen=True)
class IncidentPage:
    incident: Incident
    title: Words
    clocks: list[Clock]
    lines: list[Line]
    packs: list[Pack]
    is_writing: bool
    facts: list[dict[str, Any]]
    release: proposals.Line | None  # the one that waits
    engine: Engine | None
    may_act: bool
    has_review: bool

    @property
    def is_open(self) -> bool:
        return self.incident.state == IncidentState.OPEN

    @property
    def is_stopped(self) -> bool:
        return self.incident.stop is not None and self.incident.stop.released_at is None


def page_of(by: Actor, incident: Incident) -> IncidentPage:
    entries = list(incident.entries.select_related("by").order_by("at", "pk"))
    release = open_release(incident.stop) if incident.stop else None
    return IncidentPage(
        incident=incident, title=what_is_meant(incident.capability, incident.class_name),
        clocks=_clocks(incident, entries), lines=[_line(entry) for entry in entries], packs=_packs(incident),
        is_writing=_is_writing(incident), facts=_facts(incident), may_act=may_act(by),
        release=proposals.line(by, release) if release else None, engine=_engine(by, incident),
        has_review=any(entry.kind == IncidentLine.REVIEW for entry in entries),
    )  # fmt: skip


def _engine(by: Actor, incident: Incident) -> Engine | None:
    rows = Deployment.objects.visible_to(by).select_related("engine")
    held = rows.filter(engine=incident.engine).first() if incident.engine else None
    if held is None:
        return None
    wish, asked = open_return(held), Run.objects.filter(kind=golden.KIND, params__engine=held.engine.digest)
    return Engine(
        deployment=held, test=self_test(standing(held.engine), fault_of(held.engine)), is_asked=asked.active().exists(),
        may_come_back=held.out_since is not None and golden.has_passed_since(held),
        wish=proposals.line(by, wish) if wish else None, may_manage=by.can(Permission.ENGINES_MANAGE),
    )  # fmt: skip


def _clocks(incident: Incident, entries: list[IncidentEntry]) -> list[Clock]:
    done = {entry.step: entry for entry in entries if entry.step}
    minutes = (timezone.now() - incident.opened_at).total_seconds() / 60
    return [_clock(incident, span, done, minutes) for span in SPANS]


def _clock(incident: Incident, span: Span, done: dict[str, IncidentEntry], minutes: float) -> Clock:
    tasks = [_task(incident, step, done.get(step.code)) for step in span.steps]
    return Clock(span.title, tasks, span.from_minute <= minutes < span.to_minute)


def _task(incident: Incident, step: Step, entry: IncidentEntry | None) -> Task:
    return Task(
        step.words, due_at(incident.opened_at, step), reverse("incident_step", args=[incident.pk, step.code]),
        entry.at if entry else None, _who(entry) if entry else "",
    )  # fmt: skip


def _who(entry: IncidentEntry) -> str:
    return entry.by.name if entry.by else "Rounds"


STEP_WORDS: dict[str, Words] = {step.code: step.words for span in SPANS for step in span.steps}


def _line(entry: IncidentEntry) -> Line:
    kind = IncidentLine(entry.kind)
    words = said(lambda: entry.words)
    parts = [(REVIEW[name], text) for name, text in words.items() if name in REVIEW] if isinstance(words, dict) else []
    text = STEP_WORDS.get(entry.step, "") if entry.step else "" if parts else words
    return Line(entry.at, ICONS[kind], "person" if entry.by_id else "machine", kind.label, _who(entry), text, parts)


def _packs(incident: Incident) -> list[Pack]:
    by_run: dict[Any, list[IncidentPack]] = {}
    for pack in incident.packs.order_by("-at", "-form"):
        by_run.setdefault(pack.run_id, []).append(pack)
    return [
        Pack(files[0].at, files[0].cases, sorted(files, key=lambda f: f.form != PackForm.PDF))
        for files in by_run.values()
    ]


def _is_writing(incident: Incident) -> bool:
    return Run.objects.filter(kind=PACK, site=incident.site_id, params__incident=str(incident.pk)).active().exists()


def _facts(incident: Incident) -> list[dict[str, Any]]:
    marked = StopMark.objects.filter(stop=incident.stop).count() if incident.stop else 0
    told = [
        (_("Cause"), IncidentCause(incident.cause).label),
        (_("Opened by"), incident.opened_by.name if incident.opened_by else "Rounds"),
        (_("Engine"), str(incident.engine) if incident.engine else ""),
        (_("Answered while stopped"), str(marked) if incident.stop else ""),
    ]
    return [{"term": term, "value": value} for term, value in told if value]
