"""How good the answers are on films that were used for nothing else; every figure with its n and its 95 % interval.

Whole patients are drawn for the intervals: several films of one child are not several children.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clinic.doubt import ece
from clinic.doubt.intervals import Figure, bootstrap, wilson
from clinic.doubt.metrics import accuracy, auc, figure
from radiology.inference.findings import BACTERIAL_AT, FINDINGS, NORMAL_AT, VIRAL_AT
from radiology.inference.scoring import Probabilities
from radiology.training.films import Films

Figures = Mapping[str, Figure]


def figures(told: Probabilities, films: Films) -> dict[str, Figure]:
    pneumonia, certainty = films.labels != NORMAL_AT, 1 - told[:, NORMAL_AT]
    answered, patients = told.argmax(axis=1), films.patients
    found = {
        "pneumonia AUC": figure(auc, pneumonia, certainty, groups=patients),
        "pneumonia accuracy": figure(accuracy, pneumonia, answered != NORMAL_AT, groups=patients),
        "pneumonia sensitivity": figure(_share_found, pneumonia, answered != NORMAL_AT, groups=patients),
        "pneumonia specificity": figure(_share_found, ~pneumonia, answered == NORMAL_AT, groups=patients),
        "accuracy of three": figure(accuracy, films.labels, answered, groups=patients),
        "balanced accuracy of three": figure(_balanced_accuracy, films.labels, answered, groups=patients),
        "ECE": ece.top_label(told, films.labels),
    }
    return found | _kinds_of_pneumonia(told[pneumonia], films.labels[pneumonia], patients[pneumonia])


def _kinds_of_pneumonia(told: Probabilities, labels: NDArray[np.int64], patients: Any) -> dict[str, Figure]:
    """Among films with pneumonia: which kind is it?"""
    viral = labels == VIRAL_AT
    share = told[:, VIRAL_AT] / (told[:, VIRAL_AT] + told[:, BACTERIAL_AT])
    return {
        "bacterial-viral AUC": figure(auc, viral, share, groups=patients),
        "bacterial-viral balanced accuracy": figure(_balanced_accuracy, viral, share > 0.5, groups=patients),
    }


def set_figures(sets: NDArray[np.bool_], films: Films) -> dict[str, Figure]:
    holds = sets[np.arange(len(sets)), films.labels]
    by_class = {
        f"coverage of 90 % sets, {name}": _covered(holds[films.labels == at]) for at, name in enumerate(FINDINGS)
    }
    sizes = bootstrap(_mean, sets.sum(axis=1), groups=films.patients)
    return {
        "coverage of 90 % sets": bootstrap(_mean, holds, groups=films.patients),
        **by_class,
        "mean size of 90 % sets": sizes,
    }


def confusion(told: Probabilities, films: Films) -> dict[str, dict[str, int]]:
    """Rows are the truth, columns the answer."""
    answered = told.argmax(axis=1)
    return {
        true_name: {name: int(np.sum((films.labels == true_at) & (answered == at))) for at, name in enumerate(FINDINGS)}
        for true_at, true_name in enumerate(FINDINGS)
    }


def as_metrics(found: Figures) -> list[dict[str, Any]]:
    return [
        {"name": name, "value": round(one.value, 4), "low": round(one.low, 4), "high": round(one.high, 4), "n": one.n}
        for name, one in found.items()
    ]


def _covered(holds: NDArray[np.bool_]) -> Figure:
    return wilson(int(holds.sum()), len(holds))


def _mean(values: NDArray[Any]) -> float:
    return float(np.mean(values))


def _share_found(truth: NDArray[np.bool_], answered: NDArray[np.bool_]) -> float:
    return float(np.mean(answered[truth])) if truth.any() else float("nan")


def _balanced_accuracy(truth: NDArray[Any], answered: NDArray[Any]) -> float:
    """The mean over classes of the share that was recognised."""
    return float(np.mean([np.mean(answered[truth == name] == name) for name in np.unique(truth)]))
