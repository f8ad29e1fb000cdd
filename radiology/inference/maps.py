"""Where in a film an answer comes from: a coarse grid of shares, from the film's top left corner."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Grid = NDArray[np.float32]


@dataclass(frozen=True)
class FilmMap:
    """`values` is of the pair, from 0 to 1; `members` says where each net looked, from 0 to 1 too."""

    values: Grid
    members: Mapping[str, Grid] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Nothing in the film spoke for the answer: it was given for lack of anything else."""
        return not bool(self.values.any())


def mixed(members: Mapping[str, Grid], shares: Mapping[str, float]) -> FilmMap:
    """Each member's map counts with the member's share; their own scales mean nothing to each other."""
    peaked = {name: _peaked(grid) for name, grid in members.items()}
    rows = max(grid.shape[0] for grid in peaked.values())
    columns = max(grid.shape[1] for grid in peaked.values())
    spread_out = {name: spread(grid, rows, columns) for name, grid in peaked.items()}
    together = np.zeros((rows, columns), dtype=np.float32)
    for name, grid in spread_out.items():
        together += np.float32(shares[name]) * grid
    return FilmMap(_peaked(together), peaked)


def spread(grid: Grid, rows: int, columns: int) -> Grid:
    """Over as many pixels, with even passages between the cells."""
    if grid.shape == (rows, columns):
        return grid
    picture = Image.fromarray(grid.astype(np.float32)).resize((columns, rows), Image.Resampling.BILINEAR)
    return np.asarray(picture, dtype=np.float32)


def share_outside(grid: Grid, inside: NDArray[np.bool_]) -> float:
    """How much of the map lies outside, such as off the lungs."""
    whole = spread(grid, *inside.shape)
    total = float(whole.sum())
    return float(whole[~inside].sum()) / total if total else 0.0


def _peaked(grid: Grid) -> Grid:
    peak = float(grid.max())
    return np.asarray(grid / peak if peak > 0 else np.zeros_like(grid), dtype=np.float32)
