"""How films reach a gate: turned, inverted, cut, squashed, dark, flat. Each change tells what the net should answer."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from radiology.inference.gate import answers

TILT_DEGREES = 12.0  # a patient who lies a little askew is not a turned film
_TILTED_DEGREES = (28.0, 62.0)
_CUT_FROM_ONE_SIDE, _CUT_BOTH_WAYS = (0.28, 0.6), (0.32, 0.66)
_NOT_CUT, _AROUND = 0.06, 0.14
_STRETCH = 0.16


@dataclass(frozen=True)
class Wanted:
    """What the net should say; turns, inverted and cropped are asked of frontal films only."""

    kinds: Any
    turns: Any
    inverted: Any
    cropped: Any


@dataclass(frozen=True)
class Changes:
    turns: np.ndarray
    inverted: np.ndarray
    cropped: np.ndarray

    @classmethod
    def by(cls, dice: np.random.Generator, count: int) -> "Changes":
        turns = dice.choice(answers.TURNS, count, p=(0.56, 0.12, 0.12, 0.12, 0.08))
        inverted = dice.random(count) < 0.2
        return cls(turns, inverted, dice.random(count) < 0.25)

    @classmethod
    def none(cls, count: int) -> "Changes":
        return cls(np.zeros(count, int), np.zeros(count, bool), np.zeros(count, bool))


def changed(squares: np.ndarray, changes: Changes, dice: np.random.Generator) -> Any:
    """Films (n, 128, 128) of 8 bits as the net sees them: (n, 1, 64, 64), 0 to 1."""
    films = torch.from_numpy(squares).float()[:, None] / 255
    films = _placed(films, changes, dice)
    films = _turned(films, changes.turns)
    films = _lit(films, dice)
    flipped = torch.from_numpy(changes.inverted)[:, None, None, None]
    return stretched(torch.where(flipped, 1 - films, films))


def stretched(films: Any) -> Any:
    """As `radiology.inference.gate.looking` does it in numpy."""
    ordered = films[..., ::2, ::2].flatten(1).sort(dim=1).values  # a quarter of them tell the same percentiles
    low, high = (_percentile(ordered, at) for at in (answers.DARKEST_PERCENT, answers.BRIGHTEST_PERCENT))
    span = (high - low).clamp_min(1e-6)
    return ((films - low[:, None, None, None]) / span[:, None, None, None]).clamp(0, 1)


def _percentile(ordered: Any, percent: float) -> Any:
    at = percent / 100 * (ordered.shape[1] - 1)
    low = int(at)
    return ordered[:, low] + (at - low) * (ordered[:, low + 1] - ordered[:, low])


def _placed(films: Any, changes: Changes, dice: np.random.Generator) -> Any:
    """Window, tilt, stretch and mirror in one resampling; what lies outside has one grey."""
    count = len(films)
    windows = np.where(changes.cropped[:, None], _cut(dice, count), _whole(dice, count))
    tilts = np.deg2rad(np.clip(dice.normal(0, 4, count), -TILT_DEGREES, TILT_DEGREES))
    slanted = np.deg2rad(dice.uniform(*_TILTED_DEGREES, count)) * dice.choice([-1, 1], count)
    tilts = np.where(changes.turns == answers.TILTED, slanted, tilts)
    mirror, stretch = dice.choice([-1.0, 1.0], count), np.exp(dice.uniform(-_STRETCH, _STRETCH, count))
    wide, high = windows[:, 2] * mirror, windows[:, 3]
    theta = np.zeros((count, 2, 3), dtype=np.float32)
    theta[:, 0] = np.c_[wide * np.cos(tilts), -wide * np.sin(tilts) * stretch, windows[:, 0]]
    theta[:, 1] = np.c_[high * np.sin(tilts) / stretch, high * np.cos(tilts), windows[:, 1]]
    seen = [count, 1, answers.SIDE, answers.SIDE]
    grid = functional.affine_grid(torch.from_numpy(theta), seen, align_corners=False)
    outside = torch.from_numpy(_surround(dice, count))[:, None, None, None]
    return functional.grid_sample(films - outside, grid, padding_mode="zeros", align_corners=False) + outside


def _surround(dice: np.random.Generator, count: int) -> np.ndarray:
    greys = np.where(dice.random(count) < 0.8, dice.uniform(0, 0.1, count), dice.random(count))
    return np.asarray(greys, dtype=np.float32)


def _whole(dice: np.random.Generator, count: int) -> np.ndarray:
    """Centre and half widths of a window that leaves nearly all, or shows some of what is around."""
    edges = dice.uniform(-_AROUND, _NOT_CUT, (count, 4)) * (dice.random((count, 1)) < 0.7)
    return _window(edges * 2)


def _cut(dice: np.random.Generator, count: int) -> np.ndarray:
    """Some have lost one side, others all but a part."""
    edges = np.zeros((count, 4))
    side = dice.integers(0, 4, count)
    edges[np.arange(count), side] = dice.uniform(*_CUT_FROM_ONE_SIDE, count)
    kept = dice.uniform(*_CUT_BOTH_WAYS, (count, 2))
    start = dice.random((count, 2)) * (1 - kept)
    both = np.c_[start[:, 0], 1 - start[:, 0] - kept[:, 0], start[:, 1], 1 - start[:, 1] - kept[:, 1]]
    return _window(2 * np.where(dice.random((count, 1)) < 0.45, edges, both))


def _window(edges: np.ndarray) -> np.ndarray:
    """From what is taken off left, right, top and bottom, in the units of a square of -1 to 1."""
    left, right, top, bottom = edges.T
    return np.asarray(np.c_[(left - right) / 2, (top - bottom) / 2, 1 - (left + right) / 2, 1 - (top + bottom) / 2])


def _turned(films: Any, turns: np.ndarray) -> Any:
    turned = films.clone()
    for quarter in (1, 2, 3):
        chosen = torch.from_numpy(turns == quarter)
        turned[chosen] = torch.rot90(films[chosen], quarter, (2, 3))
    return turned


def _lit(films: Any, dice: np.random.Generator) -> Any:
    count = len(films)
    gamma, low = np.exp(dice.uniform(-0.6, 0.6, count)), dice.uniform(-0.02, 0.07, count)
    high = 1 - dice.uniform(-0.02, 0.12, count)
    darker, lower, upper = (
        torch.from_numpy(values.astype(np.float32))[:, None, None, None] for values in (gamma, low, high)
    )
    lit = ((films - lower) / (upper - lower)).clamp(0, 1) ** darker
    blurred = functional.avg_pool2d(functional.pad(lit, (1, 1, 1, 1), mode="replicate"), 3, 1)
    soft = torch.from_numpy((dice.random(count) < 0.25).astype(np.float32))[:, None, None, None]
    grain = torch.from_numpy(dice.standard_normal(films.shape, dtype=np.float32))
    noise = torch.from_numpy(dice.uniform(0, 0.02, count).astype(np.float32))[:, None, None, None]
    return lit + soft * (blurred - lit) + noise * grain * float(dice.random() < 0.6)
