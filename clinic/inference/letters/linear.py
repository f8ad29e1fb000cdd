"""Urgency by the weighted sum of words and pairs of words: small, exact, and each word's part in it can be shown."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file

from clinic.evidence import Span
from clinic.inference.letters.features import Features, features_of
from clinic.inference.letters.reading import SHORTEST_TOKENS, Reading, spread, strongest

Array = npt.NDArray[np.float64]
MOST_SPANS = 8
LEAST_KNOWN_SHARE = 0.35  # of the words: below it is no letter of the sort it learned from


@dataclass(frozen=True)
class Calibration:
    """Measured on letters it did not learn from. The highest score of a class that still counts as usual for it."""

    temperature: float
    limits: Mapping[str, float]
    level: float
    cases: int

    @classmethod
    def of(cls, told: dict[str, Any]) -> "Calibration":
        return cls(float(told["temperature"]), told["limits"], float(told["level"]), int(told["cases"]))


@dataclass(frozen=True)
class LinearLetters:
    labels: tuple[str, ...]
    vocabulary: Mapping[str, int]
    weights: Array  # one row a feature, one column a label
    bias: Array
    calibration: Calibration | None = None

    def read(self, text: str) -> Reading:
        features = features_of(text)
        described = self._described(features)
        if len(features.tokens) < SHORTEST_TOKENS:
            return Reading(refusal="too_short", features=described)
        if described["known_share"] < LEAST_KNOWN_SHARE:
            return Reading(refusal="unfamiliar", features=described)
        scores = self.scores(features)
        label = self.labels[int(scores.argmax())]
        probabilities = self._probabilities(scores)
        return Reading(
            label=label,
            scores=self._named(scores),
            probabilities=probabilities,
            prediction_set=self._set(probabilities),
            level=self.calibration.level if self.calibration else 0.9,
            calibrated_on=self.calibration.cases if self.calibration else 0,
            spans=strongest(self.spans(features, label), MOST_SPANS),
            features=described,
        )

    def scores(self, features: Features) -> Array:
        """In the order of the vocabulary, so that the sum comes out the same to the last bit each time."""
        rows = sorted(self.vocabulary[name] for name in features.places if name in self.vocabulary)
        total: Array = self.weights[rows].sum(axis=0) + self.bias
        return total

    def spans(self, features: Features, label: str) -> list[Span]:
        """Exact: they add up to how far the label's score lies above the mean of the others, less the bias."""
        towards = self._towards(self.labels.index(label))
        known = {name: float(towards[self.vocabulary[name]]) for name in features.places if name in self.vocabulary}
        return spread(features, known)

    def margin_of_bias(self, label: str) -> float:
        place = self.labels.index(label)
        return float(self.bias[place] - np.delete(self.bias, place).mean())

    def _towards(self, place: int) -> Array:
        difference: Array = self.weights[:, place] - np.delete(self.weights, place, axis=1).mean(axis=1)
        return difference

    def _described(self, features: Features) -> dict[str, float]:
        words = [token.word for token in features.tokens]
        known = sum(word in self.vocabulary or word.partition(":")[2] in self.vocabulary for word in words)
        return {"words": len(words), "known_share": round(known / len(words), 4) if words else 0.0}

    def _named(self, values: Array) -> dict[str, float]:
        return {label: float(value) for label, value in zip(self.labels, values, strict=True)}

    def _probabilities(self, scores: Array) -> dict[str, float] | None:
        if self.calibration is None:
            return None
        shares = np.exp((scores - scores.max()) / self.calibration.temperature)
        return self._named(shares / shares.sum())

    def _set(self, probabilities: Mapping[str, float] | None) -> tuple[str, ...]:
        if self.calibration is None or probabilities is None:
            return ()
        limits = self.calibration.limits
        return tuple(label for label in self.labels if 1 - probabilities[label] <= limits[label])


def load(folder: Path) -> LinearLetters:
    arrays = load_file(folder / "weights.safetensors")
    words = json.loads((folder / "vocabulary.json").read_text())
    calibration = folder / "calibration.json"
    return LinearLetters(
        labels=tuple(words["labels"]),
        vocabulary={name: row for row, name in enumerate(words["features"])},
        weights=arrays["weights"].astype(np.float64),
        bias=arrays["bias"].astype(np.float64),
        calibration=Calibration.of(json.loads(calibration.read_text())) if calibration.exists() else None,
    )
