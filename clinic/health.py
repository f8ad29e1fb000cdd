"""Is every part there? Asked by load balancers and by the supervisor, so it is cheap, and tells names only.

A capability adds its engines from `apps.py`: `health.register_check("engine:rules", probe)`.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, TypeVar

import psycopg
from django.conf import settings
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.functional import Promise

from clinic import celery
from clinic.lanes import LANES
from clinic.models import AuditCheckpoint, AuditLink, WitnessCode, WitnessState, WorkerBeat

T = TypeVar("T")
Probe = Callable[[], bool]

SILENT_AFTER = timedelta(seconds=10)
ASK_AGAIN_S = 0.2
SCHEDULER, WITNESS, DRILL = "scheduler", "witness", "restore_drill"
WITNESS_SILENT_AFTER = timedelta(seconds=30)
WITNESS_LATE_AFTER = timedelta(minutes=3)
log = logging.getLogger("rounds.health")


class Remembered(Generic[T]):
    """One thread asks, the others take its answer for a moment. What went wrong is not remembered."""

    def __init__(self, ask: Callable[[], T], seconds: float) -> None:
        self.ask, self.seconds = ask, seconds
        self.lock, self.held = threading.Lock(), list[tuple[float, T]]()

    def __call__(self) -> T:
        with self.lock:
            if not self.held or time.monotonic() - self.held[0][0] > self.seconds:
                self.held[:] = [(time.monotonic(), self.ask())]
            return self.held[0][1]

    def forget(self) -> None:
        self.held.clear()


def remembered(seconds: float) -> Callable[[Callable[[], T]], Remembered[T]]:
    return lambda ask: Remembered(ask, seconds)


@dataclass(frozen=True)
class Check:
    name: str
    probe: Probe
    needs_database: bool = False
    is_alarm: bool = False  # somebody has to look; patients are served all the same
    words: str | Promise = ""


_checks: dict[str, Check] = {}
_was_ok: dict[str, bool] = {}


def register_check(name: str, probe: Probe, *, needs_database: bool = False, is_alarm: bool = False,
                   words: str | Promise = "") -> None:  # fmt: skip
    """`probe` says yes or no, quickly; an exception is a no. What takes long remembers its own answer."""
    _checks[name] = Check(name, probe, needs_database, is_alarm, words)


def words_of(name: str) -> str | Promise:
    check = _checks.get(name)
    return check.words if check and check.words else name.partition(":")[2] or name


def is_ready(found: dict[str, bool]) -> bool:
    return all(ok for name, ok in found.items() if name not in _checks or not _checks[name].is_alarm)


@remembered(ASK_AGAIN_S)
def parts() -> dict[str, bool]:
    """Every part by name. Without the database nothing is asked that would only wait for it."""
    has_database = _is_ok(Check("database", database_answers))
    found = {"database": has_database}
    for check in _checks.values():
        found[check.name] = (has_database or not check.needs_database) and _is_ok(check)
    return found


@remembered(ASK_AGAIN_S)
def is_serving() -> bool:
    return _is_ok(Check("database", database_answers))


def _is_ok(check: Check) -> bool:
    reason = ""
    try:
        is_ok = bool(check.probe())
    except Exception as problem:
        is_ok, reason = False, type(problem).__name__
    if _was_ok.get(check.name, is_ok) != is_ok:
        log.log(logging.INFO if is_ok else logging.WARNING, "part_ready" if is_ok else "part_not_ready",
                extra={"where": check.name, "reason": reason or None})  # fmt: skip
    _was_ok[check.name] = is_ok
    return is_ok


def database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() is not None


NO_QUEUE = "SELECT lane FROM unnest(%s::text[]) AS lane WHERE to_regclass('pgmq.q_' || lane) IS NULL"


@remembered(1.0)
def queue_answers() -> bool:
    """The broker answers, and every lane has its queue there; those of other brokers are made by whoever asks."""
    if not settings.QUEUE_DSN:
        with celery.app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=2)
            return True
    with psycopg.connect(settings.QUEUE_DSN, connect_timeout=2) as broker:
        return broker.execute(NO_QUEUE, [list(LANES)]).fetchone() is None


@remembered(2.0)
def storage_answers() -> bool:
    from clinic.uploads import store

    store().check()
    return True


@remembered(ASK_AGAIN_S)
def alive() -> frozenset[str]:
    """The lanes somebody works now, and the scheduler, by their signs of life."""
    fresh = WorkerBeat.objects.filter(at__gt=timezone.now() - SILENT_AFTER).values_list("name", "lanes")
    lanes = {lane for _name, served in fresh for lane in served}
    return frozenset(lanes | {SCHEDULER for name, _served in fresh if name.partition("@")[0] == SCHEDULER})


@remembered(1.0)
def witness_is_kept() -> bool:
    """Every witness was written lately, and no event has waited for its checkpoint longer than it may."""
    states = WitnessState.objects.filter(at__gt=timezone.now() - WITNESS_SILENT_AFTER).values_list("code", flat=True)
    newest = AuditCheckpoint.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    waits_too_long = AuditLink.objects.filter(seq__gt=newest, seq__lte=newest + 1, at__lt=Now() - WITNESS_LATE_AFTER)
    return set(states) == {WitnessCode.OK} and not waits_too_long.exists()


def _lane_probe(name: str) -> Probe:
    return lambda: name in alive()


@remembered(2.0)
def engines_are_proven() -> bool:
    """Asked of the tables: a web process opens no engine."""
    from clinic import golden

    return golden.engines_are_proven()


@remembered(10.0)
def restores_are_tried() -> bool:
    from clinic.backups import standing

    return standing.is_tried()


register_check("queue", queue_answers)
register_check("engines", engines_are_proven, needs_database=True)
register_check("storage", storage_answers)
for _lane in LANES:
    register_check(f"lane:{_lane}", _lane_probe(_lane), needs_database=True)
register_check(SCHEDULER, _lane_probe(SCHEDULER), needs_database=True)
register_check(WITNESS, witness_is_kept, needs_database=True, is_alarm=True)
register_check(DRILL, restores_are_tried, needs_database=True, is_alarm=True)
