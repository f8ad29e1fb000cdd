import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mapie.classification import SplitConformalClassifier
from sklearn.base import BaseEstimator, ClassifierMixin

from clinic.doubt.checked import Unfit
from clinic.doubt.conformal import PredictionSets, Score, compare_scores, needed
from tests.unit.doubt.test_calibration import engine


class Fixed(ClassifierMixin, BaseEstimator):
    """An engine for MAPIE whose input already is its answer."""

    classes_ = np.arange(4)

    def fit(self, given: np.ndarray, labels: np.ndarray) -> "Fixed":
        return self

    def predict_proba(self, given: np.ndarray) -> np.ndarray:
        return given

    def predict(self, given: np.ndarray) -> np.ndarray:
        return np.asarray(given.argmax(axis=1))

    def __sklearn_is_fitted__(self) -> bool:
        return True


@pytest.mark.filterwarnings("ignore:WARNING. your conformalization dataset:UserWarning")
def test_mapie_finds_the_same_sets_class_by_class() -> None:
    """MAPIE has no class-conditional sets: it is asked once for each class, with that class's rows only."""
    _, labels, true = engine(1500, seed=3)
    ours = PredictionSets.fit(true[:1000], labels[:1000]).sets(true[1000:])
    for name in range(4):
        mine = labels[:1000] == name
        mapie = SplitConformalClassifier(Fixed(), confidence_level=0.9, conformity_score="lac", prefit=True)
        mapie.conformalize(true[:1000][mine], labels[:1000][mine])
        _, theirs = mapie.predict_set(true[1000:])
        assert (ours[:, name] == theirs[:, name, 0]).all()


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000), st.sampled_from(list(Score)), st.sampled_from([0.8, 0.9, 0.95]))
def test_the_promise_is_kept_on_the_labelled_rows_themselves(seed: int, score: Score, level: float) -> None:
    _, labels, true = engine(300, seed=seed)
    made = PredictionSets.fit(true, labels, level, score=score)
    inside = made.sets(true)[np.arange(300), labels]
    for name in range(4):
        if (labels == name).any():
            assert inside[labels == name].mean() >= level


def test_a_higher_level_never_takes_a_class_out() -> None:
    _, labels, true = engine(800)
    low = PredictionSets.fit(true, labels, 0.8).sets(true)
    high = PredictionSets.fit(true, labels, 0.8, floors={2: 0.99}).sets(true)
    assert (high >= low).all() and (high[:, 2] > low[:, 2]).any()
    assert (high[:, [0, 1, 3]] == low[:, [0, 1, 3]]).all()


def test_a_class_with_too_few_rows_is_in_every_set_and_named() -> None:
    _, labels, true = engine(400)
    rare = np.flatnonzero(labels == 3)
    keep = np.setdiff1d(np.arange(400), rare[8:])
    made = PredictionSets.fit(true[keep], labels[keep])
    assert made.n[3] == 8 and made.too_few == (3,)
    assert made.sets(true)[:, 3].all()
    keep = np.setdiff1d(np.arange(400), rare[9:])
    assert PredictionSets.fit(true[keep], labels[keep]).too_few == ()


def test_how_many_a_level_needs() -> None:
    assert [needed(level) for level in (0.8, 0.9, 0.95, 0.99)] == [4, 9, 19, 99]


def test_sets_survive_storage_bit_for_bit() -> None:
    _, labels, true = engine(500)
    for score in Score:
        made = PredictionSets.fit(true, labels, score=score)
        again = PredictionSets.from_json(json.loads(json.dumps(made.as_json())))
        assert again == made
        assert (again.sets(true) == made.sets(true)).all()


def test_the_scores_compared() -> None:
    _, labels, true = engine(2000)
    trials = compare_scores(true, labels)
    assert [trial.mean_size for trial in trials] == sorted(trial.mean_size for trial in trials)
    assert trials[0].score is Score.LAC
    assert all(trial.covered > 0.85 for trial in trials)


def test_what_gives_no_sets_is_refused() -> None:
    _, labels, true = engine(100)
    bad = [
        (true * 1.1, labels, "outside 0 to 1|sum to 1"),
        (np.where(true > 2, true, np.nan), labels, "finite"),
        (true, labels - 1, "outside 0 to 3"),
        (true, labels.astype(float), "whole numbers"),
        (true[:0], labels[:0], "nothing given"),
        (true, labels[:5], "100 expected"),
    ]
    for probabilities, truth, says in bad:
        with pytest.raises(Unfit, match=says):
            PredictionSets.fit(probabilities, truth)
    with pytest.raises(Unfit, match="not between 0 and 1"):
        PredictionSets.fit(true, labels, level=1.0)
    with pytest.raises(Unfit, match="floors"):
        PredictionSets.fit(true, labels, floors={4: 0.9})
    with pytest.raises(Unfit, match="classes expected"):
        PredictionSets.fit(true, labels).sets([[0.5, 0.5]])
    with pytest.raises(Unfit, match="different numbers"):
        PredictionSets.from_json(PredictionSets.fit(true, labels).as_json() | {"n": [1, 2]})
