"""An engine whose every true probability is known: classes are clouds of points, it sees them through fog."""

from dataclasses import dataclass

import numpy as np

from clinic.doubt.calibration import softmax
from clinic.doubt.checked import Floats, Ints

SHARES = np.array([0.3, 0.2, 0.2, 0.15, 0.15])
CLASSES = len(SHARES)
HEAT = 2.2  # too sure of itself
TILT = np.array([0.8, -0.4, 0.0, 0.3, -0.7])  # and fond of some classes


@dataclass(frozen=True)
class Rows:
    scores: Floats  # what the engine gives
    true: Floats  # the probability of each class, given what the engine saw
    labels: Ints


def rows(rng: np.random.Generator, n: int, apart: float = 2.2) -> Rows:
    labels = rng.choice(CLASSES, n, p=SHARES)
    centres = apart * np.eye(CLASSES)
    seen = centres[labels] + rng.normal(size=(n, CLASSES))
    distance = ((seen[:, None, :] - centres) ** 2).sum(axis=2)
    logits = np.log(SHARES) - distance / 2
    return Rows(logits * HEAT + TILT, softmax(logits), labels)
