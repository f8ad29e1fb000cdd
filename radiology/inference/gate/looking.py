"""What can be measured of a picture without having learned anything."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from radiology.inference.film import Film
from radiology.inference.gate import answers
from radiology.inference.shrinking import Small, shrunk

_LOOKED_AT = 512  # pixels a side
_RARE = 1 / 4000  # of all pixels: a level that fewer have is a scratch or the ringing of a JPEG


@dataclass(frozen=True)
class Look:
    contrast: float  # between the dark and the bright parts, in 256ths of what the film could hold
    grain: float  # what neighbours differ by, in the same unit
    levels: int


def look(film: Film) -> Look:
    unit = 2**film.bits / 256
    sample = _sample(film.grey)
    small = shrunk(film.grey, answers.SIDE, answers.SIDE)
    low, high = np.percentile(small, (2, 98))
    return Look(float(high - low) / unit, _grain(sample) / unit, _levels(sample))


def square(film: Film) -> Small:
    """What the net sees: all of the picture, between its own dark and bright, from 0 to 1."""
    small = shrunk(film.grey, answers.SIDE, answers.SIDE)
    if film.window is not None:
        centre, width = film.window
        small = np.clip(small, centre - width / 2, centre + width / 2)
    low, high = np.percentile(small, (answers.DARKEST_PERCENT, answers.BRIGHTEST_PERCENT))
    return np.asarray(np.clip((small - low) / max(float(high - low), 1e-6), 0, 1), dtype=np.float32)


def _sample(grey: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """Every so manieth pixel as it is: means would make levels that nobody stored."""
    return grey[:: max(1, grey.shape[0] // _LOOKED_AT), :: max(1, grey.shape[1] // _LOOKED_AT)]


def _grain(sample: NDArray[np.uint16]) -> float:
    """Of every second difference, so that slopes count nothing."""
    rows = sample.astype(np.float32)
    return float(np.abs(rows[:, 2:] - 2 * rows[:, 1:-1] + rows[:, :-2]).mean()) / 2


def _levels(sample: NDArray[np.uint16]) -> int:
    """Of 16-bit films the spread is what counts: each of their levels has few pixels."""
    counts = np.bincount(sample.reshape(-1))
    if len(counts) > 256:
        return int((counts > 0).sum())
    return int((counts > sample.size * _RARE).sum())
