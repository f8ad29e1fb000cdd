"""A frontal chest as a map of how much of the beam each place holds back, put together from soft shapes."""

from dataclasses import dataclass

import numpy as np

from radiology.inference.generated.canvas import Canvas, Picture, picture, step
from radiology.inference.generated.child import Child

SIDES = (-1, 1)  # the right lung stands on the left of the picture
_MEDIAL, _APEX, _APEX_HALF = 0.085, 0.22, 0.08
_VERTEBRAE = 15


@dataclass(frozen=True)
class Chest:
    attenuation: Picture
    lungs: dict[int, Picture]  # by side, soft

    @property
    def lung(self) -> Picture:
        return np.maximum(*self.lungs.values())


def frontal(canvas: Canvas, child: Child, dice: np.random.Generator) -> Chest:
    lungs = {side: _lung(canvas, child, side) for side in SIDES}
    air = np.maximum(lungs[-1], lungs[1])
    held = _body(canvas, child) - 1.0 * air + _middle(canvas, child)
    for side in SIDES:
        held += _hilum(canvas, side) + 0.75 * lungs[side] * _vessels(canvas, side, dice)
        held += _ribs(canvas, child, side) + _shoulder(canvas, child, side)
    held += _spine(canvas) + _belly(canvas, child) + 0.016 * canvas.clouds(dice, 0.006) * air
    held *= 1 + 0.03 * canvas.clouds(dice, 0.12)
    return Chest(picture(child.density * held), lungs)


def height_in_lung(y: Picture, child: Child) -> Picture:
    return picture(np.clip((y - child.lung_top) / (child.diaphragm - child.lung_top), 0, 1.2))


def lateral_border(y: Picture, child: Child) -> Picture:
    rise = 1 - np.clip(1 - height_in_lung(y, child), 0, 1) ** 2.6
    start = _APEX + _APEX_HALF
    return picture(start + (child.lung_width - start) * np.sqrt(rise))


def _lung(canvas: Canvas, child: Child, side: int) -> Picture:
    x, y = side * canvas.x, canvas.y
    rise = 1 - np.clip(1 - height_in_lung(y, child), 0, 1) ** 4
    start = _APEX - _APEX_HALF
    medial = start - (start - _MEDIAL) * np.sqrt(rise)
    top = child.lung_top + 1.6 * (x - _APEX) ** 2
    inside = np.minimum.reduce([x - medial, lateral_border(y, child) - x, y - top, _dome(x, child, side) - y])
    return step(inside, 0.035)


def _dome(x: Picture, child: Child, side: int) -> Picture:
    """The right one stands higher, and both fall away towards the ribs."""
    top = child.diaphragm - (0.06 if side < 0 else 0.0)
    outwards, inwards = np.clip((x - 0.27) / 0.40, 0, 1.3), np.clip((0.27 - x) / 0.40, 0, 1)
    return picture(top + 0.40 * outwards**2.6 + 0.07 * inwards**2)


def _body(canvas: Canvas, child: Child) -> Picture:
    trunk = canvas.ellipse(0, 0.45, child.lung_width + 0.19, 1.35, soft=0.05, power=3.2)
    shoulders = canvas.ellipse(0, -0.62, 0.92, 0.30, soft=0.08, power=2.6)
    neck = canvas.ellipse(0, -1.05, 0.24, 0.55, soft=0.06)
    arms = [_arm(canvas, child, side) for side in SIDES]
    whole = np.maximum.reduce([trunk, shoulders, neck, *arms])
    thick = canvas.ellipse(0, 0.25, child.lung_width + 0.05, 1.1, soft=0.35)
    return picture(1.05 * canvas.blurred(whole, 0.015) + 0.30 * thick)


def _arm(canvas: Canvas, child: Child, side: int) -> Picture:
    if child.arms_up:
        return canvas.ellipse(side * 0.80, -0.86, 0.17, 0.45, soft=0.05, turn=side * 0.35)
    return canvas.ellipse(side * 0.97, 0.15, 0.13, 0.95, soft=0.05, turn=-side * 0.08, power=2.4)


def _middle(canvas: Canvas, child: Child) -> Picture:
    """Great vessels, heart with its tip towards the left, and the air of the windpipe."""
    great = canvas.ellipse(0.01, -0.26, 0.125, 0.46, soft=0.06)
    arch = canvas.ellipse(0.085, -0.24, 0.075, 0.085, soft=0.04)
    size, low = child.heart, child.diaphragm - 0.25
    left = canvas.ellipse(0.13, low - 0.03, 0.235 * size, 0.34, soft=0.04, turn=-0.62, power=2.1)
    right = canvas.ellipse(-0.06, low - 0.10, 0.145 * size, 0.27, soft=0.05)
    base = canvas.ellipse(0.02, low - 0.26, 0.13, 0.24, soft=0.10)
    heart = np.maximum.reduce([left, right, base])
    windpipe = canvas.stroke([(0.0, -1.0), (0.0, -0.5), (-0.015, -0.22)], 0.034, sharp=3)
    return picture(0.40 * great + 0.16 * arch + 0.80 * canvas.blurred(heart, 0.02) - 0.22 * windpipe)


def _spine(canvas: Canvas) -> Picture:
    column = np.exp(-((canvas.x / 0.075) ** 4))
    discs = 0.5 + 0.5 * np.cos((canvas.y + 1) * np.pi * _VERTEBRAE)
    pedicles = np.exp(-(((np.abs(canvas.x) - 0.045) / 0.016) ** 2)) * discs
    return picture(column * (0.13 + 0.07 * discs) + 0.08 * pedicles)


def _hilum(canvas: Canvas, side: int) -> Picture:
    lower = 0.03 if side < 0 else -0.02  # the left one stands a little higher
    return picture(0.17 * canvas.ellipse(side * 0.155, lower, 0.075, 0.15, soft=0.12, turn=side * -0.25))


def _vessels(canvas: Canvas, side: int, dice: np.random.Generator) -> Picture:
    tree = np.zeros_like(canvas.x)
    for angle in np.linspace(-1.25, 1.3, 8):
        heading = float(angle + dice.normal(0, 0.12))
        _branch(canvas, tree, np.array([side * 0.14, dice.normal(0.0, 0.05)]), heading, side, 0.0115, 3, dice)
    return tree


def _branch(
    canvas: Canvas,
    tree: Picture,
    start: np.ndarray,
    heading: float,
    side: int,
    width: float,
    forks: int,
    dice: np.random.Generator,
) -> None:
    points = [start]
    for _ in range(4):
        heading += float(dice.normal(0, 0.13))
        points.append(points[-1] + 0.042 * np.array([side * np.cos(heading), 1.25 * np.sin(heading)]))
    strength = 0.10 + 9.0 * width
    np.maximum(tree, strength * canvas.stroke(points, width, sharp=2), out=tree)
    if forks:
        for turn in (-0.35, 0.35):
            towards = heading + turn + float(dice.normal(0, 0.1))
            _branch(canvas, tree, points[-1], towards, side, 0.66 * width, forks - 1, dice)


def _ribs(canvas: Canvas, child: Child, side: int) -> Picture:
    ribs = np.zeros_like(canvas.x)
    gap = (child.diaphragm + 0.16 - child.lung_top) / child.rib_pairs
    for number in range(child.rib_pairs):
        root = child.lung_top - 0.04 + number * gap
        behind, before = _rib_paths(child, root, number / child.rib_pairs)
        flip = np.array([side, 1])
        ribs += 0.235 * canvas.tube(behind * flip, 0.0235) + 0.085 * canvas.stroke(before * flip, 0.028)
    return ribs


def _rib_paths(child: Child, root: float, down: float) -> tuple[np.ndarray, np.ndarray]:
    """From the spine outwards and down to the wall, then in front inwards and further down."""
    along = np.linspace(0, 1, 14)
    fall = child.rib_slope + 0.16 * down
    wall_y = root + fall
    wall = float(lateral_border(picture(wall_y), child)) + 0.02
    out = 0.05 + (wall - 0.05) * np.sin(along * np.pi / 2) ** 0.9
    behind = np.c_[out, root + fall * along**2.2 - 0.03 * np.sin(along * np.pi)]
    before = np.c_[wall - (wall - 0.24) * along, wall_y + 0.02 * along + 0.17 * along**1.2]
    return behind, before[:11]


def _shoulder(canvas: Canvas, child: Child, side: int) -> Picture:
    along = np.linspace(0, 1, 12)
    lift = 0.10 if child.arms_up else 0.04
    top = child.lung_top + 0.15
    collarbone = np.c_[side * (0.07 + 0.52 * along), top - (0.05 + lift) * along - 0.035 * np.sin(along * np.pi * 1.6)]
    blade = canvas.ellipse(side * 0.68, -0.34, 0.085, 0.27, soft=0.05, turn=side * -0.22)
    head = canvas.ellipse(side * 0.80, -0.62, 0.075, 0.085, soft=0.03)
    end = (side * 0.86, -1.1) if child.arms_up else (side * 0.97, 0.25)
    arm = canvas.tube([(side * 0.81, -0.60), end], 0.045)
    return picture(0.26 * canvas.tube(collarbone, 0.026) + 0.12 * blade + 0.22 * head + 0.26 * arm)


def _belly(canvas: Canvas, child: Child) -> Picture:
    below = step(canvas.y - child.diaphragm - 0.1, 0.35) * step(child.lung_width + 0.1 - np.abs(canvas.x), 0.2)
    bubble = canvas.ellipse(0.33, child.diaphragm + 0.20, 0.11, 0.065, soft=0.05)
    return picture(0.30 * below - 0.22 * bubble)
