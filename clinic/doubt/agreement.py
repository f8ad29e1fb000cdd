"""Do readers agree beyond chance? Cohen's kappa, Fleiss' kappa and Gwet's AC1, with intervals.

Kappa falls towards 0 when nearly all cases are of one class, however well readers agree; AC1 does not. Both are shown.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri, stdtrit

from clinic.doubt import checked
from clinic.doubt.checked import Floats, Unfit
from clinic.doubt.intervals import LEVEL, Figure, clopper_pearson, wilson

MISSING = -1
FLAT = 1e-15


@dataclass(frozen=True)
class Agreement:
    """What readers of the same cases have in common. `kappa` is None where every read was of one class."""

    observed: Figure  # share of pairs of reads that agree
    kappa: Figure | None
    ac1: Figure

    @property
    def too_few(self) -> bool:
        return self.observed.too_few


def two_readers(first: ArrayLike, second: ArrayLike, classes: int, level: float = LEVEL) -> Agreement:
    """Cohen's kappa (interval: Fleiss, Cohen, Everitt 1969) and AC1 of two readers of the same cases."""
    n = np.asarray(first).size
    table = _table(checked.labels(first, classes, n), checked.labels(second, classes, n), classes)
    counts = np.eye(classes)[np.asarray(first)] + np.eye(classes)[np.asarray(second)]
    observed = wilson(int(np.trace(table) * n + 0.5), n, level)
    return Agreement(observed, _cohen(table, n, level), _ac1(counts, level))


def many_readers(reads: ArrayLike, classes: int, level: float = LEVEL) -> Agreement:
    """Fleiss' kappa and AC1. One row a case, one column a reader, -1 where the reader did not read the case.

    Intervals after Gwet (Handbook of inter-rater reliability, 2014): over cases, for these readers.
    """
    counts = _counts(reads, classes)
    pairs, of_pairs = _agreeing(counts)
    observed = _mean(pairs[of_pairs], level)
    return Agreement(observed, _fleiss(counts, level), _ac1(counts, level))


def _table(first: np.ndarray, second: np.ndarray, classes: int) -> Floats:
    if first.size == 0:
        raise Unfit("nobody was counted: n is 0")
    if classes < 2:
        raise Unfit("at least two classes needed")
    table = np.zeros((classes, classes))
    np.add.at(table, (first, second), 1.0)
    return np.asarray(table / first.size)


def _counts(reads: ArrayLike, classes: int) -> Floats:
    array = np.asarray(reads)
    if array.ndim != 2 or array.size == 0 or array.dtype.kind not in "iu":
        raise Unfit("reads: rows of cases, columns of readers, whole numbers expected")
    if classes < 2 or array.min() < MISSING or array.max() >= classes:
        raise Unfit(f"reads: outside 0 to {classes - 1} (or {MISSING} for no read)")
    counts = np.stack([(array == name).sum(axis=1) for name in range(classes)], axis=1).astype(np.float64)
    read = counts[counts.sum(axis=1) > 0]
    if not (read.sum(axis=1) >= 2).any():
        raise Unfit("no case was read twice")
    return np.asarray(read)


def _agreeing(counts: Floats) -> tuple[Floats, np.ndarray]:
    """Of each case the share of its pairs of reads that agree, and whether it has a pair at all."""
    readers = counts.sum(axis=1)
    twice = readers >= 2
    pairs = np.zeros(len(counts))
    pairs[twice] = (counts * (counts - 1)).sum(axis=1)[twice] / (readers * (readers - 1))[twice]
    return pairs, twice


def _mean(values: Floats, level: float) -> Figure:
    n = len(values)
    value = float(values.mean())
    if values.min() == values.max():
        instead = wilson(round(value * n), n, level)
        return Figure(value, min(instead.low, value), max(instead.high, value), n)
    half = _t(n, level) * float(values.std(ddof=1)) / n**0.5
    return Figure(value, max(0.0, value - half), min(1.0, value + half), n)


def _cohen(table: Floats, n: int, level: float) -> Figure | None:
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    observed, chance = float(np.trace(table)), float(rows @ columns)
    if chance >= 1:
        return None
    kappa = (observed - chance) / (1 - chance)
    margins = columns[:, None] + rows[None, :]  # of the class the row's reader did not name and the other did
    on = (np.diag(table) * (1 - np.diag(margins) * (1 - kappa)) ** 2).sum()
    off = (1 - kappa) ** 2 * ((table * margins**2).sum() - (np.diag(table) * np.diag(margins) ** 2).sum())
    variance = (on + off - (kappa - chance * (1 - kappa)) ** 2) / (n * (1 - chance) ** 2)
    if variance < FLAT:
        return _flat(observed, n, chance, level)
    half = float(ndtri((1 + level) / 2)) * float(variance) ** 0.5
    return Figure(kappa, max(-1.0, kappa - half), min(1.0, kappa + half), n)


def _fleiss(counts: Floats, level: float) -> Figure | None:
    used = (counts / counts.sum(axis=1, keepdims=True)).mean(axis=0)
    chance = float((used**2).sum())
    if chance >= 1 - 1e-12:
        return None
    by_case = counts @ used / counts.sum(axis=1)
    return _beyond_chance(counts, chance, by_case, level)


def _ac1(counts: Floats, level: float) -> Figure:
    used = (counts / counts.sum(axis=1, keepdims=True)).mean(axis=0)
    classes = len(used)
    chance = float((used * (1 - used)).sum() / (classes - 1))
    by_case = counts @ (1 - used) / counts.sum(axis=1) / (classes - 1)
    return _beyond_chance(counts, chance, by_case, level)


def _beyond_chance(counts: Floats, chance: float, chance_by_case: Floats, level: float) -> Figure:
    """Gwet's linearised variance: each case's own share in the coefficient, chance counted twice."""
    pairs, twice = _agreeing(counts)
    n, n_twice = len(counts), int(twice.sum())
    observed = float(pairs[twice].mean())
    value = (observed - chance) / (1 - chance)
    own = (n / n_twice) * (pairs - chance * twice) / (1 - chance)
    own = own - 2 * (1 - value) * (chance_by_case - chance) / (1 - chance)
    variance = float(((own - value) ** 2).sum()) / (n * max(n - 1, 1))
    if variance < FLAT:
        return _flat(observed, n_twice, chance, level)
    half = _t(n_twice, level) * variance**0.5
    return Figure(value, max(-1.0, value - half), min(1.0, value + half), n_twice)


def _flat(observed: float, n: int, chance: float, level: float) -> Figure:
    """Nobody has differed yet (or nobody agreed): the variance of 0 says nothing, so the exact interval speaks."""
    exact = clopper_pearson(round(observed * n), n, level)
    value, low, high = ((share - chance) / (1 - chance) for share in (observed, exact.low, exact.high))
    return Figure(value, max(-1.0, min(low, value)), min(1.0, max(high, value)), n)


def _t(n: int, level: float) -> float:
    return float(stdtrit(max(n - 1, 1), (1 + checked.share(level, "level")) / 2))
