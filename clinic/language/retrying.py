"""The same call again, a little later each time: only where that can help."""

import math
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from clinic.language.failures import CallFailed
from clinic.language.usage import NOTHING, Usage

T = TypeVar("T")
RETRIES = 3
SHORTEST_WAIT_S, LONGEST_WAIT_S = 2.0, 10.0
_JITTER = 0.25  # of the wait: calls that failed together do not come back together
_random = random.SystemRandom()


@dataclass(frozen=True)
class Patience:
    """Clock and chance are given, so that tests wait for nothing."""

    retries: int = RETRIES
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = _random.random  # from 0 to 1
    until: float | None = None  # by `clock`: whoever asks goes on with something else then
    clock: Callable[[], float] = time.monotonic

    def wait_s(self, retry: int, asked_for_s: float | None = None) -> float:
        """Before the `retry`th retry: 2, 4, 8 seconds and up to a quarter more; never longer than 10."""
        wait = SHORTEST_WAIT_S * float(2 ** (retry - 1)) * (1 + _JITTER * self.chance())
        return min(max(wait, asked_for_s or 0.0), LONGEST_WAIT_S)

    def left_s(self, besides_s: float = 0.0) -> float:
        return math.inf if self.until is None else self.until - self.clock() - besides_s


@dataclass
class Tried(Generic[T]):
    """What came of it and what all tries used, the failed ones too. `failures` are in their order."""

    answer: T | None = None
    usage: Usage = NOTHING
    failures: list[CallFailed] = field(default_factory=list)


def retried(call: Callable[[], tuple[T, Usage]], patience: Patience, tried: Tried[T]) -> Tried[T]:
    """Raises the last failure when there is nothing to try any more; `tried` tells what was used all the same."""
    while True:
        try:
            tried.answer, usage = call()
        except CallFailed as why:
            tried.failures.append(why)
            tried.usage += why.usage
            wait_s = patience.wait_s(len(tried.failures), why.retry_after_s)
            if not why.is_retryable or len(tried.failures) > patience.retries or patience.left_s(wait_s) <= 0:
                raise
            patience.sleep(wait_s)
        else:
            tried.usage += usage
            return tried
