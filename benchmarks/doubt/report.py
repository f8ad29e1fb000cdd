"""One line a figure: what, value with interval and n, the mark it must meet."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from clinic.doubt.intervals import Figure, clopper_pearson


@dataclass(frozen=True)
class Line:
    what: str
    shown: str
    mark: str = ""  # nothing to meet: printed for the reader
    met: bool = True
    short: str = ""  # as it stands in the last line

    def __str__(self) -> str:
        verdict = f"  [{self.mark}: {'met' if self.met else 'MISSED'}]" if self.mark else ""
        return f"  {self.what:<66} {self.shown}{verdict}"


def percent(figure: Figure, unit: str, digits: int = 2) -> str:
    return (
        f"{figure.value:.{digits}%} (95 %: {figure.low:.{digits}%} to {figure.high:.{digits}%}, n={figure.n:,} {unit})"
    )


def mean(values: ArrayLike) -> Figure:
    """A mean over independent draws, with its normal interval."""
    array = np.asarray(values, dtype=np.float64)
    half = 1.96 * float(array.std(ddof=1)) / len(array) ** 0.5
    value = float(array.mean())
    return Figure(value, value - half, value + half, len(array))


def share(happened: ArrayLike) -> Figure:
    array = np.asarray(happened, dtype=bool)
    return clopper_pearson(int(array.sum()), len(array))


def seldom(what: str, happened: ArrayLike, limit: float, unit: str, short: str = "") -> Line:
    """A promise "at most `limit`" fails when what was seen is more than chance allows it."""
    seen = share(happened)
    told = f"{short} {seen.value:.1%}" if short else ""
    return Line(what, percent(seen, unit), f"not above {limit:.0%}", seen.low <= limit, told)
