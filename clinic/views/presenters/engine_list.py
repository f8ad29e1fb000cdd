"""The page of all engines at a site: per capability its ladder, who waits in the shadow, how right they are."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic import access, capabilities, live_quality
from clinic.authorization.actor import Actor
from clinic.capabilities import Capability
from clinic.models import Deployment, EngineState
from clinic.views.presenters.engine_words import Row, Words, row_of

ORDER = {EngineState.LIVE: 0, EngineState.SHADOW: 1, EngineState.CANDIDATE: 2, EngineState.RETIRED: 3}


@dataclass(frozen=True)
class Panel:
    name: str
    title: Words
    rows: list[Row]
    warning: Words


def panels(by: Actor) -> list[Panel]:
    held = list(Deployment.objects.visible_to(by).select_related("engine"))
    return [_panel(by, each, held) for each in capabilities.capabilities()]


def _panel(by: Actor, capability: Capability, held: list[Deployment]) -> Panel:
    practice = {found.digest: found for found in live_quality.of(by.here, capability)}
    here = [each for each in held if each.capability == capability.name]
    here.sort(key=lambda each: (ORDER[EngineState(each.state)], each.rung, -each.since.timestamp()))
    rows = [row_of(each, practice) for each in here]
    return Panel(capability.name, capability.title, rows, _warning(rows))


def _warning(rows: list[Row]) -> str:
    live = [row for row in rows if row.deployment.state == EngineState.LIVE]
    if rows and not any(row.deployment.out_since is None and not row.fault for row in live):
        return _("No engine may answer: its work goes to people.")
    return ""


def lead(found: list[Panel]) -> str:
    states = [row.deployment.state for panel in found for row in panel.rows]
    live, shadow = states.count(EngineState.LIVE), states.count(EngineState.SHADOW)
    return " ".join((
        ngettext("%d engine is live,", "%d engines are live,", live) % live,
        ngettext("%d in the shadow.", "%d in the shadow.", shadow) % shadow,
        _("Every figure carries its n and its interval."),
    ))  # fmt: skip


def open_proposals(by: Actor) -> int:
    return access.proposals(by).filter(decision="").count()
