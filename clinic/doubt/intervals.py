"""A number is shown with its interval and its n, or not at all."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaincinv, ndtri

from clinic.doubt import checked
from clinic.doubt.checked import Floats, Json, Unfit

FEW = 30
LEVEL = 0.95
DRAWS = 1000


@dataclass(frozen=True)
class Figure:
    """A measured number, its 95 % interval unless said otherwise, and how many it rests on."""

    value: float
    low: float
    high: float
    n: int

    def __post_init__(self) -> None:
        if self.n <= 0:
            raise Unfit("nobody was counted: n is 0")
        if not np.isfinite([self.value, self.low, self.high]).all() or self.low > self.high:
            raise Unfit(f"not an interval: {self.low} to {self.high} around {self.value}")

    @property
    def too_few(self) -> bool:
        return too_few(self.n)

    def as_json(self) -> Json:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Json) -> Self:
        return cls(value=stored["value"], low=stored["low"], high=stored["high"], n=stored["n"])


def too_few(n: int) -> bool:
    """Below this a page says "too few" beside the figure: the interval is then most of what is known."""
    return n < FEW


def wilson(successes: int, n: int, level: float = LEVEL) -> Figure:
    """A proportion with Wilson's score interval: covers about `level` on average, narrow. For pages."""
    checked.counts(successes, n)
    z = float(ndtri((1 + checked.share(level, "level")) / 2))
    rate = successes / n
    middle = (rate + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * (rate * (1 - rate) / n + z * z / (4 * n * n)) ** 0.5
    low = 0.0 if successes == 0 else max(0.0, middle - half)
    high = 1.0 if successes == n else min(1.0, middle + half)
    return Figure(rate, low, high, n)


def apart(hits: int, n: int, other_hits: int, other_n: int, level: float = LEVEL) -> Figure:
    """How far one proportion lies above another of other people: Newcombe's interval from the two of Wilson."""
    one, other = wilson(hits, n, level), wilson(other_hits, other_n, level)
    by = one.value - other.value
    low = by - ((one.value - one.low) ** 2 + (other.high - other.value) ** 2) ** 0.5
    high = by + ((one.high - one.value) ** 2 + (other.value - other.low) ** 2) ** 0.5
    return Figure(by, low, high, n + other_n)


def clopper_pearson(successes: int, n: int, level: float = LEVEL) -> Figure:
    """A proportion with the exact interval: covers at least `level`, always. For guarantees."""
    tail = (1 - checked.share(level, "level")) / 2
    return Figure(successes / n if n else 0.0, at_least(successes, n, 1 - tail), at_most(successes, n, 1 - tail), n)


def at_least(successes: int, n: int, confidence: float = LEVEL) -> float:
    """The exact one-sided lower bound of a proportion."""
    checked.counts(successes, n)
    if successes == 0:
        return 0.0
    return float(betaincinv(successes, n - successes + 1, 1 - checked.share(confidence, "confidence")))


def at_most(successes: int, n: int, confidence: float = LEVEL) -> float:
    """The exact one-sided upper bound of a proportion."""
    checked.counts(successes, n)
    if successes == n:
        return 1.0
    return float(betaincinv(successes + 1, n - successes, checked.share(confidence, "confidence")))


def bootstrap(
    statistic: Callable[..., float],
    *columns: ArrayLike,
    groups: ArrayLike | None = None,
    draws: int = DRAWS,
    level: float = LEVEL,
    seed: int = 0,
) -> Figure:
    """Percentile bootstrap of `statistic(*columns)`; rows stay together, so differences are paired.

    `groups` (the patient of each row) draws whole groups: ten films of one patient are not ten patients.
    A draw in which the statistic is undefined (NaN: a class is missing) is left out.
    """
    arrays = [np.asarray(column) for column in columns]
    n = len(arrays[0])
    if n == 0 or any(len(array) != n for array in arrays):
        raise Unfit("bootstrap: columns of one length, with at least one row, expected")
    value = statistic(*arrays)
    members = _members(groups, n)
    rng = np.random.default_rng(seed)
    drawn = np.empty(draws)
    for draw in range(draws):
        picked = rng.integers(0, len(members), len(members))
        rows = picked if groups is None else np.concatenate([members[group] for group in picked])
        drawn[draw] = statistic(*(array[rows] for array in arrays))
    low, high = percentiles(drawn, level)
    return Figure(value, low, high, n)


def percentiles(drawn: Floats, level: float) -> tuple[float, float]:
    tail = (1 - checked.share(level, "level")) / 2
    kept = drawn[np.isfinite(drawn)]
    if kept.size == 0:
        raise Unfit("bootstrap: the statistic is undefined in every draw")
    low, high = np.quantile(kept, [tail, 1 - tail])
    return float(low), float(high)


def _members(groups: ArrayLike | None, n: int) -> list[np.ndarray]:
    if groups is None:
        return [np.array([row]) for row in range(n)]
    names = np.asarray(groups)
    if len(names) != n:
        raise Unfit(f"groups: {n} expected, {len(names)} given")
    order = np.argsort(names, kind="stable")
    _, starts = np.unique(names[order], return_index=True)
    return np.split(order, starts[1:])
