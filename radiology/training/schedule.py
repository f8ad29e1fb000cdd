"""Everything that changes while a net learns, as a function of how far the training is (0 to 1)."""

import math
from dataclasses import dataclass

_WARM_UP = 0.05
_LAST_RATE = 0.01


@dataclass(frozen=True)
class Budget:
    """A training ends with its epochs or, where time is short, its minutes: the rate is annealed in either case."""

    epochs: float
    minutes: float | None = None

    def progress(self, epochs_done: float, minutes_spent: float) -> float:
        by_time = minutes_spent / self.minutes if self.minutes else 0.0
        return min(1.0, max(epochs_done / self.epochs, by_time))


@dataclass(frozen=True)
class Stage:
    """Film size in pixels, used up to a point of the training."""

    until: float
    size: int


def learning_rate(peak: float, progress: float) -> float:
    if progress < _WARM_UP:
        return peak * max(progress / _WARM_UP, 0.02)
    annealed = (progress - _WARM_UP) / (1 - _WARM_UP)
    return peak * (_LAST_RATE + (1 - _LAST_RATE) * 0.5 * (1 + math.cos(math.pi * annealed)))


def film_size(stages: tuple[Stage, ...], progress: float) -> int:
    for stage in stages:
        if progress < stage.until:
            return stage.size
    return stages[-1].size


def parse_stages(text: str) -> tuple[Stage, ...]:
    """`64:0.4,96:1` means 64 pixels for the first 40 %, then 96."""
    stages = tuple(_parse_stage(part) for part in text.split(","))
    ends = [stage.until for stage in stages]
    if ends != sorted(ends) or ends[-1] != 1.0:
        raise ValueError("stages must end in rising order, the last at 1")
    return stages


def _parse_stage(text: str) -> Stage:
    size, until = text.split(":")
    return Stage(float(until), int(size))
