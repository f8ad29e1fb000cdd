"""Learns the heads: one for each specialty, one for what is something else, one for what is urgent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from classify.inference.linear import Array, Heads, matrix
from classify.inference.specialties import OTHER, SPECIALTIES, URGENT
from classify.inference.terms import Worded
from classify.training import vocabularies
from classify.training.documents import Document
from classify.training.urgent import is_urgent
from classify.training.vocabularies import Sizes

HEADS = (*SPECIALTIES, OTHER, URGENT)
KEPT_DIGITS = 3

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Recipe:
    sizes: Sizes = Sizes()  # noqa: RUF009  (frozen)
    cost: float = 0.3  # of one error against the size of the weights
    seed: int = 1


def learn(documents: Sequence[Document], recipe: Recipe) -> Heads:
    """The vocabulary is of the labelled documents; each head learns from those whose answer to it is known."""
    texts = [document.text for document in documents]
    is_labelled = np.array([document.label in SPECIALTIES for document in documents])
    vocabulary, rarity = vocabularies.learn(
        [text for text, known in zip(texts, is_labelled, strict=True) if known], recipe.sizes
    )
    counted = matrix(vocabulary, rarity, [Worded.of(text) for text in texts])
    learned = [_head(counted, *_asked(documents, name), recipe) for name in HEADS]
    weights = np.column_stack([each for each, _ in learned])
    return Heads(HEADS, vocabulary, rarity, rounded(weights), rounded(np.array([bias for _, bias in learned])))


def _asked(documents: Sequence[Document], head: str) -> tuple[Bools, Bools]:
    """Whose answer is known, and what it is."""
    answers = [_answer(document, head) for document in documents]
    return np.array([answer is not None for answer in answers]), np.array([bool(answer) for answer in answers])


def _answer(document: Document, head: str) -> bool | None:
    if head == URGENT:
        return is_urgent(document)
    if not document.label or (document.label == OTHER and head != OTHER):
        return None
    return document.label == head


def _head(counted: csr_matrix, known: Bools, answer: Bools, recipe: Recipe) -> tuple[Array, float]:
    if len(np.unique(answer[known])) < 2:
        return np.zeros(counted.shape[1]), -1.0
    learner = LinearSVC(C=recipe.cost, class_weight="balanced", random_state=recipe.seed, tol=1e-5, max_iter=5000)
    learner.fit(counted[known], answer[known])
    return learner.coef_[0], float(learner.intercept_[0])


def rounded(values: Array) -> Array:
    kept: Array = np.round(values, KEPT_DIGITS).astype(np.float32).astype(np.float64)
    return kept


def by_name(scores: Array, heads: Heads) -> Mapping[str, Array]:
    return {name: scores[:, place] for place, name in enumerate(heads.names)}
