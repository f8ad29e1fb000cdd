import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import logsumexp

from clinic.doubt.checked import Unfit
from clinic.doubt.coverage import GUESSES, Decided, live, log_payoffs


@given(st.integers(0, 300), st.integers(0, 300))
def test_the_interval_holds_what_was_counted(right: int, wrong: int) -> None:
    seen = live([Decided(1, right, wrong)])
    if seen is None:
        assert right + wrong == 0
    else:
        assert seen.figure.low <= seen.figure.value == right / (right + wrong) <= seen.figure.high


def test_nobody_has_decided_yet() -> None:
    assert live([]) is None
    assert live([Decided(1, 0, 0), Decided(0.05, 0, 0)]) is None


def test_it_alarms_only_when_the_target_is_surely_missed() -> None:
    on_target, below, surely_below = (live([Decided(1, right, 1000 - right)]) for right in (900, 875, 850))
    assert on_target and below and surely_below
    assert (on_target.alarm, below.alarm, surely_below.alarm) == (False, False, True)


def test_flagged_cases_weigh_as_little_as_they_are_rare() -> None:
    """95 % of the traffic is right 95 in 100, the flagged 5 % half the time: 92.75 % over all, whoever is read more."""
    seen = live([Decided(1, 250, 250), Decided(0.05, 451, 24)])
    assert seen is not None
    assert seen.figure.value == pytest.approx((25 * 0.5 / 25 * 25 + 451) / (25 + 475), abs=1e-9)
    assert seen.figure.low < 0.927 < seen.figure.high


def test_counts_in_parts_are_counts() -> None:
    assert live([Decided(1, 40, 5), Decided(1, 50, 5)]) == live([Decided(1, 90, 10)])


@pytest.mark.parametrize("chance", [1.0, 0.05])
def test_looking_at_every_decision_does_not_spoil_it(chance: float) -> None:
    """Streams with 90 % coverage, half the decisions on flagged cases: 5 in 100 ever exclude the truth."""
    rng = np.random.default_rng(0)
    flagged_right, flagged_wrong = log_payoffs(np.array([0.9]), chance)
    other_right, other_wrong = log_payoffs(np.array([0.9]), 1)
    excluded = 0
    for _ in range(200):
        flagged, right = rng.random((2000, 1)) < 0.5, rng.random((2000, 1)) < 0.9
        paid = np.where(
            flagged, np.where(right, flagged_right, flagged_wrong), np.where(right, other_right, other_wrong)
        )
        wealth = logsumexp(paid.cumsum(axis=0), axis=1) - np.log(GUESSES)
        excluded += wealth.max() >= np.log(20)
    assert excluded / 200 <= 0.05


def test_each_decision_is_a_fair_bet_for_the_truth() -> None:
    for stake in (1.0, 0.05):
        for share in (0.02, 0.5, 0.9):
            right, wrong = log_payoffs(np.array([share]), stake)
            assert share * np.exp(right) + (1 - share) * np.exp(wrong) == pytest.approx(1)


def test_impossible_counts_are_refused() -> None:
    for chance in (0, 1.5, float("nan")):
        with pytest.raises(Unfit, match="picked with"):
            Decided(chance, 1, 1)
    with pytest.raises(Unfit, match="below 0"):
        Decided(1, -1, 1)
    with pytest.raises(Unfit, match="target"):
        live([Decided(1, 1, 1)], target=1.2)
    assert Decided.from_json(Decided(0.05, 3, 4).as_json()) == Decided(0.05, 3, 4)
