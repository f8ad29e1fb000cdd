"""Several at once, each with its own database connection."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connections

T = TypeVar("T")


def at_once(count: int, do: Callable[[int], T]) -> list[T]:
    """All begin together. A scope is this thread's own: `do` has to enter one itself."""
    barrier = Barrier(count)

    def each(number: int) -> T:
        try:
            barrier.wait(10)
            return do(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(each, range(count)))
