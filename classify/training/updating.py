"""An engine learns from what people decided about its own answers: its weights move towards their decisions and are
held where they were by everything it learned before.

For each head the change is the ridge solution of what is left over: exact, without a start by chance, and what it would
say of each document without having learned from it comes out of the same sums. How strongly the old weights hold is
chosen by that; where no change helps, none is made.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from classify.inference.engine import LinearDocuments
from classify.inference.linear import Array, matrix
from classify.inference.specialties import LABELS, SPECIALTIES
from classify.inference.terms import Worded
from classify.training.heads import rounded
from clinic.doubt.intervals import Figure, wilson

HOLDS = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0)  # how strongly the old weights hold
FEWEST = 5  # corrections: fewer teach nothing that would hold elsewhere


class TooFew(ValueError):
    """There is too little to learn from."""


@dataclass(frozen=True)
class Correction:
    text: str
    label: str


@dataclass(frozen=True)
class Updated:
    engine: LinearDocuments
    hold: float | None  # None: nothing was changed, because no change helped
    before: Figure  # right among the corrected documents
    after: Figure  # the same, each as if it had not been learned from


def update(engine: LinearDocuments, corrections: Sequence[Correction]) -> Updated:
    if len(corrections) < FEWEST:
        raise TooFew(f"{len(corrections)} of at least {FEWEST}")
    heads = engine.heads
    counted = matrix(heads.vocabulary, heads.rarity, [Worded.of(each.text) for each in corrections])
    places = [heads.place(label) for label in LABELS]
    said = np.asarray(counted @ heads.weights) + heads.bias
    truth = np.array([LABELS.index(each.label) for each in corrections])
    wanted = np.where(np.arange(len(LABELS)) == truth[:, None], 1.0, -1.0)
    left = wanted - said[:, places]
    alike = np.asarray((counted @ counted.T).todense())
    found = _best(alike, left, said[:, places], truth)
    before = _right(said[:, places], truth)
    if found is None:
        return Updated(engine, None, before, before)
    hold, without = found
    change = np.asarray(counted.T @ np.linalg.solve(alike + hold * np.eye(len(alike)), left))
    weights = heads.weights.copy()
    weights[:, places] += change
    return Updated(
        replace(engine, heads=replace(heads, weights=rounded(weights))), hold, before, _right(without, truth)
    )


def _best(alike: Array, left: Array, said: Array, truth: Array) -> tuple[float, Array] | None:
    """The hold under which most documents come out right that were not learned from; None where none helps."""
    tried = [(hold, said + left - _missed(alike, left, hold)) for hold in HOLDS]
    scored = [(_share_right(scores, truth), hold, scores) for hold, scores in tried]
    best = max(scored, key=lambda one: (one[0], one[1]))  # of two that are equal the one that changes less
    return (best[1], best[2]) if best[0] > _share_right(said, truth) else None


def _missed(alike: Array, left: Array, hold: float) -> Array:
    """By how much each document's scores are missed when all others were learned from: exact for a ridge."""
    inverse = np.linalg.inv(alike + hold * np.eye(len(alike)))
    return np.asarray((inverse @ left) / np.diag(inverse)[:, None])


def _share_right(scores: Array, truth: Array) -> float:
    return float(np.mean(_answers(scores) == truth))


def _answers(scores: Array) -> Array:
    """One of the five; what is another kind is told by its own head alone."""
    five = scores[:, : len(SPECIALTIES)]
    other = scores[:, len(SPECIALTIES)]
    return np.where(other > np.maximum(five.max(axis=1), 0.0), len(SPECIALTIES), five.argmax(axis=1))


def _right(scores: Array, truth: Array) -> Figure:
    return wilson(int((_answers(scores) == truth).sum()), len(truth))
