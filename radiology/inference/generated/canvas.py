"""Shapes as soft masks on a square of -1 to 1; y grows downwards, as on the screen."""

import itertools
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.ndimage import gaussian_filter

Picture = NDArray[np.float32]
_REACH = 3.0  # a stroke is drawn as far out as it has any weight, in its widths


@dataclass(frozen=True)
class Canvas:
    x: Picture
    y: Picture

    @classmethod
    def of(cls, rows: int, columns: int) -> Self:
        y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
        return cls((2 * x + 1) / columns - 1, (2 * y + 1) / rows - 1)

    @property
    def pixels_per_unit(self) -> float:
        return len(self.x) / 2

    def ellipse(
        self, x: float, y: float, wide: float, high: float, *, soft: float, turn: float = 0.0, power: float = 2.0
    ) -> Picture:
        cosine, sine = np.cos(turn), np.sin(turn)
        across = ((self.x - x) * cosine + (self.y - y) * sine) / wide
        down = ((self.y - y) * cosine - (self.x - x) * sine) / high
        radius = (np.abs(across) ** power + np.abs(down) ** power) ** (1 / power)
        return step((1 - radius) * min(wide, high), soft)

    def stroke(self, points: ArrayLike, width: float, *, sharp: float = 4.0) -> Picture:
        """A line of this half width; the higher `sharp`, the more it has edges and the less it fades."""
        drawn = np.zeros_like(self.x)
        path = np.asarray(points, dtype=np.float32)
        for start, end in itertools.pairwise(path):
            self._segment(drawn, start, end, width, sharp)
        return drawn

    def tube(self, points: ArrayLike, width: float) -> Picture:
        """A bone: its wall is denser than its inside."""
        wall = 0.3 * width
        outside, inside = self.stroke(points, width), self.stroke(points, width - wall)
        return picture(1.15 * outside - 0.45 * inside)

    def blurred(self, sharp: Picture, width: float) -> Picture:
        return picture(gaussian_filter(sharp, width * self.pixels_per_unit))

    def clouds(self, dice: np.random.Generator, width: float) -> Picture:
        """Noise of this grain, with mean 0 and deviation 1."""
        cloud = self.blurred(dice.standard_normal(self.x.shape, dtype=np.float32), width)
        return picture((cloud - cloud.mean()) / cloud.std())

    def _segment(self, drawn: Picture, start: NDArray, end: NDArray, width: float, sharp: float) -> None:
        box = self._box(np.minimum(start, end) - _REACH * width, np.maximum(start, end) + _REACH * width)
        x, y = self.x[box] - start[0], self.y[box] - start[1]
        along = end - start
        share = np.clip((x * along[0] + y * along[1]) / max(float(along @ along), 1e-9), 0, 1)
        distance = np.hypot(x - share * along[0], y - share * along[1])
        np.maximum(drawn[box], np.exp(-((distance / width) ** sharp)), out=drawn[box])

    def _box(self, low: NDArray, high: NDArray) -> tuple[slice, slice]:
        rows, columns = self.x.shape
        return _span(low[1], high[1], rows), _span(low[0], high[0], columns)


def picture(values: ArrayLike) -> Picture:
    return np.asarray(values, dtype=np.float32)


def step(inside: NDArray, soft: float) -> Picture:
    """From 0 to 1 where `inside` passes 0, over a distance of about `soft`."""
    return picture(1 / (1 + np.exp(np.clip(-inside / (soft / 4), -40, 40))))


def _span(low: float, high: float, pixels: int) -> slice:
    first, last = ((place + 1) / 2 * pixels for place in (low, high))
    return slice(min(max(int(first), 0), pixels), min(max(int(last) + 1, 0), pixels))
