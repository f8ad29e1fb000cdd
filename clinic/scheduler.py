"""Periodic work: no schedule file, no leader. Of any number of schedulers, whoever holds the lock does the round.

Sweeping must never wait for housekeeping, which may look at a million objects: that goes on in a thread beside it, and
so does keeping the audit's witness.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from socket import gethostname

from django.conf import settings
from django.db import Error, close_old_connections, connection
from django.utils import timezone

from clinic import alert_telling, celery, endings, watch
from clinic.actions import (
    beats,
    checkpoints,
    golden,
    hearings,
    janitor,
    lost_work,
    monitors,
    reminders,
    retention,
    reviews,
    search,
    searching,
)

SWEEPING, HOUSEKEEPING, WITNESSING, CLOCK = 7_265_421, 7_265_422, 7_265_423, 7_265_424  # advisory locks
WITNESS_EVERY_S = 2.0
CLOCK_EVERY_S = 0.5
log = logging.getLogger("rounds.scheduler")


@contextmanager
def alone(lock: int) -> Iterator[bool]:
    """Whether nobody else is at it. The lock goes with the connection, so a scheduler that dies leaves none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [lock])
        (is_ours,) = cursor.fetchone()
    try:
        yield is_ours
    finally:
        if is_ours:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [lock])


def own_name() -> str:
    return f"scheduler@{gethostname()}"


@dataclass
class Sweeper:
    """Takes back lost runs and tells lanes of work that still waits: that alone heals a queue that was wiped."""

    name: str = field(default_factory=own_name)
    told_at: dict[str, float] = field(default_factory=dict)
    started_at: datetime = field(default_factory=timezone.now)

    def tick(self) -> None:
        watch.beat(self.name, [], self.started_at)
        with alone(SWEEPING) as is_ours:
            if is_ours:
                self.round()

    def round(self) -> None:
        if count := lost_work.sweep():
            log.warning("runs_taken_back", extra={"count": count})
        for lane, waiting in lost_work.left_waiting(timedelta(seconds=settings.RENUDGE_AFTER_SECONDS)).items():
            self._tell(lane, waiting)

    def _tell(self, lane: str, waiting: int) -> None:
        """A busy lane is told now and then, not at every round: what is told in vain is looked up in vain."""
        now = time.monotonic()
        if now - self.told_at.get(lane, -1e9) >= settings.RENUDGE_AFTER_SECONDS:
            self.told_at[lane] = now
            for _ in range(min(waiting, beats.workers_on(lane))):
                celery.nudge(lane)


@dataclass
class Chore:
    every_s: float
    do: Callable[[], int]
    next_at: float = 0.0

    def do_if_due(self) -> None:
        if time.monotonic() < self.next_at:
            return
        self.next_at = time.monotonic() + self.every_s
        try:
            if count := self.do():
                log.info("chore_done", extra={"kind": self.do.__name__, "count": count})
        except Exception as problem:  # a store that is away must not keep people from being told
            log.error("chore_failed", extra={"kind": self.do.__name__, "reason": type(problem).__name__,
                                             "where": watch.where(problem)})  # fmt: skip


def chores() -> list[Chore]:
    return [
        Chore(2, reviews.make_final),
        Chore(60, reminders.tell_overdue),
        Chore(3600, reminders.tell_expiring_keys),
        Chore(3600, reminders.tell_late_glass),
        Chore(300, janitor.store_forgotten_recordings),
        Chore(600, janitor.discard_forgotten_sessions),
        Chore(600, janitor.let_pieces_go),
        Chore(10, monitors.take_in_decisions),
        Chore(300, golden.ask_nightly),
        Chore(3600, retention.cool),
        Chore(3600, retention.announce),
        Chore(600, janitor.remove_orphans),
        Chore(600, janitor.remove_drafts),
        Chore(600, janitor.forget_idempotency_keys),
        Chore(600, janitor.end_expired_sign_ins),
        Chore(600, janitor.empty_cache),
        Chore(600, janitor.forget_allowances),
        Chore(600, hearings.forget_old),
        Chore(600, beats.forget_gone),
        Chore(60, search.rebuild_if_lost),
        Chore(5, searching.look_after_index),
        Chore(600, searching.forget_old),
        Chore(60, checkpoints.tell_skew),
        Chore(60, alert_telling.tell),
    ]


def keep_house(stopping: threading.Event) -> None:
    todo = chores()
    while not stopping.wait(1.0):
        if any(time.monotonic() >= chore.next_at for chore in todo):
            _in_peace(lambda: _house_round(todo))


def _house_round(todo: list[Chore]) -> None:
    with alone(HOUSEKEEPING) as is_ours:
        for chore in todo:
            if is_ours:
                chore.do_if_due()


def keep_witness(stopping: threading.Event) -> None:
    while not stopping.wait(WITNESS_EVERY_S):
        _in_peace(witness_round)


def witness_round() -> None:
    """Each scheduler keeps a file of its own up to date; only one signs at a time."""
    with alone(WITNESSING) as is_ours:
        checkpoints.keep(name=own_name(), may_sign=is_ours)


def keep_time(stopping: threading.Event) -> None:
    while not stopping.wait(CLOCK_EVERY_S):
        _in_peace(clock_round)


def clock_round() -> None:
    with alone(CLOCK) as is_ours:
        if is_ours:
            Chore(0, endings.time_passes).do_if_due()


def sweep(stopping: threading.Event) -> None:
    sweeper = Sweeper()
    while not stopping.is_set():
        _in_peace(sweeper.tick)
        stopping.wait(settings.SWEEP_SECONDS)


def _in_peace(step: Callable[[], object]) -> None:
    """A database that is away comes back; until then there is nothing to do."""
    try:
        close_old_connections()
        step()
    except Error as problem:
        connection.close()
        log.warning("database_away", extra={"reason": type(problem).__name__})
