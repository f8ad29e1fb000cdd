"""How good answers are: accuracy, F1, area under the curve, each with its interval, and paired differences of them."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from clinic.doubt.intervals import DRAWS, Figure, bootstrap

Metric = Callable[[np.ndarray, np.ndarray], float]


def accuracy(truth: np.ndarray, answer: np.ndarray) -> float:
    return float(np.mean(truth == answer))


def f1(positive: int) -> Metric:
    """F1 of one class; NaN where the class neither occurs nor is answered."""

    def of(truth: np.ndarray, answer: np.ndarray) -> float:
        hits = np.sum((truth == positive) & (answer == positive))
        named = np.sum(truth == positive) + np.sum(answer == positive)
        return float(2 * hits / named) if named else float("nan")

    return of


def macro_f1(classes: int) -> Metric:
    """The mean of the classes' F1; classes that do not occur are left out."""
    each = [f1(positive) for positive in range(classes)]

    def of(truth: np.ndarray, answer: np.ndarray) -> float:
        values = np.array([one(truth, answer) for one in each])
        return float(np.mean(values[np.isfinite(values)])) if np.isfinite(values).any() else float("nan")

    return of


def auc(truth: np.ndarray, score: np.ndarray) -> float:
    """Chance that a positive scores above a negative, ties counted half; NaN with one class only."""
    positive = truth.astype(bool)
    pairs = int(positive.sum()) * int((~positive).sum())
    if not pairs:
        return float("nan")
    _, place, count = np.unique(score, return_inverse=True, return_counts=True)
    middle_rank = np.cumsum(count) - (count - 1) / 2
    ranks = middle_rank[place]
    n_positive = int(positive.sum())
    return float((ranks[positive].sum() - n_positive * (n_positive + 1) / 2) / pairs)


def figure(
    metric: Metric,
    truth: ArrayLike,
    answer: ArrayLike,
    groups: ArrayLike | None = None,
    draws: int = DRAWS,
    seed: int = 0,
) -> Figure:
    """A metric with its bootstrap interval, for example `figure(f1(2), truth, answer, groups=patients)`."""
    return bootstrap(metric, truth, answer, groups=groups, draws=draws, seed=seed)


def difference(
    metric: Metric,
    truth: ArrayLike,
    old: ArrayLike,
    new: ArrayLike,
    groups: ArrayLike | None = None,
    draws: int = DRAWS,
    seed: int = 0,
) -> Figure:
    """New minus old on the same rows: the pairs are drawn together, which is what makes the interval short."""

    def gain(truth: np.ndarray, old: np.ndarray, new: np.ndarray) -> float:
        return metric(truth, new) - metric(truth, old)

    return bootstrap(gain, truth, old, new, groups=groups, draws=draws, seed=seed)
