from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from clinic import alerts, health, metrics, operations
from clinic.authorization.permissions import Permission
from clinic.doors import needs
from clinic.storage.errors import StorageError
from clinic.uploads import store


@needs(Permission.OPERATIONS_VIEW)
@require_safe
def prometheus(request: HttpRequest) -> HttpResponse:
    """Names of parts, lanes, kinds and routes; no id, no site, no person."""
    return HttpResponse(metrics.text(HouseCollector()), content_type=CONTENT_TYPE_LATEST)


class HouseCollector(Collector):
    """What the database knows, asked when asked: the same whichever web process answers."""

    def collect(self) -> Iterator[Metric]:
        parts = health.parts()
        yield gauge("rounds_part_ready", "1 when the part answers.", ["part"], [([n], ok) for n, ok in parts.items()])
        if parts["database"]:
            yield from self._lanes()
            yield from self._workers()
            yield from self._runs()
            yield from self._alerts()
            yield gauge("rounds_database_bytes", "Size of the database.", [], [([], operations.database_bytes())])
            head = operations.audit_head()
            yield gauge("rounds_audit_position", "Events in the chain.", [], [([], head.seq if head else 0)])
        yield from self._storage()

    def _lanes(self) -> Iterator[Metric]:
        lanes, now = operations.lanes(), timezone.now()
        ages = [([lane.name], (now - lane.oldest).total_seconds() if lane.oldest else 0) for lane in lanes]
        yield gauge("rounds_lane_waiting", "Runs waiting.", ["lane"], [([lane.name], lane.waiting) for lane in lanes])
        yield gauge("rounds_lane_running", "Runs being worked on.", ["lane"], [([e.name], e.running) for e in lanes])
        yield gauge("rounds_lane_oldest_wait_seconds", "Age of the oldest waiting run.", ["lane"], ages)
        yield gauge("rounds_lane_workers", "Workers alive.", ["lane"], [([e.name], len(e.workers)) for e in lanes])

    def _workers(self) -> Iterator[Metric]:
        beats = [beat for beat in operations.workers() if operations.is_alive(beat)]
        memory = [([beat.name], beat.memory_bytes) for beat in beats]
        yield gauge("rounds_worker_memory_bytes", "Resident memory of a worker.", ["worker"], memory)

    def _runs(self) -> Iterator[Metric]:
        with operations.every_site() as runs:
            kinds, dead = operations.by_kind(runs), runs.dead().count()
        yield gauge("rounds_runs_given_up", "Failed runs nobody has tried again.", [], [([], dead)])
        counts = [([row["kind"], "failed"], row["failed"]) for row in kinds]
        counts += [([row["kind"], "succeeded"], row["n"] - row["failed"]) for row in kinds]
        yield gauge("rounds_runs_last_day", "Runs that ended, of the last 24 hours.", ["kind", "state"], counts)
        spans = [([row["kind"], share], _seconds(row[name])) for row in kinds for share, name in _SHARES if row[name]]
        yield gauge("rounds_run_seconds_last_day", "How long runs took.", ["kind", "quantile"], spans)

    def _alerts(self) -> Iterator[Metric]:
        over = Counter(alert.name for alert in alerts.found())
        told = [([name], over[name]) for name in alerts.NAMES]
        yield gauge("rounds_alerts", "What is over its limit now.", ["name"], told)

    def _storage(self) -> Iterator[Metric]:
        try:
            free = store().free_bytes()
        except StorageError:
            return
        if free is not None:
            yield gauge("rounds_storage_free_bytes", "Space left for files.", [], [([], free)])


_SHARES = (("0.5", "median"), ("0.95", "p95"))


def _seconds(span: timedelta) -> float:
    return span.total_seconds()


def gauge(name: str, meaning: str, labels: list[str], values: list[tuple[list[str], Any]]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, meaning, labels=labels)
    for labelled, value in values:
        family.add_metric(labelled, float(value))
    return family
