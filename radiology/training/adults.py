"""What the ensemble says of adults, for whom it was not trained: measured so that the card can say it."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from clinic.doubt.intervals import Figure, bootstrap
from clinic.doubt.metrics import auc, figure
from radiology.inference.ensemble import Ensemble
from radiology.inference.findings import NORMAL_AT
from radiology.inference.scoring import Probabilities
from radiology.training.films import frames_from_tar

_HEALTHY = "NORMAL"


@dataclass(frozen=True)
class Adults:
    """A table with the columns file, patient_id and a label: everything but NORMAL is pneumonia."""

    name: str
    images_tar: Path
    index_csv: Path


def figures(ensemble: Ensemble, adults: Adults) -> dict[str, Figure]:
    with adults.index_csv.open(newline="", encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    sure = ensemble.sure(ensemble.told(frames_from_tar(adults.images_tar, [row["file"] for row in rows])))
    ill = np.array([(row.get("label2") or row["label"]) != _HEALTHY for row in rows])
    patients = np.array([row["patient_id"] for row in rows])
    return {f"adults, {adults.name}: {what}": found for what, found in _figures(sure, ill, patients).items()}


def _figures(sure: Probabilities, ill: np.ndarray, patients: np.ndarray) -> dict[str, Figure]:
    called_ill = sure.argmax(axis=1) != NORMAL_AT
    found = {"pneumonia sensitivity": bootstrap(_mean, called_ill[ill], groups=patients[ill])}
    if ill.all():
        return found
    certainty = 1 - sure[:, NORMAL_AT]
    return found | {
        "pneumonia specificity": bootstrap(_mean, ~called_ill[~ill], groups=patients[~ill]),
        "pneumonia AUC": figure(auc, ill, certainty, groups=patients),
    }


def _mean(values: np.ndarray) -> float:
    return float(np.mean(values))
