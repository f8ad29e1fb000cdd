"""Live coverage, looked at after every decision: how often is the truth ever excluded, how soon is a miss told?"""

from collections.abc import Iterator

import numpy as np
from scipy.special import logsumexp

from benchmarks.doubt.report import Line, percent, seldom, share
from clinic.doubt.checked import Bools, Floats
from clinic.doubt.coverage import GUESSES, Decided, live, log_payoffs
from clinic.doubt.intervals import wilson

DECISIONS = 5000
POLICY = 0.05  # of the results that nobody flagged are read


def live_coverage(streams: int) -> Iterator[Line]:
    rng = np.random.default_rng(5)
    plain, weighted, ordinary, late = [], [], [], []
    for _ in range(streams):
        right = rng.random(DECISIONS) < 0.9
        plain.append(_ever_excluded(0.9, right, np.ones(DECISIONS)))
        ordinary.append(_wilson_excludes(right))
        weighted.append(_ever_excluded(*_flagged_stream(rng)))
        late.append(_decisions_until_alarm(rng.random(DECISIONS) < 0.84))
    yield seldom("live coverage of 90 %: streams that ever exclude it", plain, 0.05, "streams", "coverage miscovers")
    yield seldom("  half the decisions on flagged cases (read 20 times as often)", weighted, 0.05, "streams")
    wrongly = share(ordinary)
    yield Line("  an ordinary interval (Wilson) looked at as often, for comparison", percent(wrongly, "streams"))
    found = share([when is not None for when in late])
    middle = float(np.median([DECISIONS if when is None else when for when in late]))
    yield Line(
        f"coverage fallen to 84 %: alarm within {DECISIONS:,} decisions, median {middle:.0f}",
        percent(found, "streams"),
        "90 %",
        found.value >= 0.9,
    )


def _ever_excluded(truth: float, right: Bools, stakes: Floats) -> bool:
    products = np.zeros((len(right), GUESSES))
    for stake in np.unique(stakes):
        when_right, when_wrong = log_payoffs(np.array([truth]), float(stake))
        here = (stakes == stake)[:, None]
        products += here * np.where(right[:, None], when_right, when_wrong)
    wealth = logsumexp(products.cumsum(axis=0), axis=1) - np.log(GUESSES)
    return bool(wealth.max() >= np.log(20))


def _flagged_stream(rng: np.random.Generator) -> tuple[float, Bools, Floats]:
    """5 in 105 results are flagged and right half the time, the rest 92 in 100; the decisions are half and half."""
    flagged = rng.random(DECISIONS) < 0.5
    right = rng.random(DECISIONS) < np.where(flagged, 0.5, 0.92)
    truth = (POLICY * 0.5 + 0.92) / (POLICY + 1)
    return truth, right, np.where(flagged, POLICY, 1.0)


def _wilson_excludes(right: Bools) -> bool:
    looks = range(30, DECISIONS, 10)
    counted = right.cumsum()
    figures = (wilson(int(counted[look - 1]), look) for look in looks)
    return any(not figure.low <= 0.9 <= figure.high for figure in figures)


def _decisions_until_alarm(right: Bools) -> int | None:
    counted = right.cumsum()
    low, high = 0, len(right) // 50
    if not _alarm(counted, high * 50):
        return None
    while high - low > 1:  # halving finds an alarm that stays, to within 50 decisions
        middle = (low + high) // 2
        low, high = (low, middle) if _alarm(counted, middle * 50) else (middle, high)
    return high * 50


def _alarm(counted: np.ndarray, n: int) -> bool:
    seen = live([Decided(1, int(counted[n - 1]), n - int(counted[n - 1]))])
    return seen is not None and seen.alarm
