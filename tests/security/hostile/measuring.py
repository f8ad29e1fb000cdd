"""How much is tried, what children cost, and figures line by line.

Sizes come from the environment: small with the fast tests, whole with `make hostile`.
"""

import json
import os
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from clinic.inference import child
from clinic.inference.bounded import conversation

MIB = 1024 * 1024
MOST_CPU_S = 10.0
MOST_MIB = 512  # of a child, with the interpreter and its libraries
READERS = ("clinic.inference.documents.scans:read_in_child", "clinic.inference.text_reader:read")
MOST_MIB_OF_READERS = 1024  # the nets that read scans take more than any decoder


def size(name: str, small: int) -> int:
    return int(os.environ.get(name, small))


def say(line: str) -> None:
    """Seen with `make hostile`, kept by pytest else."""
    print(f"\n{line}", flush=True)


@dataclass
class Costs:
    """Of every child that ended while it was watched, whichever way; as the nursery counts them."""

    ends: Counter[str] = field(default_factory=Counter)
    peaks: dict[str, int] = field(default_factory=dict)  # in bytes, of each function that ran in one
    cpu_s: float = 0.0
    wall_s: float = 0.0

    @property
    def children(self) -> int:
        return self.ends.total()

    @property
    def peak_bytes(self) -> int:
        return max(self.peaks.values(), default=0)

    def peak_of_others(self, *functions: str) -> int:
        return max((peak for function, peak in self.peaks.items() if function not in functions), default=0)

    def note(self, function: str, report: dict[str, Any]) -> None:
        ended = f"signal {report['signal']}" if report.get("signal") else report["ended"]
        self.ends[ended] += 1
        self.peaks[function] = max(self.peaks.get(function, 0), report.get("peak_bytes", 0))
        self.cpu_s = max(self.cpu_s, report.get("cpu_s", 0.0))
        self.wall_s = max(self.wall_s, report.get("wall_s", 0.0))

    def __str__(self) -> str:
        others = {name: count for name, count in self.ends.items() if name != "by itself"}
        return (f"{self.children} children, largest {self.peak_bytes // MIB} MB, {self.cpu_s:.2f} CPU s, "
                f"{self.wall_s:.2f} s; killed: {others or 0}")  # fmt: skip


@contextmanager
def watched() -> Iterator[Costs]:
    costs, judge, attempt, asked = Costs(), conversation._judge, child._attempt, [""]

    def asking(request: bytes, *more: Any) -> Any:
        asked[0] = json.loads(request)["function"]
        return attempt(request, *more)

    def noting(report: dict[str, Any], *more: Any) -> Any:
        costs.note(asked[0], report)
        return judge(report, *more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(child, "_attempt", asking)
        patch.setattr(conversation, "_judge", noting)
        yield costs


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def resident_peak() -> Iterator[list[int]]:
    """The most this process came to hold above what it held before, looked at every few milliseconds."""
    before, over, most = resident_bytes(), threading.Event(), [0]

    def look() -> None:
        while not over.wait(0.005):
            most[0] = max(most[0], resident_bytes() - before)

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield most
    finally:
        over.set()
        thread.join()
        most[0] = max(most[0], resident_bytes() - before)


@contextmanager
def clock() -> Iterator[list[float]]:
    began, told = time.monotonic(), [0.0]
    yield told
    told[0] = time.monotonic() - began


def demand_modest(costs: Costs) -> None:
    assert costs.cpu_s <= MOST_CPU_S
    assert costs.peak_of_others(*READERS) <= MOST_MIB * MIB
    assert costs.peak_bytes <= MOST_MIB_OF_READERS * MIB
