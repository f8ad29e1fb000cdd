"""Signs of life of workers and of the scheduler. Technical state of this minute: no audit event tells of it."""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from clinic.models import WorkerBeat

SILENT_AFTER = timedelta(seconds=10)
GONE_AFTER = timedelta(hours=1)
_TOLD_EACH_TIME = ("lanes", "host", "pid", "started_at", "at", "run_id", "memory_bytes")


def beat(*, name: str, lanes: list[str], host: str, pid: int, started_at: datetime, run_id: UUID | None = None,
         memory_bytes: int = 0) -> None:  # fmt: skip
    alive = WorkerBeat(name=name, lanes=lanes, host=host, pid=pid, started_at=started_at, at=timezone.now(),
                       run_id=run_id, memory_bytes=memory_bytes)  # fmt: skip
    WorkerBeat.objects.bulk_create([alive], update_conflicts=True, unique_fields=["name"],
                                   update_fields=_TOLD_EACH_TIME)  # fmt: skip


def forget_gone() -> int:
    """Workers that were given another name, or another machine, would stand in the list for ever."""
    deleted, _by_model = WorkerBeat.objects.filter(at__lt=timezone.now() - GONE_AFTER).delete()
    return deleted


def workers_on(lane: str) -> int:
    """At least one: a lane may be worked by somebody whose sign of life is late."""
    lately = WorkerBeat.objects.filter(at__gt=timezone.now() - SILENT_AFTER)
    return max(1, sum(lane in served for served in lately.values_list("lanes", flat=True)))
