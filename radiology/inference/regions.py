"""The strongest part of a map as a box, in shares of the film."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_STRONG = 0.5  # of the peak


@dataclass(frozen=True)
class Region:
    left: float
    top: float
    width: float
    height: float
    share: float  # of the whole map


def hottest(values: NDArray[np.float32]) -> Region:
    """Around every cell of at least half the peak."""
    rows, columns = values.shape
    strong = np.argwhere(values >= _STRONG * values.max())
    (top, left), (bottom, right) = strong.min(axis=0), strong.max(axis=0) + 1
    inside = float(values[top:bottom, left:right].sum())
    return Region(
        left=left / columns, top=top / rows, width=(right - left) / columns, height=(bottom - top) / rows,
        share=inside / float(values.sum()),
    )  # fmt: skip
