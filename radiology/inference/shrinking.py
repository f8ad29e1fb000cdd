"""Any picture as a small one: each new pixel is the mean of the old ones that it covers."""

import numpy as np
from numpy.typing import NDArray

Small = NDArray[np.float32]
_ENOUGH = 4  # old pixels for a new one, each way: of more, only some are looked at


def shrunk(grey: NDArray, rows: int, columns: int) -> Small:
    """Also of a picture that is smaller than what is asked for: then its pixels are repeated."""
    grey = grey[:: max(1, grey.shape[0] // (_ENOUGH * rows)), :: max(1, grey.shape[1] // (_ENOUGH * columns))]
    return _averaged(_averaged(grey.astype(np.float32), rows).T, columns).T


def _averaged(picture: Small, rows: int) -> Small:
    edges = np.arange(rows + 1) * len(picture) // rows
    starts, ends = edges[:-1], np.maximum(edges[1:], edges[:-1] + 1)
    if len(picture) <= rows:
        return picture[starts]
    sums = np.add.reduceat(picture, starts, axis=0)
    return np.asarray(sums / (ends - starts)[:, None], dtype=np.float32)
