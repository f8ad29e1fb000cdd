"""Is a map an explanation? Two tests, run behind the answer; a map that fails one is not shown as an explanation.

*Deletion*: the film is blurred where the map points, more and more of it. The answer must fall faster than with each of
20 random maps that are as coarse and as smooth: by chance that happens once in 21 times. *Learning*: nets with random
weights must give another map; one that looks alike shows the film, not what was learned.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from scipy.stats import spearmanr

from radiology.inference import engine, maps, members
from radiology.inference.engine import ChestPair, Reading
from radiology.inference.film import Film
from radiology.inference.findings import FINDINGS
from radiology.inference.framing import Frame
from radiology.inference.maps import FilmMap, Grid
from radiology.inference.members import Runner

RANDOM_MAPS = 20
DELETED = (0.1, 0.2, 0.3, 0.4)  # of the film
PASSES = (RANDOM_MAPS + 1) * len(DELETED)
TOO_ALIKE = 0.5
EMPTY, CHANCE, UNLEARNED = "empty", "no_better_than_chance", "same_without_learning"
_BLUR = 1 / 8  # of the film's side: no structure of a lung is left
_TIE = 1e-6
_SEED_OF_CHANCE = 20_260_101


@dataclass(frozen=True)
class MapCheck:
    reason: str  # why it is no explanation, or nothing
    deletion: float  # mean probability of the answer while the film is deleted by the map: the lower, the better
    by_chance: tuple[float, ...]  # the same for random maps
    correlation: float  # rank correlation with the map of nets that learned nothing
    passes: int
    off_lung: float | None = None  # share of the map outside the lungs, where they are known

    @property
    def is_explanation(self) -> bool:
        return not self.reason

    @property
    def beaten(self) -> int:
        return sum(self.deletion < score for score in self.by_chance)

    @property
    def p(self) -> float:
        """The chance that a map that points nowhere does as well."""
        return (1 + len(self.by_chance) - self.beaten) / (1 + len(self.by_chance))


def check(
    pair: ChestPair, film: Film | Frame, reading: Reading, *, lungs: NDArray[np.bool_] | None = None, seed: int = 0
) -> MapCheck:
    """Of the map in `reading`, which is of this film."""
    if reading.map is None:
        raise ValueError("the reading has no map")
    off_lung = maps.share_outside(reading.map.values, lungs) if lungs is not None else None
    if reading.map.is_empty:
        return MapCheck(EMPTY, float("nan"), (), float("nan"), 0, off_lung)
    square, finding_at = engine.square_of(film), FINDINGS.index(reading.prediction)
    own, *chance = deletion_scores(pair, square, finding_at, reading.map.values, seed)
    alike = likeness(reading.map, _of_chance(pair, square, finding_at))
    return MapCheck(_reason(own, chance, alike), own, tuple(chance), alike, PASSES, off_lung)


def deletion_scores(pair: ChestPair, square: Any, finding_at: int, grid: Grid, seed: int) -> list[float]:
    """First the map's own, then those of the random maps."""
    dice = np.random.default_rng(seed)
    grids = [grid, *(dice.random(grid.shape, dtype=np.float32) for _ in range(RANDOM_MAPS))]
    without = _blurred(square)
    return [_deletion(pair, square, without, finding_at, _order(each, square.shape[-2:], dice)) for each in grids]


def likeness(one: FilmMap, other: FilmMap) -> float:
    """A map without any difference in it is like nothing."""
    mine, theirs = one.values, maps.spread(other.values, *one.values.shape)
    if np.ptp(mine) == 0 or np.ptp(theirs) == 0:
        return 0.0
    return float(spearmanr(mine.ravel(), theirs.ravel()).statistic)


def _reason(own: float, chance: Iterable[float], alike: float) -> str:
    if any(own >= score for score in chance):
        return CHANCE
    return UNLEARNED if alike >= TOO_ALIKE else ""


def _deletion(pair: ChestPair, square: Any, without: Any, finding_at: int, order: NDArray[np.int64]) -> float:
    """`order` says for each pixel how many are deleted before it."""
    rank = torch.from_numpy(order)[None, None]
    squares = [torch.where(rank < share * order.size, without, square) for share in DELETED]
    return float(pair.sure(torch.cat(squares))[:, finding_at].mean())


def _order(grid: Grid, shape: tuple[int, int], dice: np.random.Generator) -> NDArray[np.int64]:
    """The pixels the map points to come first; where it says nothing, a smooth pattern of chance decides."""
    ties = maps.spread(dice.random(grid.shape, dtype=np.float32), *shape)
    whole = maps.spread(grid, *shape).astype(np.float64) + _TIE * ties
    order = np.empty(whole.size, dtype=np.int64)
    order[np.argsort(-whole.ravel(), kind="stable")] = np.arange(whole.size)
    return order.reshape(shape)


def _blurred(square: Any) -> Any:
    return torch.from_numpy(gaussian_filter(square.numpy(), (0, 0, *[_BLUR * side for side in square.shape[-2:]])))


def _of_chance(pair: ChestPair, square: Any, finding_at: int) -> FilmMap:
    """What both nets show before they learned anything; one after the other, since each takes its room."""
    grids = {runner.name: _grid_of_chance(runner, square, finding_at) for runner in pair.runners}
    return maps.mixed(grids, engine.shares(pair.runners))


def _grid_of_chance(runner: Runner, square: Any, finding_at: int) -> Grid:
    unlearned = members.chance_runner(runner, _SEED_OF_CHANCE)
    return unlearned.map_of(unlearned.see(square), finding_at)
