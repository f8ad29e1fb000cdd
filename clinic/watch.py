"""What stands beside a solo worker, which has no time limit of its own: a thread that renews the lease and ends the
process when the run may go on no longer, and the worker's sign of life.
"""

import logging
import os
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from socket import gethostname

from django.conf import settings
from django.db import Error, connection
from django.utils import timezone

from clinic import listening
from clinic.actions import beats, lost_work, work
from clinic.authorization.scope import scope
from clinic.models import RunError

BEAT_S = 2.0
LOOK_S = 0.5  # a cancel is honoured within this and the time a process takes to end
ENDED_ON_PURPOSE = 75

log = logging.getLogger("rounds.work")
_name = f"process-{os.getpid()}@{gethostname()}"
_now_on: work.Claim | None = None


def worker_name() -> str:
    return _name


@contextmanager
def over(held: work.Claim, *, limit_s: float) -> Iterator[None]:
    global _now_on
    _now_on, ended = held, threading.Event()
    thread = threading.Thread(target=_watch, args=(held, limit_s, ended), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        listening.was_at_work()
        _now_on = None


def _watch(held: work.Claim, limit_s: float, ended: threading.Event) -> None:
    until = time.monotonic() + limit_s
    with scope(site=held.site_id):
        try:
            while not ended.wait(LOOK_S):
                if time.monotonic() > until:
                    _end_overdue(held)
                if not _still_ours(held) and not ended.is_set():
                    log.warning("run_let_go", extra={"run_id": str(held.run_id)})
                    _end_process()  # no other way ends a computation that does not look up
        finally:
            connection.close()


def _end_overdue(held: work.Claim) -> None:
    with suppress(Exception):  # whatever kept it from being told, it counts as a lost worker then, and is taken back
        work.fail(held, error=RunError.TIMED_OUT, may_retry=True)
    log.warning("run_over_limit", extra={"run_id": str(held.run_id), "attempt": held.attempt})
    _end_process()


def _end_process() -> None:
    os._exit(ENDED_ON_PURPOSE)


def _still_ours(held: work.Claim) -> bool:
    try:
        return work.renew(held)
    except Exception:
        connection.close()  # the database is away, or worse: the lease decides, and the limit still holds
        return True


class Reporter:
    """Progress from a handler: at most four rows written a second, whatever the handler's eagerness."""

    def __init__(self, held: work.Claim) -> None:
        self.held, self.last, self.next_at = held, ("", -1), 0.0

    def __call__(self, stage: str, percent: int) -> None:
        now = time.monotonic()
        is_new_stage = stage != self.last[0]
        if (stage, percent) != self.last and (is_new_stage or now >= self.next_at):
            self.last, self.next_at = (stage, percent), now + 0.25
            self._write(stage, percent)

    def _write(self, stage: str, percent: int) -> None:
        try:
            work.report(self.held, stage, percent)
        except Error:
            connection.close()  # progress is not worth a failed run


def live_as(name: str, lanes: list[str]) -> None:
    """Called once when a worker is ready: takes back what its dead namesake held, then beats for ever."""
    global _name
    _name = name
    with suppress(Error):  # the database is away: the sweeper takes it back when its lease has run out
        lost_work.reclaim(worker=name)
    threading.Thread(target=_beat_for_ever, args=(name, lanes, timezone.now()), daemon=True).start()


def _beat_for_ever(name: str, lanes: list[str], started_at: datetime) -> None:
    while True:
        beat(name, lanes, started_at)
        if _now_on is None and listening.is_deaf():
            log.error("worker_deaf", extra={"worker": name})
            _end_process()
        time.sleep(BEAT_S)


def beat(name: str, lanes: list[str], started_at: datetime) -> None:
    try:
        beats.beat(
            name=name,
            lanes=lanes,
            host=gethostname(),
            pid=os.getpid(),
            started_at=started_at,
            run_id=_now_on.run_id if _now_on else None,
            memory_bytes=memory_bytes(),
        )
    except Error:
        connection.close()


def memory_bytes() -> int:
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def where(problem: BaseException) -> str:
    """File and line of our own code, for the log. Never the message: it may hold what was being read."""
    frames = traceback.extract_tb(problem.__traceback__)
    ours = [frame for frame in frames if frame.filename.startswith(str(settings.BASE_DIR / "clinic"))]
    last = (ours or list(frames))[-1:]
    return "".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in last)
