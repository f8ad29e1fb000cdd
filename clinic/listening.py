"""When this worker last asked its queues for a message. A worker that asks no more looks alive and works no more."""

import time

DEAF_AFTER_S = 60.0
_asked_at: float | None = None


def asked() -> None:
    global _asked_at
    _asked_at = time.monotonic()


def was_at_work() -> None:
    """While a run goes on nobody asks, which is no silence."""
    if _asked_at is not None:
        asked()


def is_deaf() -> bool:
    """Only a transport that notes its asking can be found silent."""
    return _asked_at is not None and time.monotonic() - _asked_at > DEAF_AFTER_S
