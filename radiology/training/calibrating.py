"""Probabilities that can be believed and sets that hold the truth, from films that no net has learned from."""

from dataclasses import dataclass

import numpy as np

from clinic.doubt import calibration
from clinic.doubt.calibration import Calibrator
from clinic.doubt.conformal import PredictionSets
from radiology.inference.scoring import Probabilities
from radiology.training.films import Films
from radiology.training.objective import log_loss

_SHARES_TRIED = np.linspace(0, 1, 21)


@dataclass(frozen=True)
class Doubt:
    calibrator: Calibrator
    sets: PredictionSets


def fit(mixed: Probabilities, films: Films, seed: int = 0) -> Doubt:
    """Half of the patients teach the calibrator, half the sets: a promise needs films the calibrator never saw."""
    first = _first_half(films, seed)
    logits = calibration.logits_of(mixed)
    calibrator = calibration.fit_best(logits[first], films.labels[first])
    return Doubt(calibrator, PredictionSets.fit(calibrator.apply(logits[~first]), films.labels[~first]))


def best_share(first: Probabilities, second: Probabilities, films: Films) -> float:
    """The first member's share in the mean with the smallest log loss."""
    losses = [log_loss(share * first + (1 - share) * second, films.labels) for share in _SHARES_TRIED]
    return float(_SHARES_TRIED[int(np.argmin(losses))])


def _first_half(films: Films, seed: int) -> np.ndarray:
    patients = np.unique(films.patients)
    chosen = np.random.default_rng(seed).permutation(len(patients)) < len(patients) / 2
    return np.isin(films.patients, patients[chosen])
