"""Figures with their intervals, and the file they are kept in: each part replaces its own and leaves the others."""

import json
import os
import platform
import re
import statistics
import subprocess
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scipy.stats import t as student

from benchmarks.installation import ROOT
from benchmarks.load.processes import cpu_seconds
from clinic.doubt.intervals import Figure, percentiles

KEPT = ROOT / "docs" / "figures" / "capacity.json"
STEPS = 50  # of the kept quantiles
Told = dict[str, Any]
_NUMBERS = re.compile(r"\[[-+\d.e,\s]*\]")  # a row of quantiles stands in one line


def quantile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def quantile_of(values: Sequence[float], share: float) -> Figure:
    """With the interval that the order alone gives: between which of the values the true one lies."""
    ordered, n = sorted(values), len(values)
    around = 1.96 * (share * (1 - share) / n) ** 0.5
    low, high = quantile(ordered, max(0.0, share - around)), quantile(ordered, min(1 - 1 / n, share + around))
    value = quantile(ordered, share)
    return Figure(value, min(low, value), max(high, value), n)


def mean_of(values: Sequence[float]) -> Figure:
    """Student's interval; of a single value nothing is known but itself."""
    n, value = len(values), statistics.fmean(values)
    half = float(student.ppf(0.975, n - 1)) * statistics.stdev(values) / n**0.5 if n > 1 else 0.0
    return Figure(value, value - half, value + half, n)


def ratio_of_quantiles(above: Sequence[float], below: Sequence[float], share: float, seed: int = 0) -> Figure:
    """How many times as long, both sides drawn again a thousand times."""
    import numpy as np

    chance = np.random.default_rng(seed)
    one, other = np.asarray(above), np.asarray(below)
    drawn = np.array([
        np.quantile(chance.choice(one, len(one)), share) / np.quantile(chance.choice(other, len(other)), share)
        for _ in range(1000)
    ])  # fmt: skip
    low, high = percentiles(drawn, 0.95)
    value = float(np.quantile(one, share) / np.quantile(other, share))
    return Figure(value, min(low, value), max(high, value), len(one) + len(other))


def shape(values: Sequence[float], digits: int = 2) -> list[float]:
    """Fifty-one quantiles, the smallest and the largest among them: what the simulation draws from."""
    ordered = sorted(values)
    return [round(quantile(ordered, step / STEPS), digits) for step in range(STEPS + 1)]


# --- kept -------------------------------------------------------------------------------------------------------------


def kept(path: Path = KEPT) -> dict[str, Told]:
    return json.loads(path.read_text()) if path.exists() else {}


def keep(part: str, told: Told, path: Path = KEPT) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    every = kept(path) | {part: told}
    written = json.dumps(every, indent=1, sort_keys=True, default=as_json)
    path.write_text(_NUMBERS.sub(lambda found: " ".join(found[0].split()), written) + "\n")


def as_json(value: Any) -> Any:
    if isinstance(value, Figure):
        return {name: round(each, 4) for name, each in value.as_json().items()}
    raise TypeError(f"{type(value).__name__} is no figure")


def circumstances(command: str) -> Told:
    """When and on what: without these a figure is a rumour."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True,
                            check=False).stdout.strip()  # fmt: skip
    return {
        "at": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC", "commit": commit or "unknown", "command": command,
        "cores": os.cpu_count(), "machine": f"{platform.machine()}, Python {platform.python_version()}",
    }  # fmt: skip


class Others:
    """What else the machine computed while we measured: all it did, without us and what descends from us."""

    def __init__(self) -> None:
        self.began, self.all_s, self.ours_s = time.monotonic(), _machine_s(), cpu_seconds(os.getpid())

    def cores(self) -> float:
        wall, ours_s = time.monotonic() - self.began, cpu_seconds(os.getpid()) - self.ours_s
        return round(max(0.0, _machine_s() - self.all_s - ours_s) / wall, 2)


def _machine_s() -> float:
    """User, nice, system, interrupts; not idle, waiting for a disk, or stolen."""
    user, nice, system, _idle, _wait, irq, soft = map(int, Path("/proc/stat").read_text().split()[1:8])
    return (user + nice + system + irq + soft) / os.sysconf("SC_CLK_TCK")
