"""How sure an engine is: measured on documents it did not learn from, and kept beside its weights."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from classify.inference.linear import Array
from classify.inference.novelty import Reject
from classify.inference.reading import LEVEL
from classify.inference.specialties import LABELS
from clinic.doubt.calibration import Calibrator
from clinic.doubt.conformal import PredictionSets


@dataclass(frozen=True)
class Doubt:
    calibrator: Calibrator  # of the five, given that it is one of them
    reject: Reject
    sets: PredictionSets  # over all labels
    urgency: Calibrator
    urgent_from: float
    thresholds: Mapping[str, float | None]
    cases: int
    level: float = LEVEL
    other_odds: float = 1.0  # how many times rarer other kinds are expected to be than where the reject was learned

    def probabilities(self, scores_of_five: Array, novelty: Array) -> Array:
        """Over all labels: what is no new kind is one of the five."""
        other = novelty * self.other_odds / (novelty * self.other_odds + 1 - novelty)
        return np.column_stack([self.calibrator.apply(scores_of_five) * (1 - other)[:, None], other])

    def urgent(self, scores: Array) -> Array:
        return self.urgency.apply(scores)[:, 1]

    def as_json(self) -> dict[str, Any]:
        return {
            "labels": list(LABELS),
            "calibrator": self.calibrator.as_json(),
            "reject": self.reject.as_json(),
            "sets": self.sets.as_json(),
            "urgency": self.urgency.as_json(),
            "urgent_from": self.urgent_from,
            "thresholds": dict(self.thresholds),
            "cases": self.cases,
            "level": self.level,
            "other_odds": self.other_odds,
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "Doubt":
        return cls(
            calibrator=Calibrator.from_json(told["calibrator"]),
            reject=Reject.from_json(told["reject"]),
            sets=PredictionSets.from_json(told["sets"]),
            urgency=Calibrator.from_json(told["urgency"]),
            urgent_from=float(told["urgent_from"]),
            thresholds={name: None if limit is None else float(limit) for name, limit in told["thresholds"].items()},
            cases=int(told["cases"]),
            level=float(told["level"]),
            other_odds=float(told["other_odds"]),
        )
