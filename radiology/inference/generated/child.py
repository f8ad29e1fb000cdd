"""What differs from one drawn child, and one drawn exposure, to the next."""

from dataclasses import dataclass
from typing import Self

import numpy as np


@dataclass(frozen=True)
class Child:
    age_years: float
    lung_width: float
    lung_top: float
    diaphragm: float  # where the domes stand, downwards
    heart: float
    rib_slope: float
    rib_pairs: int
    arms_up: bool
    density: float

    @classmethod
    def by(cls, dice: np.random.Generator) -> Self:
        return cls(
            age_years=round(float(dice.uniform(1.0, 5.0)), 1),
            lung_width=float(dice.uniform(0.58, 0.68)),
            lung_top=float(dice.uniform(-0.74, -0.62)),
            diaphragm=float(dice.uniform(0.46, 0.62)),
            heart=float(dice.uniform(0.88, 1.12)),
            rib_slope=float(dice.uniform(0.14, 0.26)),
            rib_pairs=int(dice.integers(9, 11)),
            arms_up=bool(dice.random() < 0.4),
            density=float(dice.uniform(0.9, 1.1)),
        )


@dataclass(frozen=True)
class Exposure:
    tilt: float  # radians
    zoom: float
    shift: tuple[float, float]
    gamma: float
    noise: float
    blur: float
    collimated: bool

    @classmethod
    def by(cls, dice: np.random.Generator) -> Self:
        return cls(
            tilt=float(dice.normal(0, 0.035)),
            zoom=float(dice.uniform(0.92, 1.08)),
            shift=(float(dice.normal(0, 0.03)), float(dice.normal(0, 0.03))),
            gamma=float(dice.uniform(0.85, 1.3)),
            noise=float(dice.uniform(0.010, 0.026)),
            blur=float(dice.uniform(0.0015, 0.0035)),
            collimated=bool(dice.random() < 0.35),
        )
