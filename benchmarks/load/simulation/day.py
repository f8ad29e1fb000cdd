"""A whole day of documents for the workers of one lane: who comes waits for whoever is free first."""

import heapq
import random
from collections.abc import Callable, Iterator, Sequence

# Assumed, not measured: how a hospital's day is spread over its hours, in parts of the whole. The busiest, from ten to
# eleven, gets a tenth of it.
SHAPE = (0.8, 0.6, 0.5, 0.5, 0.6, 1.0, 2.0, 4.0, 7.0, 9.0, 10.0, 9.5, 8.0, 7.5, 8.0, 8.0, 7.0, 5.0, 3.5, 2.5, 2.0, 1.5,
         1.0, 0.5)  # fmt: skip
HOUR_S = 3600.0


def peak_per_s(a_day: float, shape: Sequence[float] = SHAPE) -> float:
    return a_day * max(shape) / sum(shape) / HOUR_S


def arrivals(a_day: float, chance: random.Random, shape: Sequence[float] = SHAPE) -> Iterator[float]:
    """At any moment of an hour alike. What is left of an exponential wait at the turn of the hour is one again, so
    each hour begins anew."""
    for hour, part in enumerate(shape):
        now, per_s = hour * HOUR_S, a_day * part / sum(shape) / HOUR_S
        while per_s and (now := now + chance.expovariate(per_s)) < (hour + 1) * HOUR_S:
            yield now


def waits(came: Iterator[float], workers: int, work_s: Callable[[], float]) -> list[float]:
    """First come, first served."""
    free = [0.0] * workers
    found = []
    for moment in came:
        start = max(moment, free[0])
        heapq.heapreplace(free, start + work_s())
        found.append(start - moment)
    return found
