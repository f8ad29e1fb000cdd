"""Does something on the picture look like written lines? A guess that costs little; reading them is OCR's work.

Letters are small marks with hard edges, much brighter or darker than what is around them, of one height, side by side.
Ribs are too large for it, wires too long, and L or R stand alone.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import find_objects, label, uniform_filter

from radiology.inference.film import Film
from radiology.inference.shrinking import shrunk

_LONGEST = 640
_AROUND = 13  # pixels that a letter is compared with
_CONTRAST = 0.22  # of the film's range
_LOWEST, _HIGHEST, _WIDEST = 5, 32, 44
_FEWEST_IN_A_LINE = 4
_MOST_MARKS = 4000  # more is a pattern, not a text

Marks = NDArray[np.float64]  # rows of top, bottom, left, right


@dataclass(frozen=True)
class Lettering:
    letters: int
    lines: int


def lettering(film: Film) -> Lettering:
    picture = _picture(film)
    around = uniform_filter(picture, _AROUND)
    bright, dark = (_lines(_marks(sign * (picture - around) > _CONTRAST)) for sign in (1, -1))
    lines = max(bright, dark, key=sum)  # not both: what lies between bright letters looks like dark ones
    return Lettering(sum(lines), len(lines))


def _picture(film: Film) -> NDArray[np.float32]:
    scale = min(1.0, _LONGEST / max(film.shape))
    grey = film.grey if scale == 1 else shrunk(film.grey, *(max(1, round(side * scale)) for side in film.shape))
    low, high = np.percentile(grey[::4, ::4], (1, 99))
    return np.asarray(np.clip((grey - np.float32(low)) / max(float(high - low), 1.0), 0, 1), dtype=np.float32)


def _marks(bright: NDArray[np.bool_]) -> Marks:
    labels, count = label(bright)
    if count > _MOST_MARKS:
        return np.zeros((0, 4))
    boxes = np.array([(r.start, r.stop, c.start, c.stop) for r, c in find_objects(labels)], dtype=float).reshape(-1, 4)
    high, wide = boxes[:, 1] - boxes[:, 0], boxes[:, 3] - boxes[:, 2]
    filled = np.bincount(labels.reshape(-1), minlength=count + 1)[1:] / np.maximum(high * wide, 1)
    fits = (high >= _LOWEST) & (high <= _HIGHEST) & (wide <= np.minimum(_WIDEST, 1.6 * high)) & (filled > 0.18)
    return np.asarray(boxes[fits])


def _lines(marks: Marks) -> list[int]:
    """How many letters each line has: neighbours to the right that stand as high and close."""
    marks = marks[np.argsort(marks[:, 2])]
    lines = []
    free = np.ones(len(marks), dtype=bool)
    for start in range(len(marks)):
        if free[start]:
            line = _line_from(start, marks, free)
            if len(line) >= _FEWEST_IN_A_LINE and _is_even(marks[line]):
                free[line] = False
                lines.append(len(line))
    return lines


def _line_from(start: int, marks: Marks, free: NDArray[np.bool_]) -> list[int]:
    line = [start]
    while (following := _next(line[-1], marks, free)) is not None:
        line.append(following)
    return line


def _next(at: int, marks: Marks, free: NDArray[np.bool_]) -> int | None:
    top, bottom, _, right = marks[at]
    high = bottom - top
    heights = marks[:, 1] - marks[:, 0]
    fits = (
        free
        & (abs(heights - high) <= 0.35 * high + 1)
        & (abs(marks[:, 1] - bottom) <= 0.25 * high + 1)
        & (marks[:, 2] >= right - 1)
        & (marks[:, 2] <= right + 1.3 * high)
    )
    found = np.flatnonzero(fits[at + 1 :])  # only ever onwards, so that a line ends
    return at + 1 + int(found[0]) if len(found) else None


def _is_even(line: Marks) -> bool:
    """Letters of one line end at one height; ribs and wires that happen to lie side by side do not."""
    high = (line[:, 1] - line[:, 0]).mean()
    return bool(line[:, 1].std() <= 0.18 * high + 0.5)
