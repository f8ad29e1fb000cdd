import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from sklearn.metrics import f1_score, roc_auc_score

from clinic.doubt import metrics
from clinic.doubt.checked import Unfit
from clinic.doubt.intervals import Figure, apart, at_least, at_most, bootstrap, clopper_pearson, too_few, wilson

counted = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counted)
def test_proportions_are_those_of_scipy(pair: tuple[int, int]) -> None:
    successes, n = pair
    for ours, method in ((wilson(successes, n), "wilson"), (clopper_pearson(successes, n), "exact")):
        theirs = binomtest(successes, n).proportion_ci(method=method)
        assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)
        assert ours.low <= ours.value <= ours.high


@given(counted)
def test_one_sided_bounds_are_those_of_scipy(pair: tuple[int, int]) -> None:
    successes, n = pair
    less = binomtest(successes, n, alternative="less").proportion_ci(0.95)
    greater = binomtest(successes, n, alternative="greater").proportion_ci(0.95)
    assert at_most(successes, n) == pytest.approx(less.high, abs=1e-9)
    assert at_least(successes, n) == pytest.approx(greater.low, abs=1e-9)


def test_nobody_counted_is_refused() -> None:
    for interval in (wilson, clopper_pearson):
        with pytest.raises(Unfit, match="n is 0"):
            interval(0, 0)
    with pytest.raises(Unfit, match="is not a count"):
        wilson(3, 2)
    with pytest.raises(Unfit, match="not between 0 and 1"):
        wilson(1, 2, level=1.0)
    with pytest.raises(Unfit, match="not an interval"):
        Figure(float("nan"), 0, 1, 5)


def test_how_far_two_shares_are_apart_is_as_newcombe_printed_it() -> None:
    """Statistics in Medicine 1998, method 10, example (a)."""
    found = apart(56, 70, 48, 80)
    assert (round(found.value, 4), round(found.low, 4), round(found.high, 4)) == (0.2, 0.0524, 0.3339)


def test_how_far_two_shares_are_apart_is_told_the_other_way_round_too() -> None:
    one, other = apart(20, 40, 39, 40), apart(39, 40, 20, 40)
    assert (one.low, one.high) == pytest.approx((-other.high, -other.low))


def test_few_is_under_thirty() -> None:
    assert too_few(29) and not too_few(30)
    assert wilson(1, 29).too_few


def test_a_figure_survives_storage() -> None:
    figure = wilson(17, 60)
    assert Figure.from_json(figure.as_json()) == figure


@given(st.integers(0, 10_000))
def test_metrics_are_those_of_scikit_learn(seed: int) -> None:
    rng = np.random.default_rng(seed)
    truth, answer = rng.integers(0, 2, 40), rng.integers(0, 2, 40)
    score = rng.integers(0, 6, 40) / 5  # with ties
    truth[:2] = (0, 1)
    assert metrics.f1(1)(truth, answer) == pytest.approx(f1_score(truth, answer))
    assert metrics.auc(truth, score) == pytest.approx(roc_auc_score(truth, score))


def test_the_same_seed_gives_the_same_interval() -> None:
    rng = np.random.default_rng(1)
    truth, answer = rng.integers(0, 3, 200), rng.integers(0, 3, 200)
    first = metrics.figure(metrics.macro_f1(3), truth, answer, draws=100)
    assert first == metrics.figure(metrics.macro_f1(3), truth, answer, draws=100)
    assert first != metrics.figure(metrics.macro_f1(3), truth, answer, draws=100, seed=1)


def test_pairs_are_drawn_together() -> None:
    """Two engines that err on the same cases differ by nothing, in every draw."""
    rng = np.random.default_rng(2)
    truth, old = rng.integers(0, 2, 300), rng.integers(0, 2, 300)
    gain = metrics.difference(metrics.accuracy, truth, old, old, draws=100)
    assert (gain.value, gain.low, gain.high) == (0, 0, 0)


def test_ten_films_of_one_patient_are_not_ten_patients() -> None:
    rng = np.random.default_rng(3)
    of_patient = rng.integers(0, 2, 30)
    right, patient = np.repeat(of_patient, 10), np.repeat(np.arange(30), 10)
    alone = bootstrap(lambda x: float(x.mean()), right)
    together = bootstrap(lambda x: float(x.mean()), right, groups=patient)
    assert together.high - together.low > 2.5 * (alone.high - alone.low)


def test_a_metric_that_is_undefined_is_refused() -> None:
    with pytest.raises(Unfit):
        metrics.figure(metrics.auc, [1, 1, 1], [0.2, 0.3, 0.4], draws=10)
    with pytest.raises(Unfit, match="columns of one length"):
        metrics.figure(metrics.accuracy, [1, 1, 1], [1, 1])
    with pytest.raises(Unfit, match="groups"):
        metrics.figure(metrics.accuracy, [1, 1, 1], [1, 1, 0], groups=[1])
