"""Where the quantiles of a number lie, learned from fixed cells, so that no list of values has to be kept."""

from dataclasses import dataclass, field
from typing import Self

import numpy as np

from clinic.doubt.checked import Bools, Floats, Json

QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)
LENGTHS = np.geomspace(1, 1e6, 241)
CONFIDENCES = np.linspace(0, 1, 201)


@dataclass
class Scale:
    """Counts values between `edges`; once frozen it says which of the learned quantiles a value exceeds."""

    edges: Floats
    cells: list[int] = field(default_factory=list)
    cuts: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.cells = self.cells or [0] * (len(self.edges) + 1)

    def learn(self, value: float) -> None:
        self.cells[int(np.searchsorted(self.edges, value))] += 1

    def freeze(self) -> None:
        """Stays without cuts where nothing was learned: the number is not watched then."""
        total = sum(self.cells)
        if total:
            places = np.searchsorted(np.cumsum(self.cells) / total, QUANTILES)
            self.cuts = [float(self.edges[min(int(place), len(self.edges) - 1)]) for place in places]

    def above(self, value: float) -> Bools:
        return np.asarray(value > np.array(self.cuts))

    def as_json(self) -> Json:
        return {"cells": self.cells, "cuts": self.cuts}

    @classmethod
    def from_json(cls, edges: Floats, stored: Json) -> Self:
        return cls(edges, list(stored["cells"]), list(stored["cuts"]))
