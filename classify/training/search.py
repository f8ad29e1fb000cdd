"""Chooses what errors cost, by documents that are not measured on: within the learning part of each fold, heads of each
cost learn from some of its groups and are compared on the others."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from sklearn.svm import LinearSVC

from classify.inference.linear import matrix
from classify.inference.specialties import SPECIALTIES
from classify.inference.terms import Worded
from classify.training import folds, vocabularies
from classify.training.documents import Document
from classify.training.heads import Recipe
from clinic.doubt import metrics

COSTS = (0.1, 0.3, 1.0, 3.0)  # in the order in which they are tried, as far as the budget goes
INNER_FOLDS = 3


def best(documents: Sequence[Document], groups: Sequence[str], recipe: Recipe, budget: int) -> Recipe:
    """`budget` is how many costs may be tried; with one or none the recipe stays as it is."""
    costs = COSTS[: max(budget, 0)]
    if len(costs) < 2:
        return recipe
    rows = [row for row, each in enumerate(documents) if each.label in SPECIALTIES]
    known, of = [documents[row] for row in rows], [groups[row] for row in rows]
    parts = folds.fold_of_each([each.label for each in known], of, recipe.seed, INNER_FOLDS)
    figures = np.mean([_tried(known, parts == number, recipe, costs) for number in range(INNER_FOLDS)], axis=0)
    return replace(recipe, cost=costs[int(np.argmax(figures))])


def _tried(documents: Sequence[Document], held: np.ndarray, recipe: Recipe, costs: Sequence[float]) -> list[float]:
    worded = [Worded.of(each.text) for each in documents]
    learned = np.flatnonzero(~held).tolist()
    vocabulary, rarity = vocabularies.learn([documents[row].text for row in learned], recipe.sizes)
    counted = matrix(vocabulary, rarity, worded)
    truth = np.array([SPECIALTIES.index(each.label) for each in documents])
    macro = metrics.macro_f1(len(SPECIALTIES))
    found = []
    for cost in costs:
        learner = LinearSVC(C=cost, class_weight="balanced", random_state=recipe.seed, max_iter=5000)
        learner.fit(counted[~held], truth[~held])
        found.append(macro(truth[held], learner.predict(counted[held])))
    return found
