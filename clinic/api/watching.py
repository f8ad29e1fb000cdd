"""Waiting for news of a run instead of asking again and again. Few may: each holds a thread of the web process."""

import hashlib
import threading
import time

from clinic.models import Run

MOST_WAITING = 2  # of the threads of one process; the rest stay for everybody else
LOOK_S = 0.2

_seats = threading.BoundedSemaphore(MOST_WAITING)


def state_tag(run: Run) -> str:
    told = (run.pk, run.state, run.stage, run.percent, run.attempts, run.error, run.finished_at, run.replayed_by_id)
    return f'"{hashlib.sha256(repr(told).encode()).hexdigest()[:24]}"'


def wait_for_news(run: Run, *, known: str, seconds: float) -> Run:
    """Until its state is another than the known one; without one, until it has ended."""
    if not _seats.acquire(blocking=False):
        return run
    try:
        until = time.monotonic() + seconds
        while not _is_news(run, known) and time.monotonic() < until:
            time.sleep(LOOK_S)
            run.refresh_from_db()
    finally:
        _seats.release()
    return run


def _is_news(run: Run, known: str) -> bool:
    return state_tag(run) != known if known else run.is_final
