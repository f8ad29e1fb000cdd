"""A chest from the side: one field of lung between breastbone and spine, the heart in front, ribs crossing."""

import numpy as np

from radiology.inference.generated.canvas import Canvas, Picture, step
from radiology.inference.generated.child import Child

_SPINE_X = 0.42


def lateral(canvas: Canvas, child: Child, dice: np.random.Generator) -> tuple[Picture, Picture]:
    """What is held back, and where the lungs are."""
    lung = _lungs(canvas, child)
    spine_x = _SPINE_X + 0.10 * (canvas.y + 0.2) ** 2
    held = 1.15 * _trunk(canvas) - 0.85 * lung + 0.20 * _ribs(canvas, child)
    held += 0.55 * canvas.ellipse(-0.20, 0.22, 0.26, 0.24, soft=0.06, turn=0.4)
    held += 0.22 * canvas.ellipse(0.02, -0.08, 0.09, 0.13, soft=0.08)
    held += _column(canvas, spine_x) - 0.16 * canvas.stroke([(-0.02, -1.0), (0.06, -0.2)], 0.03, sharp=3)
    held += 0.28 * canvas.tube([(-0.52, -0.55), (-0.60, 0.0), (-0.58, 0.35)], 0.03)
    held += 0.40 * step(canvas.y - child.diaphragm, 0.3) + 0.05 * canvas.clouds(dice, 0.1)
    return np.asarray(child.density * held, dtype=np.float32), lung


def _trunk(canvas: Canvas) -> Picture:
    arms = canvas.ellipse(-0.25, -0.95, 0.5, 0.32, soft=0.08, turn=-0.5)
    return np.maximum(canvas.ellipse(0.0, 0.25, 0.78, 1.25, soft=0.06, power=2.8), arms)


def _lungs(canvas: Canvas, child: Child) -> Picture:
    field = canvas.ellipse(0.0, -0.02, 0.54, 0.72, soft=0.05, power=2.4, turn=-0.08)
    dome = child.diaphragm - 0.12 + 0.55 * np.clip(canvas.x + 0.15, -1, 1) ** 2
    return field * step(dome - canvas.y, 0.05)


def _ribs(canvas: Canvas, child: Child) -> Picture:
    ribs = np.zeros_like(canvas.x)
    along = np.linspace(0, 1, 12)
    for root in np.linspace(child.lung_top, child.diaphragm + 0.1, child.rib_pairs):
        path = np.c_[_SPINE_X + 0.05 - 0.95 * along, root + 0.35 * along**1.3 - 0.05 * np.sin(along * np.pi)]
        ribs += 0.7 * canvas.tube(path, 0.022) + 0.4 * canvas.stroke(path + np.array([0.02, 0.03]), 0.022)
    return ribs


def _column(canvas: Canvas, middle: Picture) -> Picture:
    blocks = 0.6 + 0.4 * np.cos((canvas.y + 1) * np.pi * 13)
    return np.asarray(0.42 * np.exp(-(((canvas.x - middle) / 0.095) ** 4)) * blocks, dtype=np.float32)
