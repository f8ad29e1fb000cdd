"""Figures for Prometheus. What requests did is counted in each web process and added up when asked; the rest is in the
database. Names of routes and kinds only: no ids, no people.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path

from django.conf import settings

FOLDER = Path(settings.HOME) / "metrics"
FOLDER.mkdir(mode=0o700, parents=True, exist_ok=True)
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(FOLDER)  # read by the library when it is imported

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest  # noqa: E402
from prometheus_client.multiprocess import MultiProcessCollector  # noqa: E402
from prometheus_client.registry import Collector  # noqa: E402

REQUESTS = Counter("rounds_requests", "Requests answered.", ["route", "method", "status"])
BUCKETS_S = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
SECONDS = Histogram("rounds_request_seconds", "Time to answer.", ["route"], buckets=BUCKETS_S)


def count_request(route: str, method: str, status: int, seconds: float) -> None:
    REQUESTS.labels(route, method, str(status)).inc()
    SECONDS.labels(route).observe(seconds)


def text(*collectors: Collector) -> bytes:
    return generate_latest(_registry(*collectors))


def _registry(*collectors: Collector) -> CollectorRegistry:
    registry = CollectorRegistry()
    MultiProcessCollector(registry, str(FOLDER))  # type: ignore[no-untyped-call]
    for collector in collectors:
        registry.register(collector)
    return registry


@dataclass
class Route:
    name: str
    count: int = 0
    seconds: float = 0.0
    failed: int = 0
    buckets: dict[float, int] = field(default_factory=dict)

    @property
    def mean_s(self) -> float:
        return self.seconds / self.count if self.count else 0.0

    @property
    def p95_s(self) -> float:
        """The limit of the bucket the 95th of 100 falls in: an upper bound."""
        wanted = 0.95 * self.count
        return next((limit for limit in sorted(self.buckets) if self.buckets[limit] >= wanted), float("inf"))

    @property
    def p95_words(self) -> str:
        return f"{self.p95_s:g} s" if isfinite(self.p95_s) else f"> {max(BUCKETS_S)} s"


def routes() -> list[Route]:
    """What each route took since the start of the web processes, the busiest first."""
    found: dict[str, Route] = {}
    for name, labels, value in _samples():
        route = found.setdefault(labels["route"], Route(labels["route"]))
        match name:
            case "rounds_requests_total" if labels["status"].startswith("5"):
                route.failed += int(value)
            case "rounds_request_seconds_count":
                route.count += int(value)
            case "rounds_request_seconds_sum":
                route.seconds += value
            case "rounds_request_seconds_bucket":
                route.buckets[float(labels["le"])] = int(value)
    return sorted(found.values(), key=lambda route: -route.seconds)


def _samples() -> Iterator[tuple[str, dict[str, str], float]]:
    for metric in _registry().collect():
        for sample in metric.samples:
            yield sample.name, sample.labels, sample.value


def forget_the_dead() -> None:
    """Called when the web server starts: files of processes that ended would be added up for ever."""
    for file in FOLDER.glob("*.db"):
        process_id = file.stem.rpartition("_")[2]
        if process_id.isdecimal() and not _is_alive(int(process_id)):
            with suppress(FileNotFoundError):
                file.unlink()


def _is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
