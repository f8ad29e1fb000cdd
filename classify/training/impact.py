"""How much an error may harm: overlooking an emergency is worse than overlooking a rash."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from classify.inference.linear import Array
from classify.inference.specialties import LABELS, SPECIALTIES
from classify.training.documents import Document
from clinic.doubt import metrics

RISK = {"cardiology": 0.5, "emergency": 1.0, "pulmonology": 0.5, "gastroenterology": 0.4, "dermatology": 0.2}
NOT_SEEN = 2.0  # an error that no person is asked about weighs twice
MOST = 40
OPENING = 90


@dataclass(frozen=True)
class Error:
    document: str
    source: str
    label: str
    answer: str
    sure: float
    accepted: bool
    impact: float
    opening: str


def f1_of_occurring(truth: np.ndarray, answer: np.ndarray) -> float:
    """The mean of the F1 of those labels that occur: a source without a label is not judged by it."""
    return float(np.mean([metrics.f1(int(place))(truth, answer) for place in np.unique(truth)]))


def weighted_f1(truth: np.ndarray, answer: np.ndarray) -> float:
    """F1 of the five, each with the weight of its risk; classes that do not occur are left out."""
    found, weights = [], []
    for place, name in enumerate(SPECIALTIES):
        own, named = truth == place, answer == place
        if own.any():
            found.append(2 * (own & named).sum() / (own.sum() + named.sum()))
            weights.append(RISK[name])
    return float(np.average(found, weights=weights)) if found else float("nan")


def errors(documents: Sequence[Document], probabilities: Array, accepted: np.ndarray, truth: np.ndarray) -> list[Error]:
    """Those that weigh most first."""
    answer = probabilities.argmax(axis=1)
    rows = np.flatnonzero((truth >= 0) & (truth < len(SPECIALTIES)) & (answer != truth))
    made = [_error(documents[row], probabilities[row], bool(accepted[row])) for row in rows.tolist()]
    return sorted(made, key=lambda error: (-error.impact, error.document))[:MOST]


def _error(document: Document, probabilities: Array, accepted: bool) -> Error:
    sure = float(probabilities.max())
    return Error(
        document=document.id,
        source=document.source,
        label=document.label,
        answer=LABELS[int(probabilities.argmax())],
        sure=round(sure, 4),
        accepted=accepted,
        impact=round(RISK[document.label] * sure * (NOT_SEEN if accepted else 1.0), 4),
        opening=" ".join(document.text.split())[:OPENING],
    )
