"""What was changed about a capability in a span of time: moves of engines, limits, what two persons agreed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from clinic.models import DriftAlarm, EngineMove, GoldenRun, Incident, Proposal, Stop, Threshold

Words = str | Promise


@dataclass(frozen=True)
class Change:
    at: datetime
    what: Words
    detail: str
    by: str


def changes(incident: Incident, since: datetime, until: datetime) -> list[Change]:
    sources = (_moves, _thresholds, _agreed, _stops, _golden_runs, _alarms)
    return sorted((one for source in sources for one in source(incident, since, until)), key=lambda one: one.at)


def _persons(*people: object) -> str:
    return ", ".join(str(getattr(person, "name", person)) for person in people if person) or "Rounds"


def _moves(incident: Incident, since: datetime, until: datetime) -> Iterator[Change]:
    rows = EngineMove.objects.filter(site=incident.site_id, deployment__capability=incident.capability,
                                     at__gte=since, at__lte=until)  # fmt: skip
    for row in rows.select_related("deployment__engine", "by", "approved_by"):
        was = row.old or _("none")
        yield Change(row.at, _("Engine moved"), f"{row.deployment.engine}: {was} > {row.new}, {row.cause}",
                     _persons(row.by, row.approved_by))  # fmt: skip


def _thresholds(incident: Incident, since: datetime, until: datetime) -> Iterator[Change]:
    rows = Threshold.objects.filter(site=incident.site_id, capability=incident.capability, at__lte=until)
    before: dict[str, float] = {}
    for row in rows.select_related("proposal__proposed_by", "proposal__decided_by").order_by("at"):
        if row.at >= since:
            told = row.proposal
            yield Change(row.at, _("Limits changed"), _difference(before, row.values),
                         _persons(told.proposed_by, told.decided_by) if told else _persons())  # fmt: skip
        before = row.values


def _difference(before: dict[str, float], after: dict[str, float]) -> str:
    names = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    return "; ".join(f"{name}: {before.get(name, '–')} > {after.get(name, '–')}" for name in names)


def _agreed(incident: Incident, since: datetime, until: datetime) -> Iterator[Change]:
    rows = Proposal.objects.filter(site=incident.site_id, capability=incident.capability, decision="approved",
                                   decided_at__gte=since, decided_at__lte=until)  # fmt: skip
    for row in rows.select_related("proposed_by", "decided_by"):
        detail = "; ".join(f"{name}: {value}" for name, value in sorted(row.change.items()) if value not in ("", None))
        yield Change(row.decided_at or until, _("Agreed by two persons"), f"{row.kind} {detail}".strip(),
                     _persons(row.proposed_by, row.decided_by))  # fmt: skip


def _stops(incident: Incident, since: datetime, until: datetime) -> Iterator[Change]:
    rows = Stop.objects.filter(site=incident.site_id, capability=incident.capability, pulled_at__gte=since,
                               pulled_at__lte=until)  # fmt: skip
    for row in rows.select_related("pulled_by"):
        yield Change(row.pulled_at, _("Stopped"), row.class_name or _("all it says"), _persons(row.pulled_by))


def _golden_runs(incident: Incident, since: datetime, until: datetime) -> Iterator[Change]:
    rows = GoldenRun.objects.filter(engine__capability=incident.capability, is_ok=False, at__gte=since, at__lte=until)
    for row in rows.select_related("engine"):
        yield Change(row.at, _("Failed its own test cases"), f"{row.engine}: {len(row.failed)} / {row.cases}", row.host)


def _alarms(incident: Incident, since: datetime, until: datetime) -> Iterator[Change]:
    rows = DriftAlarm.objects.filter(site=incident.site_id, capability=incident.capability, at__gte=since,
                                     at__lte=until)  # fmt: skip
    for row in rows:
        yield Change(row.at, _("Alarm"), row.monitor, _persons())
