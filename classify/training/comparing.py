"""Candidates side by side, on the same documents and folds: figures with intervals, and paired differences to the
classic forest. The protocol: the shipped make stays unless another is better for sure, and fast enough."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from classify.inference.linear import Array
from classify.inference.specialties import EMERGENCY, SPECIALTIES
from classify.training import candidates
from classify.training.candidates import FOREST, SHIPPED
from classify.training.heads import Recipe
from classify.training.impact import weighted_f1
from classify.training.learning import Split
from clinic.doubt import metrics
from clinic.doubt.intervals import DRAWS, Figure, bootstrap

FIVE = len(SPECIALTIES)
STACK = "stack of all but the forest"


@dataclass(frozen=True)
class Compared:
    macro_f1: Figure
    weighted_f1: Figure
    emergency_f1: Figure
    above_forest: Figure  # of macro-F1, paired


def compare(
    parted: Split, recipe: Recipe, draws: int = DRAWS, say: Callable[[str], None] = print
) -> dict[str, Compared]:
    rows = [row for row, document in enumerate(parted.documents) if document.label in SPECIALTIES]
    texts, groups = [parted.documents[row].text for row in rows], [parted.groups[row] for row in rows]
    truth, fold = parted.truth[rows], parted.fold[rows]
    scores: dict[str, Array] = {}
    for name, make in candidates.all_of(texts, recipe).items():
        scores[name] = candidates.held_out_scores(make, texts, truth, fold)
        say(f"candidate: {name}")
    scores[STACK] = candidates.stacked(scores, truth, fold)
    return {name: _compared(scores, name, truth, groups, draws) for name in scores}


def winner(compared: Mapping[str, Compared]) -> str:
    """Best macro-F1; of those that differ by less than a point from it, the shipped make, which explains itself exactly
    and is the fastest."""
    best = max(compared, key=lambda name: compared[name].macro_f1.value)
    close = compared[best].macro_f1.value - compared[SHIPPED].macro_f1.value < 0.01
    return SHIPPED if close else best


def _compared(scores: Mapping[str, Array], name: str, truth: np.ndarray, groups: Sequence[str], draws: int) -> Compared:
    answer, of_forest = scores[name].argmax(axis=1), scores[FOREST].argmax(axis=1)
    macro = metrics.macro_f1(FIVE)
    return Compared(
        macro_f1=bootstrap(macro, truth, answer, groups=groups, draws=draws),
        weighted_f1=bootstrap(weighted_f1, truth, answer, groups=groups, draws=draws),
        emergency_f1=bootstrap(metrics.f1(EMERGENCY), truth, answer, groups=groups, draws=draws),
        above_forest=metrics.difference(macro, truth, of_forest, answer, groups=groups, draws=draws),
    )
