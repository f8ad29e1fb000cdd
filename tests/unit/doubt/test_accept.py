import json

import numpy as np
import pytest

from clinic.doubt.accept import AcceptRule, accept_threshold, accepted, labels_needed, recall_threshold, simulate
from clinic.doubt.calibration import softmax
from clinic.doubt.checked import Unfit
from clinic.doubt.intervals import at_most
from tests.unit.doubt.test_calibration import engine


def sure_engine(n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Calibrated, and mostly sure: about 60 % of its answers have a confidence above 0.95."""
    rng = np.random.default_rng(seed)
    true = softmax(rng.normal(0, 5, (n, 3)))
    return true, (true.cumsum(axis=1) < rng.random(n)[:, None]).sum(axis=1).clip(0, 2)


def test_a_threshold_is_backed_by_its_bound() -> None:
    given, labels = sure_engine(3000)
    rule = AcceptRule.fit(given, labels)
    one = rule.thresholds[0]
    assert one.value is not None and one.bound is not None
    mask = rule.accepts(given)
    assert one.accepted == mask.sum()
    assert one.wrong == (mask & (given.argmax(axis=1) != labels)).sum()
    assert at_most(one.wrong, one.accepted, 0.95) <= one.bound <= 0.02


def test_too_few_labels_accept_nothing() -> None:
    n = labels_needed()
    assert accept_threshold(np.full(n - 1, 0.9995), np.ones(n - 1, dtype=bool)).value is None
    assert accept_threshold(np.full(n, 0.9995), np.ones(n, dtype=bool)).value is not None


def test_an_engine_that_errs_while_sure_is_never_accepted() -> None:
    right = np.arange(2000) % 10 != 0
    assert accept_threshold(np.full(2000, 0.9999), right).value is None


def test_each_class_has_its_own() -> None:
    given, labels = sure_engine(6000)
    spoiled = np.where((given.argmax(axis=1) == 1) & (np.arange(6000) % 5 == 0), 0, labels)
    rule = AcceptRule.fit_by_class(given, spoiled)
    assert rule.values[1] is None
    assert rule.values[0] is not None and rule.values[2] is not None
    assert not (rule.accepts(given) & (given.argmax(axis=1) == 1)).any()


def test_a_rule_survives_storage() -> None:
    given, labels = sure_engine(2000)
    rule = AcceptRule.fit_by_class(given, labels)
    assert AcceptRule.from_json(json.loads(json.dumps(rule.as_json()))) == rule


def test_the_recall_threshold_by_hand() -> None:
    """59 cases: only the lowest of them promises 95 % recall at 95 % confidence; with 58 nothing does."""
    scores = np.arange(1, 60) / 100
    found = recall_threshold(scores, np.ones(59, dtype=bool))
    assert found.value == 0.01 and found.needed == 59
    assert found.recall is not None and found.recall.value == 1
    assert recall_threshold(scores[:58], np.ones(58, dtype=bool)).value is None
    ninety_three = recall_threshold(np.arange(93) / 100, np.ones(93, dtype=bool))
    assert ninety_three.value == 0.01  # the second lowest of 93: the next rank of the tables of tolerance limits


def test_the_recall_promise_is_kept_as_often_as_promised() -> None:
    rng = np.random.default_rng(0)
    kept = 0
    for _ in range(400):
        found = recall_threshold(rng.random(200), np.ones(200, dtype=bool), recall=0.9)
        assert found.value is not None
        kept += 1 - found.value >= 0.9  # uniform scores: the recall of a threshold is 1 minus it
    assert kept / 400 >= 0.92


def test_a_change_is_counted_before_it_is_made() -> None:
    given = np.array([[0.95, 0.05], [0.8, 0.2], [0.3, 0.7], [0.05, 0.95]])
    change = simulate([0.7, 0.9], [0.9, 0.6], given, [0, 1, 0, 1])
    assert (change.review_before, change.review_after, change.more_to_review) == (1, 1, 0)
    assert (change.newly_reviewed, change.no_longer_reviewed) == (1, 1)
    assert change.wrong_before is not None and change.wrong_before.value == pytest.approx(1 / 3)
    assert change.wrong_after is not None and change.wrong_after.value == pytest.approx(1 / 3)
    assert change.review_after_by_class == (1, 0)
    assert simulate([0.7, 0.9], [None, None], given).review_share_after.value == 1
    assert simulate([0, 0], [None, None], given, [0, 0, 0, 0]).wrong_after is None


def test_wrong_thresholds_are_refused() -> None:
    _, labels, true = engine(50)
    for values in ([0.5] * 3, [0.5, 0.5, 0.5, 1.5], [0.5, 0.5, 0.5, -0.1], [0.5, 0.5, 0.5, float("nan")]):
        with pytest.raises(Unfit, match="thresholds"):
            accepted(true, values)
    with pytest.raises(Unfit, match="strict to lenient"):
        accept_threshold([0.5], [True], grid=(0.5, 0.9))
    with pytest.raises(Unfit, match="not between"):
        AcceptRule.fit(true, labels, at_most_wrong=0)
