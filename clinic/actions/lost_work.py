"""Work whose worker is gone, or whose lane was never told: found in the table, so that a broker that loses everything
loses no work."""

import logging
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.db import Error, transaction
from django.db.models import Count
from django.db.models.functions import Now
from django.utils import timezone

from clinic import audit, celery
from clinic.actions.work import Claim, tell_of_death
from clinic.authorization.actor import Actor
from clinic.authorization.scope import machinery, scope
from clinic.models import Run, RunError, RunState
from clinic.models.runs import MAX_ATTEMPTS

log = logging.getLogger("rounds.work")


def sweep() -> int:
    """Takes back runs whose lease ran out: their worker died or hangs."""
    return _take_back_each("lease", _lost(lease_until__lt=Now()))


def reclaim(*, worker: str) -> int:
    """A worker that starts takes back what its dead namesake held, without waiting for the lease."""
    return _take_back_each("restart", _lost(worker=worker))


def _take_back_each(how: str, lost: Iterable[Claim]) -> int:
    count = 0
    for each in lost:
        try:
            count += _take_back(each, how)
        except Error:
            raise  # the database is away, for the others too
        except Exception as problem:  # one run that cannot be taken back must not keep the others waiting
            log.error("run_not_taken_back", extra={"run_id": str(each.run_id), "reason": type(problem).__name__})
    return count


def _lost(**which: Any) -> Iterator[Claim]:
    with machinery():
        rows = list(Run.objects.filter(state=RunState.RUNNING, **which).values("id", "site_id", "attempts", "worker"))
    for row in rows:
        yield Claim(run_id=row["id"], site_id=row["site_id"], attempt=row["attempts"], worker=row["worker"])


def _take_back(lost: Claim, how: str) -> int:
    by = Actor.system(f"sweeper:{how}", site_id=lost.site_id)
    is_dead = lost.attempt >= MAX_ATTEMPTS
    with scope(site=lost.site_id), audit.act(by, "run.failed" if is_dead else "run.taken_back") as doing:
        expired = lost.held() if how == "restart" else lost.held().filter(lease_until__lt=Now())
        columns: dict[str, Any] = (
            {"state": RunState.FAILED, "error": RunError.WORKER_LOST, "finished_at": timezone.now()}
            if is_dead
            else {"state": RunState.QUEUED, "stage": "", "percent": 0}
        )
        if not expired.update(lease_until=None, **columns):
            doing.nothing_happened()
            return 0
        run = Run.objects.select_related("case").get(pk=lost.run_id)
        if is_dead:
            tell_of_death(doing, run)
        else:
            transaction.on_commit(lambda: celery.nudge(run.lane))
        doing.about(run, case=run.case, attempt=lost.attempt, error=RunError.WORKER_LOST.value)
    return 1


def left_waiting(older_than: timedelta) -> dict[str, int]:
    """Lanes with work that should have begun, and how much: a nudge got lost, or the broker forgot everything."""
    with machinery():
        waiting = Run.objects.filter(state=RunState.QUEUED, requested_at__lt=timezone.now() - older_than)
        by_lane = waiting.exclude(not_before__gt=Now()).values_list("lane")
        return dict(by_lane.annotate(count=Count("pk")))
