"""Input is looked at once, at the door: what cannot be judged is refused with a sentence, never repaired."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Json = dict[str, Any]

SUM_TOLERANCE = 1e-6  # float32 softmax of a dozen classes stays well below


class Unfit(ValueError):
    """These numbers cannot be judged; the sentence says why."""


def finite(values: ArrayLike, name: str, dimensions: int) -> Floats:
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != dimensions:
        raise Unfit(f"{name}: {dimensions} dimension(s) expected, {array.ndim} given")
    if array.size == 0:
        raise Unfit(f"{name}: nothing given")
    if not np.isfinite(array).all():
        raise Unfit(f"{name}: not all are finite numbers")
    return array


def probabilities(values: ArrayLike) -> Floats:
    """Rows of class probabilities, each row summing to 1."""
    array = finite(values, "probabilities", 2)
    if array.shape[1] < 2:
        raise Unfit("probabilities: at least two classes needed")
    if array.min() < 0 or array.max() > 1 + SUM_TOLERANCE:
        raise Unfit("probabilities: outside 0 to 1")
    if np.abs(array.sum(axis=1) - 1).max() > SUM_TOLERANCE:
        raise Unfit("probabilities: a row does not sum to 1")
    return array


def labels(values: ArrayLike, classes: int, n: int) -> Ints:
    array = np.asarray(values)
    if array.shape != (n,):
        raise Unfit(f"labels: {n} expected, shape {array.shape} given")
    if array.dtype.kind not in "iu":
        raise Unfit("labels: whole numbers expected")
    if n and (array.min() < 0 or array.max() >= classes):
        raise Unfit(f"labels: outside 0 to {classes - 1}")
    return array.astype(np.int64)


def flags(values: ArrayLike, n: int | None = None, name: str = "flags") -> Bools:
    """True or false for each of `n`."""
    array = np.asarray(values)
    if array.ndim != 1 or array.size == 0 or (n is not None and array.size != n):
        raise Unfit(f"{name}: one true or false for each of {n or 'at least one'} expected")
    if array.dtype.kind not in "biu" or not np.isin(array, (0, 1)).all():
        raise Unfit(f"{name}: only true and false expected")
    return array.astype(np.bool_)


def share(value: float, name: str) -> float:
    """A number strictly between 0 and 1."""
    if not 0 < value < 1:
        raise Unfit(f"{name}: {value} is not between 0 and 1")
    return float(value)


def counts(successes: int, n: int) -> None:
    if n <= 0:
        raise Unfit("nobody was counted: n is 0")
    if not 0 <= successes <= n:
        raise Unfit(f"{successes} of {n} is not a count")
