"""How far stated confidence is from the truth: the expected calibration error (ECE).

Bins of equal size, because bins of equal width are empty where an engine is unsure. The plain ECE of a perfect engine
is not 0 but grows as bins get small; that part is taken off (Kumar, Liang, Ma 2019: Verified uncertainty calibration).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from clinic.doubt import checked
from clinic.doubt.checked import Floats, Unfit
from clinic.doubt.intervals import DRAWS, LEVEL, Figure, percentiles

BINS = 15


@dataclass(frozen=True)
class Bin:
    """One dot of a reliability plot."""

    confidence: float
    right: float
    n: int


def top_label(
    probabilities: ArrayLike, labels: ArrayLike, bins: int = BINS, level: float = LEVEL, seed: int = 0
) -> Figure:
    """ECE of the first answer: is an answer given with 80 % right 80 times in a hundred?"""
    given = checked.probabilities(probabilities)
    truth = checked.labels(labels, given.shape[1], len(given))
    return calibration_error(given.max(axis=1), given.argmax(axis=1) == truth, bins, level, seed)


def of_class(
    probabilities: ArrayLike, labels: ArrayLike, name: int, bins: int = BINS, level: float = LEVEL, seed: int = 0
) -> Figure:
    """ECE of one class's probability, whether or not it is the first answer."""
    given = checked.probabilities(probabilities)
    truth = checked.labels(labels, given.shape[1], len(given))
    return calibration_error(given[:, name], truth == name, bins, level, seed)


def calibration_error(
    confidence: ArrayLike, right: ArrayLike, bins: int = BINS, level: float = LEVEL, seed: int = 0
) -> Figure:
    """The debiased error with a bootstrap interval, moved back by what drawing itself adds."""
    stated, was_right = _pairs(confidence, right)
    place = _bins_of(stated, bins)
    once = np.ones((1, len(stated)))
    value = float(_debiased(once, stated, was_right, place)[0])
    draws = np.random.default_rng(seed).multinomial(len(stated), np.full(len(stated), 1 / len(stated)), size=DRAWS)
    drawn = _debiased(draws.astype(np.float64), stated, was_right, place)
    low, high = percentiles(drawn - (drawn.mean() - value), level)
    return Figure(value, min(max(low, 0.0), value), max(high, value), len(stated))


def reliability(confidence: ArrayLike, right: ArrayLike, bins: int = BINS) -> tuple[Bin, ...]:
    stated, was_right = _pairs(confidence, right)
    place = _bins_of(stated, bins)
    return tuple(
        Bin(float(stated[inside].mean()), float(was_right[inside].mean()), int(inside.sum()))
        for inside in (place == number for number in range(place.max() + 1))
    )


def _pairs(confidence: ArrayLike, right: ArrayLike) -> tuple[Floats, Floats]:
    stated = checked.finite(confidence, "confidence", 1)
    if stated.min() < 0 or stated.max() > 1 + checked.SUM_TOLERANCE:
        raise Unfit("confidence: outside 0 to 1")
    return stated, checked.flags(right, len(stated), "right").astype(np.float64)


def _bins_of(stated: Floats, bins: int) -> np.ndarray:
    """The bin of each row: equal numbers, equal confidences together."""
    edges = np.unique(np.quantile(stated, np.linspace(0, 1, bins + 1)[1:-1]))
    return np.unique(np.searchsorted(edges, stated, side="left"), return_inverse=True)[1]


def _debiased(weights: Floats, stated: Floats, right: Floats, place: np.ndarray) -> Floats:
    """For each row of weights: plain ECE minus what chance alone adds to it, not below 0."""
    member = np.eye(place.max() + 1)[place]
    size = weights @ member
    safe = np.maximum(size, 1.0)
    rate = (weights @ (member * right[:, None])) / safe
    gap = np.abs((weights @ (member * stated[:, None])) / safe - rate)
    spread = np.sqrt(np.maximum(rate * (1 - rate), 1e-12) / safe)
    ratio = gap / spread
    by_chance = spread * np.sqrt(2 / np.pi) * np.exp(-ratio * ratio / 2) + gap * (1 - 2 * ndtr(-ratio))
    share = size / size.sum(axis=1, keepdims=True)
    return np.asarray(np.maximum((share * (2 * gap - by_chance)).sum(axis=1), 0.0))
