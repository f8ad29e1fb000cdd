"""What can be seen in drawn lungs, added to what the chest holds back, with the place where it was put."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from radiology.inference.generated.canvas import Canvas, Picture, step
from radiology.inference.generated.chest import SIDES, Chest
from radiology.inference.generated.child import Child

_SEEN = 0.35  # of an opacity's strength: from here on a place counts as inside it


@dataclass(frozen=True)
class Finding:
    name: str
    added: Picture
    inside: np.ndarray

    @classmethod
    def of(cls, name: str, added: Picture) -> "Finding":
        return cls(name, added, added > _SEEN * max(float(added.max()), 1e-6))


Draw = Callable[[Canvas, Child, Chest, np.random.Generator], tuple[Finding, ...]]


def consolidation(side: int) -> Draw:
    """One dense patch in one lung, with a ragged edge and branching air inside: as bacteria often make it."""

    def draw(canvas: Canvas, child: Child, chest: Chest, dice: np.random.Generator) -> tuple[Finding, ...]:
        x, y = side * float(dice.uniform(0.30, 0.42)), float(dice.uniform(-0.32, 0.30))
        wide, high = float(dice.uniform(0.15, 0.22)), float(dice.uniform(0.14, 0.22))
        ragged = 0.045 * canvas.clouds(dice, 0.035)
        patch = canvas.ellipse(x, y, wide, high, soft=0.14, turn=float(dice.uniform(-0.5, 0.5)))
        patch = patch * np.clip(1 + 0.9 * canvas.clouds(dice, 0.05) * (1 - patch) + ragged, 0.2, 1.6)
        airways = np.maximum.reduce([_airway(canvas, side, x, y, dice) for _ in range(3)])
        strength = float(dice.uniform(0.50, 0.66))
        return (Finding.of("consolidation", strength * patch * (1 - 0.28 * airways) * chest.lungs[side]),)

    return draw


def perihilar(canvas: Canvas, child: Child, chest: Chest, dice: np.random.Generator) -> tuple[Finding, ...]:
    """Streaks and haze around both hila, thinning outwards: as viruses often make it."""
    strength = float(dice.uniform(0.20, 0.28))
    return tuple(
        Finding.of("perihilar pattern", strength * _streaks(canvas, side, dice) * chest.lungs[side]) for side in SIDES
    )


def effusion(side: int) -> Draw:
    """Fluid that climbs the wall."""

    def draw(canvas: Canvas, child: Child, chest: Chest, dice: np.random.Generator) -> tuple[Finding, ...]:
        level = child.diaphragm - float(dice.uniform(0.12, 0.25))
        surface = level - 0.28 * np.clip((side * canvas.x - 0.30) / 0.3, 0, 1) ** 2
        return (Finding.of("effusion", 0.75 * step(canvas.y - surface, 0.07) * chest.lungs[side]),)

    return draw


def nothing(canvas: Canvas, child: Child, chest: Chest, dice: np.random.Generator) -> tuple[Finding, ...]:
    return ()


def _airway(canvas: Canvas, side: int, x: float, y: float, dice: np.random.Generator) -> Picture:
    start = np.array([side * 0.17, 0.02])
    end = np.array([x, y]) + dice.normal(0, 0.07, 2)
    return canvas.stroke([start, (start + end) / 2 + dice.normal(0, 0.02, 2), end], 0.009, sharp=2)


def _streaks(canvas: Canvas, side: int, dice: np.random.Generator) -> Picture:
    distance = np.hypot(canvas.x - side * 0.16, 0.75 * (canvas.y - 0.02))
    near = np.exp(-((distance / 0.30) ** 2))
    lines = np.zeros_like(canvas.x)
    for angle in np.linspace(-1.4, 1.4, 15) + dice.normal(0, 0.06, 15):
        bends = np.cumsum(dice.normal(0, 0.10, 6))
        steps = np.c_[side * np.cos(angle + bends), np.sin(angle + bends)] * 0.065
        path = np.cumsum(np.r_[[[side * 0.13, 0.0]], steps], axis=0)
        np.maximum(lines, canvas.stroke(path, 0.013, sharp=2), out=lines)
    reticle = np.clip(canvas.clouds(dice, 0.012), 0, 2)
    return np.asarray(near * (0.55 + 0.85 * lines + 0.45 * reticle), dtype=np.float32)
