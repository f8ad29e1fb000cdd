"""Learns the linear engine from generated letters, calibrates it on others and measures it on yet others.

The same seed gives the same bytes: the problem is strictly convex, solved far below the digits that are kept.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from clinic.doubt.intervals import wilson
from clinic.inference.letters.corpus import Letter, letters
from clinic.inference.letters.features import features_of
from clinic.inference.letters.linear import Calibration, LinearLetters
from clinic.inference.letters.phrases import LABELS
from clinic.inference.letters.reading import LetterReader

SEED_OF_CALIBRATION, SEED_OF_MEASURING = 100_000, 200_000  # added to the seed: three sets that share no letter
LEAST_LETTERS, MOST_FEATURES = 6, 900
KEPT_DIGITS = 3
LEVEL = 0.9
BINS = 15

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Sizes:
    learn: int = 4000
    calibrate: int = 2000
    measure: int = 2000


@dataclass(frozen=True)
class Trained:
    reader: LinearLetters
    metrics: list[dict[str, Any]]
    sizes: Sizes


def train(*, seed: int, sizes: Sizes) -> Trained:
    raw = _learn(letters(sizes.learn, seed=seed))
    reader = replace(raw, calibration=_calibrate(raw, letters(sizes.calibrate, seed=seed + SEED_OF_CALIBRATION)))
    measured = measure(reader, letters(sizes.measure, seed=seed + SEED_OF_MEASURING))
    return Trained(reader, measured, sizes)


def _learn(known: Sequence[Letter]) -> LinearLetters:
    found = [sorted(features_of(letter.text).places) for letter in known]
    vocabulary = _vocabulary(found)
    rows = [[vocabulary[name] for name in names if name in vocabulary] for names in found]
    model = LogisticRegression(C=0.1, solver="newton-cholesky", tol=1e-9, max_iter=200)
    model.fit(_matrix(rows, len(vocabulary)), [LABELS.index(letter.label) for letter in known])
    return LinearLetters(LABELS, vocabulary, _kept(model.coef_.T), _kept(model.intercept_))


def _vocabulary(found: Iterable[Sequence[str]]) -> dict[str, int]:
    """What stands in the most letters; where as many, by the alphabet."""
    counts = Counter(name for names in found for name in names)
    common = sorted((name for name, n in counts.items() if n >= LEAST_LETTERS), key=lambda name: (-counts[name], name))
    return {name: row for row, name in enumerate(sorted(common[:MOST_FEATURES]))}


def _matrix(rows: Sequence[Sequence[int]], width: int) -> csr_matrix:
    starts = np.cumsum([0, *map(len, rows)])
    columns = np.fromiter((column for row in rows for column in row), dtype=np.int32)
    return csr_matrix((np.ones(len(columns)), columns, starts), shape=(len(rows), width))


def _kept(values: Array) -> Array:
    rounded: Array = np.round(values, KEPT_DIGITS).astype(np.float32).astype(np.float64)
    return rounded


def _calibrate(reader: LinearLetters, known: Sequence[Letter]) -> Calibration:
    scores, truth = _scored(reader, known)
    temperature = _temperature(scores, truth)
    probabilities = _softmax(scores / temperature)
    limits = {label: _usual(1 - probabilities[truth == place, place]) for place, label in enumerate(LABELS)}
    return Calibration(temperature, limits, LEVEL, len(known))


def _scored(reader: LinearLetters, known: Sequence[Letter]) -> tuple[Array, npt.NDArray[np.intp]]:
    scores = np.array([reader.scores(features_of(letter.text)) for letter in known])
    return scores, np.array([LABELS.index(letter.label) for letter in known])


def _softmax(scores: Array) -> Array:
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    softened: Array = shares / shares.sum(axis=1, keepdims=True)
    return softened


def _temperature(scores: Array, truth: npt.NDArray[np.intp]) -> float:
    """Under which the true classes are least surprising."""

    def surprise(log_temperature: float) -> float:
        shares = _softmax(scores / np.exp(log_temperature))
        return float(-np.log(shares[np.arange(len(truth)), truth] + 1e-12).mean())

    return round(float(np.exp(minimize_scalar(surprise, bounds=(-3, 3), method="bounded").x)), 4)


def _usual(misfits: Array) -> float:
    """The limit that holds for `LEVEL` of this class, with the one place that a finite sample costs."""
    place = int(np.ceil((len(misfits) + 1) * LEVEL))
    return round(float(np.sort(misfits)[min(place, len(misfits)) - 1]), 6)


def measure_labels(reader: LetterReader, known: Sequence[Letter]) -> list[dict[str, Any]]:
    return _labels_measured([reader.read(letter.text).label == letter.label for letter in known], known)


def _labels_measured(right: Sequence[bool], known: Sequence[Letter]) -> list[dict[str, Any]]:
    return [share("accuracy", right), *(share(f"sensitivity, {label}", _of(right, known, label)) for label in LABELS)]


def measure(reader: LinearLetters, known: Sequence[Letter]) -> list[dict[str, Any]]:
    readings = [reader.read(letter.text) for letter in known]
    right = [reading.label == letter.label for reading, letter in zip(readings, known, strict=True)]
    inside = [letter.label in reading.prediction_set for reading, letter in zip(readings, known, strict=True)]
    confidence = [(reading.probabilities or {}).get(reading.label, 0.0) for reading in readings]
    holds = f"{LEVEL:.0%} set holds the truth"
    return [
        *_labels_measured(right, known),
        share(holds, inside),
        *(share(f"{holds}, {label}", _of(inside, known, label)) for label in LABELS),
        _calibration_error(np.array(confidence), np.array(right)),
    ]


def _of(values: Sequence[bool], known: Sequence[Letter], label: str) -> list[bool]:
    return [value for value, letter in zip(values, known, strict=True) if letter.label == label]


def share(name: str, hits: Sequence[bool]) -> dict[str, Any]:
    """A share with its 95 % interval (Wilson)."""
    found = wilson(sum(hits), len(hits))
    values = (found.value, found.low, found.high)
    return {"name": name, "n": len(hits)} | dict(zip(("value", "low", "high"), _digits(values), strict=True))


def _calibration_error(confidence: Array, right: npt.NDArray[np.bool_]) -> dict[str, Any]:
    """Expected calibration error with an interval from 500 redraws."""
    redraw = np.random.default_rng(1)
    drawn = (redraw.integers(0, len(right), len(right)) for _ in range(500))
    again = [_error(confidence[picked], right[picked]) for picked in drawn]
    values = (_error(confidence, right), *np.quantile(again, (0.025, 0.975)))
    named = dict(zip(("value", "low", "high"), _digits(values), strict=True))
    return {"name": "calibration error", "n": len(right)} | named


def _error(confidence: Array, right: npt.NDArray[np.bool_]) -> float:
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = [abs(confidence[bins == b].sum() - right[bins == b].sum()) for b in range(BINS)]
    return float(sum(gaps) / len(right))


def _digits(values: Iterable[float]) -> list[float]:
    return [round(float(value), 4) for value in values]
