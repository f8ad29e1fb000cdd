"""Finds labels that are probably wrong, by disagreement with an engine that had not seen the document.

A document is doubted where the engine is as sure of another label as it usually is of documents that carry that label,
and surer of it than of the document's own (confident learning, Northcutt et al. 2021). What is doubted is shown; it is
left out of learning only where asked, and never out of what is measured on.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from classify.inference.linear import Array
from classify.inference.specialties import SPECIALTIES
from classify.training.documents import Document

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Doubted:
    document: str
    source: str
    label: str
    rather: str
    label_chance: float
    rather_chance: float
    basis: str
    opening: str


def usual_chances(probabilities: Array, truth: np.ndarray) -> Array:
    """How sure the engine is, on average, of a label on the documents that carry it."""
    chances = [probabilities[truth == place, place] for place in range(probabilities.shape[1])]
    return np.array([own.mean() if len(own) else 1.0 for own in chances])


def rather_of(probabilities: Array, truth: np.ndarray) -> np.ndarray:
    """The label each document more likely deserves; its own where it is not doubted."""
    reached = np.where(probabilities >= usual_chances(probabilities, truth), probabilities, 0.0)
    best = reached.argmax(axis=1)
    return np.where(reached.max(axis=1) > probabilities[np.arange(len(truth)), truth], best, truth)


def doubted(documents: Sequence[Document], probabilities: Array, truth: np.ndarray) -> list[Doubted]:
    """The surest first. `probabilities` over the five, of documents the engine had not seen."""
    rather = rather_of(probabilities, truth)
    rows = np.flatnonzero(rather != truth).tolist()
    rows.sort(key=lambda row: (probabilities[row, truth[row]] - probabilities[row, rather[row]], row))
    return [_doubted(documents[row], probabilities[row], int(truth[row]), int(rather[row])) for row in rows]


def _doubted(document: Document, probabilities: Array, own: int, rather: int) -> Doubted:
    return Doubted(
        document=document.id,
        source=document.source,
        label=SPECIALTIES[own],
        rather=SPECIALTIES[rather],
        label_chance=round(float(probabilities[own]), 4),
        rather_chance=round(float(probabilities[rather]), 4),
        basis=document.basis,
        opening=" ".join(document.text.split())[:90],
    )
