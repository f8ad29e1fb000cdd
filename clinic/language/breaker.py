"""An engine that fails more often than not is left alone for a while: work goes on at once to the next one."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from enum import StrEnum
from functools import cache, partial

log = logging.getLogger("rounds.engines")

LEAST_CALLS, LARGEST_SHARE_OF_FAILURES = 20, 0.5
WINDOW_S, REST_S = 300.0, 30.0


class State(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"  # one call is let through to see


class Breaker:
    """Counts the calls of the last five minutes. `announce` is told of every change: an open breaker is no secret."""

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        announce: Callable[[State], None] = lambda state: None,
    ) -> None:
        self._clock, self._announce = clock, announce
        self._calls: deque[tuple[float, bool]] = deque()  # when, and whether it failed
        self._state, self._opened_at = State.CLOSED, 0.0
        self._lock = threading.Lock()

    @property
    def state(self) -> State:
        return self._state

    def may_call(self) -> bool:
        """Asking for the probe takes it: until its answer is told nobody else gets one."""
        with self._lock:
            if self._state is State.CLOSED:
                return True
            if self._clock() - self._opened_at < REST_S:
                return False
            self._opened_at = self._clock()
            self._become(State.HALF_OPEN)
            return True

    def succeeded(self) -> None:
        with self._lock:
            if self._state is State.HALF_OPEN:
                self._calls.clear()
                self._become(State.CLOSED)
            self._count(is_failure=False)

    def failed(self) -> None:
        with self._lock:
            self._count(is_failure=True)
            if self._state is State.HALF_OPEN or (self._state is State.CLOSED and self._fails_too_often()):
                self._opened_at = self._clock()
                self._become(State.OPEN)

    def _count(self, *, is_failure: bool) -> None:
        now = self._clock()
        self._calls.append((now, is_failure))
        while self._calls and self._calls[0][0] < now - WINDOW_S:
            self._calls.popleft()

    def _fails_too_often(self) -> bool:
        failures = sum(failed for _, failed in self._calls)
        return len(self._calls) >= LEAST_CALLS and failures > LARGEST_SHARE_OF_FAILURES * len(self._calls)

    def _become(self, state: State) -> None:
        if state is not self._state:
            self._state = state
            self._announce(state)


@cache
def of_process(name: str) -> Breaker:
    """The one of this engine, however it is reached: what one run learnt the next one knows."""
    return Breaker(announce=partial(_announced, name))


def _announced(name: str, state: State) -> None:
    log.warning("language_engine_breaker", extra={"where": name, "reason": state.value})
