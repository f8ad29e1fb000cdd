"""How the house is doing, for the operations page and for /metrics. Counts and times only, nothing of any patient."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, Min, Q
from django.db.models.functions import TruncHour
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.authorization.scope import machinery
from clinic.health import SILENT_AFTER
from clinic.lanes import LANES
from clinic.models import AuditLink, Run, RunState, WitnessCode, WitnessState, WorkerBeat
from clinic.models.runs import RunQuerySet

Rows = Sequence[Any]  # of dictionaries; their types are the database's
DAY = timedelta(days=1)
FORGOTTEN_AFTER = timedelta(hours=1)  # a worker that was renamed or moved away is not shown for ever
TOOK = ExpressionWrapper(F("finished_at") - F("started_at"), output_field=DurationField())
WAITED = ExpressionWrapper(F("started_at") - F("requested_at"), output_field=DurationField())


class Percentile(Aggregate):
    function = "percentile_cont"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()

    def __init__(self, expression: Any, share: float, **extra: Any) -> None:
        super().__init__(expression, share=share, **extra)


@dataclass
class Lane:
    name: str
    waiting: int = 0
    running: int = 0
    oldest: datetime | None = None
    workers: list[str] = field(default_factory=list)


def lanes() -> list[Lane]:
    """Of the whole machine: a lane serves every site."""
    found = {name: Lane(name) for name in LANES}
    with machinery():
        rows = list(_lane_rows())
    for row in rows:
        lane = found.setdefault(row["lane"], Lane(row["lane"]))
        lane.waiting, lane.running, lane.oldest = row["waiting"], row["running"], row["oldest"]
    for beat in workers():
        for name in beat.lanes if is_alive(beat) else ():
            found.setdefault(name, Lane(name)).workers.append(beat.name)
    return list(found.values())


def _lane_rows() -> Any:
    waits = Q(state=RunState.QUEUED)
    return Run.objects.active().values("lane").annotate(
        waiting=Count("pk", filter=waits), running=Count("pk", filter=~waits), oldest=Min("requested_at", filter=waits)
    )  # fmt: skip


def workers() -> list[WorkerBeat]:
    return list(WorkerBeat.objects.filter(at__gt=timezone.now() - FORGOTTEN_AFTER).order_by("name"))


def is_alive(beat: WorkerBeat) -> bool:
    return beat.at > timezone.now() - SILENT_AFTER


@dataclass(frozen=True)
class Hour:
    at: datetime
    done: int = 0
    failed: int = 0


def by_hour(runs: RunQuerySet) -> list[Hour]:
    """The last 24 hours, the empty ones too: a gap is what somebody looks for."""
    now = timezone.now()
    ended = {state: Count("pk", filter=Q(state=state)) for state in (RunState.SUCCEEDED, RunState.FAILED)}
    in_hours = runs.filter(requested_at__gt=now - DAY).annotate(hour=TruncHour("requested_at")).values("hour")
    rows = in_hours.annotate(done=ended[RunState.SUCCEEDED], failed=ended[RunState.FAILED]).order_by("hour")
    counted = {row["hour"]: Hour(row["hour"], row["done"], row["failed"]) for row in rows}
    this_hour = timezone.localtime(now).replace(minute=0, second=0, microsecond=0)
    hours = [this_hour - timedelta(hours=back) for back in range(23, -1, -1)]
    return [counted.get(hour, Hour(hour)) for hour in hours]


def by_kind(runs: RunQuerySet, span: timedelta = DAY) -> Rows:
    """How long each kind took lately, and how often it failed."""
    done = Q(state=RunState.SUCCEEDED)
    rows = runs.filter(requested_at__gt=timezone.now() - span, state__in=[RunState.SUCCEEDED, RunState.FAILED])
    return list(
        rows.values("kind").order_by("kind").annotate(
            n=Count("pk"), failed=Count("pk", filter=~done),
            median=Percentile(TOOK, 0.5, filter=done), p95=Percentile(TOOK, 0.95, filter=done),
        )
    )  # fmt: skip


def by_error(runs: RunQuerySet) -> Rows:
    failed = runs.filter(requested_at__gt=timezone.now() - DAY, state=RunState.FAILED)
    return list(failed.values("error").annotate(n=Count("pk")).order_by("-n"))


def request_to_start(runs: RunQuerySet) -> dict[str, Any]:
    """Of first tries in interactive lanes: what somebody at a screen waits for."""
    first = runs.filter(requested_at__gt=timezone.now() - DAY, attempts=1, started_at__isnull=False)
    return first.exclude(lane__endswith="_batch").aggregate(
        n=Count("pk"), median=Percentile(WAITED, 0.5), p95=Percentile(WAITED, 0.95)
    )


def database_bytes() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def audit_head() -> AuditLink | None:
    return AuditLink.objects.order_by("-seq").first()


def witness_problem() -> str:
    """Why the audit's witness is not up to date, in the words of whoever last failed to keep it."""
    failed = WitnessState.objects.exclude(code=WitnessCode.OK).order_by("-at").first()
    return str(failed.get_code_display()) if failed else _("Nobody keeps it: is a scheduler running?")


@contextmanager
def every_site() -> Iterator[RunQuerySet]:
    with machinery():
        yield Run.objects.all()
