import numpy as np
import pytest
from scipy.special import xlogy
from scipy.stats import multivariate_normal

from clinic.doubt import promotion
from clinic.doubt.checked import Unfit
from clinic.doubt.promotion import LOOKS, Reason, judge


def answers(n: int, won: int, lost: int) -> tuple[np.ndarray, np.ndarray]:
    """Rights of both engines, differences spread evenly over the cases."""
    present, challenger = np.ones(n, dtype=bool), np.ones(n, dtype=bool)
    places = np.linspace(0, n - 1, won + lost).astype(int)
    order = np.random.default_rng(0).permutation(places)
    present[order[:won]] = False
    challenger[order[won:]] = False
    return present, challenger


def even(n: int) -> np.ndarray:
    return np.arange(n) % 3


def test_the_limits_of_the_looks_share_five_percent() -> None:
    cases = np.array([look for look, _ in LOOKS])
    together = np.sqrt(np.minimum.outer(cases, cases) / np.maximum.outer(cases, cases))
    joint = 1 - multivariate_normal(cov=together).cdf([limit for _, limit in LOOKS])
    assert 0.048 < joint <= 0.05


@pytest.mark.parametrize(
    ("won", "lost", "at"), [(1, 0, -0.06), (4, 9, -0.03), (9, 4, -0.03), (0, 0, -0.03), (6, 6, 0.1)]
)
def test_the_score_is_tangos(won: int, lost: int, at: float) -> None:
    """Its variance is that of the likeliest shares among those that differ by `at`, found here by trying them all."""
    n = 120
    shares = np.linspace(max(-at, 0) + 1e-9, 1 - max(at, 0) - 1e-9, 400_001)  # of cases lost
    with np.errstate(divide="ignore", invalid="ignore"):
        same = n - won - lost
        logs = [xlogy(won, shares + at), xlogy(lost, shares), xlogy(same, 1 - 2 * shares - at)]
        likeliest = shares[np.nanargmax(np.where(1 - 2 * shares - at > 0, sum(logs), np.nan))]
    spread = (n * (2 * likeliest + at - at * at)) ** 0.5
    gains = np.array([1] * won + [-1] * lost + [0] * same)
    expected = (won - lost - n * at) / spread
    ours = promotion.score(promotion.Sums.of(gains, np.ones(n)), at)
    assert ours * expected > 0
    assert 0.8 * abs(expected) < abs(ours) <= abs(expected) + 1e-4  # never the smaller of the two variances


def test_an_equal_challenger_passes_and_a_worse_one_does_not() -> None:
    assert judge(*answers(500, 12, 12), even(500), 3).passed
    worse = judge(*answers(500, 5, 25), even(500), 3)
    assert Reason.MARGIN_NOT_EXCLUDED in worse.reasons and worse.look == 500


def test_between_looks_nothing_is_tested() -> None:
    present, challenger = answers(999, 20, 20)
    present[500:] = False  # a triumph after the look changes nothing before the next one
    seen = judge(present, challenger, even(999), 3)
    assert seen.look == 500 and seen.at_look is not None and seen.at_look.difference.n == 500


def test_before_the_first_look_it_says_how_many_are_missing() -> None:
    seen = judge(*answers(120, 2, 2), even(120), 3)
    assert seen.reasons == (Reason.TOO_FEW_READ,) and seen.still_needed == 380
    assert judge([], [], [], 3).still_needed == 500


def test_more_disagreement_needs_more_cases() -> None:
    assert [promotion.needed(share) for share in (0.03, 0.08, 0.15, 0.3)] == [500, 1000, 2000, 4000]


def test_a_class_that_suffers_shuts_the_gate() -> None:
    present, challenger = np.ones(900, dtype=bool), np.ones(900, dtype=bool)
    truth = even(900)
    challenger[np.flatnonzero(truth == 2)[:18]] = False  # 6 points of this class
    present[np.flatnonzero(truth == 0)[:18]] = False
    assert Reason.CLASS_WORSE in judge(present, challenger, truth, 3).reasons


def test_a_class_hardly_read_shuts_the_gate() -> None:
    truth = np.where(np.arange(600) < 29, 1, 0)
    assert judge(*answers(600, 5, 5), truth, 2).reasons == (Reason.CLASS_TOO_FEW,)
    assert judge(*answers(600, 5, 5), even(600), 4).reasons == (Reason.CLASS_TOO_FEW,)


def test_the_last_look_is_the_last() -> None:
    assert Reason.LOOKS_USED_UP in judge(*answers(4000, 300, 500), even(4000), 3).reasons


def test_cases_picked_because_the_present_engine_doubted_weigh_less() -> None:
    """It errs where it doubts: read unweighted the challenger looks far better than it is."""
    n = 4000
    doubted = np.arange(n) % 2 == 0
    present = ~(doubted & (np.arange(n) % 4 == 0))
    challenger = np.where(doubted, True, np.arange(n) % 10 != 1)
    plain = judge(present, challenger, even(n), 3)
    weighed = judge(present, challenger, even(n), 3, np.where(doubted, 1.0, 0.05))
    assert plain.now is not None and plain.now.difference.value > 0.1
    assert weighed.now is not None and weighed.now.difference.value < -0.1
    assert weighed.effective_n < plain.effective_n == n


def test_what_cannot_be_compared_is_refused() -> None:
    present, challenger = answers(10, 1, 1)
    with pytest.raises(Unfit, match="outside"):
        judge(present, challenger, np.full(10, 7), 3)
    with pytest.raises(Unfit, match="each of 10"):
        judge(present[:9], challenger, even(10), 3)
    with pytest.raises(Unfit, match="chances above 0"):
        judge(present, challenger, even(10), 3, np.zeros(10))
