"""What the monitors say: how far each has learned, what it has raised, and what moved. Pages of engines include
`clinic/drift/_panel.html` with a panel of `panels`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic import live_quality
from clinic.actions import monitors
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.capabilities import Capability, capabilities
from clinic.doubt.drift import What
from clinic.live_quality import Quality
from clinic.models import Deployment, DriftAlarm, DriftWatch, EngineState
from clinic.views.presenters.stops import what_is_meant

Words = str | Promise
MOST_ALARMS = 20
MOST_TERMS = 20
TITLES: dict[str, Words] = {
    What.MIX: gettext_lazy("Mix of answers"),
    What.VOCABULARY: gettext_lazy("Words"),
    What.LENGTH: gettext_lazy("Length"),
    What.CONFIDENCE: gettext_lazy("How sure it is"),
    What.ERRORS: gettext_lazy("Errors, drawn by chance"),
    What.ERRORS_FLAGGED: gettext_lazy("Errors, where it doubted"),
    monitors.COVERAGE: gettext_lazy("Coverage of its sets"),
    monitors.ACCURACY: gettext_lazy("Right answers"),
}


@dataclass(frozen=True)
class Line:
    title: Words
    state: str  # learning, watching, raised
    note: Words


@dataclass(frozen=True)
class Panel:
    capability: Words
    engine: str
    digest: str
    seen: int
    at: datetime | None
    lines: list[Line]
    quality: list[Quality]


@dataclass(frozen=True)
class AlarmLine:
    pk: Any
    at: datetime
    title: Words
    about: Words
    queued: int
    moved: list[str]
    terms: list[str]
    may_look: bool


def panels(by: Actor) -> list[Panel]:
    return [panel for capability in capabilities() for panel in _panels_of(by, capability)]


def _panels_of(by: Actor, capability: Capability) -> list[Panel]:
    live = Deployment.objects.visible_to(by).filter(capability=capability.name, state=EngineState.LIVE)
    quality = live_quality.of(by.here, capability)
    return [_panel(by, capability, held, quality) for held in live.select_related("engine").order_by("rung")]


def _panel(by: Actor, capability: Capability, held: Deployment, quality: list[Quality]) -> Panel:
    digest = held.engine.digest
    row = DriftWatch.objects.filter(site=by.here, capability=capability.name,
                                    monitor=monitors.monitor_name(digest)).first()  # fmt: skip
    lines = _lines(monitors.Watch.of(row.state)) if row else []
    mine = [one for one in quality if one.digest == digest]
    return Panel(
        capability.title, str(held.engine), digest, row.seen if row else 0, row.at if row else None, lines, mine
    )


def _lines(watch: monitors.Watch) -> list[Line]:
    return [_line(what, watch) for what in watch.drift.monitors]


def _line(what: What, watch: monitors.Watch) -> Line:
    monitor = watch.drift.monitors[what]
    if monitor.raised_at is not None:
        return Line(TITLES[what], "raised", _("Alarm %d documents after its reference") % monitor.raised_at)
    if monitor.learning:
        return Line(TITLES[what], "learning", _("%(seen)d of %(needs)d for its reference")
                    % {"seen": monitor.n, "needs": monitor.baseline})  # fmt: skip
    return Line(TITLES[what], "watching", _("Nothing has moved"))


def alarms(by: Actor, found: list[DriftAlarm]) -> list[AlarmLine]:
    return [_alarm(by, alarm) for alarm in found]


def _alarm(by: Actor, alarm: DriftAlarm) -> AlarmLine:
    told = monitors.explained(alarm)
    return AlarmLine(
        alarm.pk, alarm.at, TITLES.get(alarm.monitor, alarm.monitor), what_is_meant(alarm.capability, ""), alarm.queued,
        [_moved(one) for one in told.get("moved", ())] or _figure(told),
        [str(term["term"]) for term in told.get("terms", ())][:MOST_TERMS],
        by.can(Permission.ENGINES_MANAGE) and monitors.is_raised(alarm),
    )  # fmt: skip


def _moved(told: dict[str, Any]) -> str:
    return _("%(what)s: %(before).0f %% before, %(now).0f %% now") % {
        "what": told["feature"], "before": 100 * told["before"], "now": 100 * told["now"],
    }  # fmt: skip


def _figure(told: dict[str, Any]) -> list[str]:
    if "high" not in told:
        return []
    return [_("%(value).2f (95 %% interval %(low).2f to %(high).2f, n = %(n)d), promised %(target).2f") % told]
