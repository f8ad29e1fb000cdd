"""What else could answer: each candidate learns the five specialties on the same folds as the others, the classic
forest among them as the named baseline, and all are compared on the same documents."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, Protocol

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.feature_selection import SelectKBest, chi2
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import ComplementNB
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.svm import LinearSVC

from classify.inference.linear import Array, matrix
from classify.inference.specialties import SPECIALTIES
from classify.inference.terms import Vocabulary, Worded
from classify.training import sentences, vocabularies
from classify.training.heads import Recipe
from clinic.doubt.calibration import logits_of

FOREST, SHIPPED = "classic forest", "linear, with openings"


class Learner(Protocol):
    def fit(self, texts: Sequence[str], truth: np.ndarray) -> Any: ...

    def scores(self, texts: Sequence[str]) -> Array: ...


@dataclass
class Piped:
    """Any pipeline that starts from texts; its scores are decision values, or logarithms of probabilities."""

    pipeline: Pipeline

    def fit(self, texts: Sequence[str], truth: np.ndarray) -> "Piped":
        self.pipeline.fit(list(texts), truth)
        return self

    def scores(self, texts: Sequence[str]) -> Array:
        if hasattr(self.pipeline, "decision_function"):
            return np.asarray(self.pipeline.decision_function(list(texts)))
        return logits_of(self.pipeline.predict_proba(list(texts)))


@dataclass
class OurTerms:
    """A learner of sklearn's on the terms of the shipped engine."""

    learner: Any
    recipe: Recipe
    vocabulary: Vocabulary | None = None
    rarity: Array | None = None

    def fit(self, texts: Sequence[str], truth: np.ndarray) -> "OurTerms":
        self.vocabulary, self.rarity = vocabularies.learn(texts, self.recipe.sizes)
        self.learner.fit(self._counted(texts), truth)
        return self

    def scores(self, texts: Sequence[str]) -> Array:
        return np.asarray(self.learner.decision_function(self._counted(texts)))

    def _counted(self, texts: Sequence[str]) -> csr_matrix:
        assert self.vocabulary is not None and self.rarity is not None  # noqa: S101  (learned first)
        return matrix(self.vocabulary, self.rarity, [Worded.of(text) for text in texts])


@dataclass
class OnEmbeddings:
    """A linear head on sentence vectors, each made once."""

    vectors: Mapping[str, Array]
    learner: Any

    def fit(self, texts: Sequence[str], truth: np.ndarray) -> "OnEmbeddings":
        self.learner.fit(self._of(texts), truth)
        return self

    def scores(self, texts: Sequence[str]) -> Array:
        return np.asarray(self.learner.decision_function(self._of(texts)))

    def _of(self, texts: Sequence[str]) -> Array:
        return np.array([self.vectors[text] for text in texts])


def forest(seed: int) -> Learner:
    """The classic recipe, exactly."""
    return Piped(
        make_pipeline(
            TfidfVectorizer(max_features=10_000, ngram_range=(1, 2)),
            SelectKBest(chi2, k=5_000),
            RandomForestClassifier(100, max_depth=20, class_weight="balanced", random_state=seed),
        )
    )


def all_of(texts: Sequence[str], recipe: Recipe) -> dict[str, Callable[[], Learner]]:
    seed = recipe.seed
    made: dict[str, Callable[[], Learner]] = {
        FOREST: lambda: forest(seed),
        "complement naive Bayes": lambda: Piped(make_pipeline(_words(), ComplementNB(alpha=0.1))),
        "gradient boosting": lambda: Piped(_boosting(seed)),
        "logistic regression on words": lambda: Piped(make_pipeline(_words(), _logistic(10.0))),
        "linear SVM on words": lambda: Piped(make_pipeline(_words(), _svm(seed, 0.5))),
        SHIPPED: lambda: OurTerms(_svm(seed, recipe.cost), recipe),
    }
    if place := sentences.folder():
        vectors = cache(partial(sentences.vectors_of, texts, place))  # made once, when the first fold asks
        made["MiniLM and a linear head"] = lambda: OnEmbeddings(vectors(), _logistic(10.0))
    return made


def held_out_scores(make: Callable[[], Learner], texts: Sequence[str], truth: np.ndarray, fold: np.ndarray) -> Array:
    """Of each document, by a learner that had not seen it."""
    scores = np.zeros((len(texts), len(SPECIALTIES)))
    for number in np.unique(fold):
        held, learned = (np.flatnonzero(chosen).tolist() for chosen in (fold == number, fold != number))
        learner = make()
        learner.fit([texts[row] for row in learned], truth[learned])
        scores[held] = learner.scores([texts[row] for row in held])
    return scores


def stacked(scores: Mapping[str, Array], truth: np.ndarray, fold: np.ndarray) -> Array:
    """A linear head on what the others said of documents they had not seen, learned on other folds."""
    told = np.hstack([scores[name] for name in sorted(scores) if name != FOREST])
    found = np.zeros((len(truth), len(SPECIALTIES)))
    for number in np.unique(fold):
        learner = _logistic(0.1).fit(told[fold != number], truth[fold != number])
        found[fold == number] = learner.decision_function(told[fold == number])
    return found


def _words() -> TfidfVectorizer:
    return TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)


def _logistic(cost: float) -> LogisticRegression:
    return LogisticRegression(C=cost, class_weight="balanced", max_iter=500, tol=1e-3)


def _svm(seed: int, cost: float) -> LinearSVC:
    return LinearSVC(C=cost, class_weight="balanced", random_state=seed)


def _boosting(seed: int) -> Pipeline:
    dense = FunctionTransformer(lambda sparse: sparse.toarray(), accept_sparse=True)
    learner = HistGradientBoostingClassifier(
        max_iter=80, learning_rate=0.15, max_leaf_nodes=15, class_weight="balanced", random_state=seed,
        early_stopping=False,
    )  # fmt: skip
    return make_pipeline(_words(), SelectKBest(chi2, k=400), dense, learner)
