"""How many labels are saved by asking for those that teach most? Twice from the same few labels: once the next are
drawn by chance, once chosen. Both learn the same heads; both are measured on documents of other groups."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from benchmarks.doubt.report import Line, mean
from classify.inference import active
from classify.inference.linear import Array, matrix
from classify.inference.specialties import SPECIALTIES
from classify.inference.terms import Worded
from classify.training import vocabularies
from classify.training.heads import Recipe
from classify.training.learning import Split
from clinic.doubt import calibration, metrics

SEEDS, START, STEP, MOST = 5, 100, 100, 1_200
LARGEST_SHARE = 0.6
SHARPNESS = 3.0
MACRO = metrics.macro_f1(len(SPECIALTIES))

Choose = Callable[[Array, Array, int, int], list[int]]


@dataclass(frozen=True)
class Field:
    """What may be labelled, and what is measured on."""

    pool: csr_matrix
    pool_truth: np.ndarray
    held: csr_matrix
    held_truth: np.ndarray


def lines(parted: Split) -> list[Line]:
    shares = []
    for seed in range(SEEDS):
        field = _field(parted, seed)
        by_chance = _curve(field, seed, _drawn)
        wanted = by_chance[-1]
        drawn, chosen = _labels(by_chance, wanted), _labels(_curve(field, seed, _chosen, until=wanted), wanted)
        shares.append(chosen / drawn)
        print(
            f"active learning, seed {seed}: {wanted:.3f} with {drawn} labels by chance, with {chosen} chosen",
            flush=True,
        )
    found = mean(shares)
    shown = f"{found.value:.0%} (95 %: {found.low:.0%} to {found.high:.0%}, n={found.n} seeds)"
    return [Line("labels needed, of those by chance, for the same macro-F1", shown, "at most 60%",
                 found.value <= LARGEST_SHARE)]  # fmt: skip


def _field(parted: Split, seed: int) -> Field:
    """The texts of the pool are known before their labels: the vocabulary is of all of them."""
    rows = [row for row, document in enumerate(parted.documents) if document.label in SPECIALTIES]
    pool, held = ([row for row in rows if bool(parted.fold[row] == seed) is is_held] for is_held in (False, True))
    vocabulary, rarity = vocabularies.learn([parted.documents[row].text for row in pool], Recipe().sizes)

    def counted(of: list[int]) -> csr_matrix:
        return matrix(vocabulary, rarity, [Worded.of(parted.documents[row].text) for row in of])

    return Field(counted(pool), parted.truth[pool], counted(held), parted.truth[held])


def _labels(curve: list[float], wanted: float) -> int:
    """How many were needed to reach it the first time; one step more than were tried where it was not reached."""
    steps = next((step for step, figure in enumerate(curve) if figure >= wanted), len(curve))
    return START + STEP * steps


def _curve(field: Field, seed: int, choose: Choose, until: float = 2.0) -> list[float]:
    """Macro-F1 after each step, until it is reached or as many labels are used as there are."""
    labelled = np.random.default_rng(seed).permutation(len(field.pool_truth))[:START].tolist()
    figures: list[float] = []
    while True:
        learner = LinearSVC(C=0.3, class_weight="balanced", random_state=seed)
        learner.fit(field.pool[labelled], field.pool_truth[labelled])
        figures.append(MACRO(field.held_truth, learner.classes_[_scores(learner, field.held).argmax(axis=1)]))
        if figures[-1] >= until or len(labelled) >= MOST:
            return figures
        rest = np.setdiff1d(np.arange(len(field.pool_truth)), labelled)
        scores = _scores(learner, field.pool[rest])
        chances = calibration.softmax(scores * SHARPNESS)
        labelled += rest[choose(chances, -scores.max(axis=1), STEP, seed * 1000 + len(labelled))].tolist()


def _scores(learner: LinearSVC, counted: csr_matrix) -> Array:
    return np.asarray(learner.decision_function(counted))


def _drawn(chances: Array, novelty: Array, count: int, seed: int) -> list[int]:
    return [int(row) for row in np.random.default_rng(seed).permutation(len(chances))[:count]]


def _chosen(chances: Array, novelty: Array, count: int, seed: int) -> list[int]:
    return [pick.row for pick in active.choose(chances, novelty, count, seed=seed)]
