"""May the challenger take over? Not if it could be more than three points worse, nor if a class suffers by five.

Both engines answered the same cases and people read them. Cases on which the two differ decide: paired score test of
non-inferiority (Tango 1998), its variance taken at the margin, so that few differences do not look like certainty.

People look at the page whenever they like, the test only when 500, 1000, 2000 and 4000 cases are read: each look has
its own limit, all four together let a challenger that is three points worse pass with chance at most 5 %.

Cases are read by policy, not at random: those that the present engine doubted are always read, which would favour the
challenger. So each case weighs in inverse proportion to its chance of being read, and looks count effective cases.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from clinic.doubt import checked
from clinic.doubt.checked import Bools, Floats, Ints, Unfit
from clinic.doubt.intervals import FEW, Figure

MARGIN, CLASS_MARGIN = 0.03, 0.05
# Normal limits of the looks; the joint chance to pass any of them at the margin is 4.97 % (a test integrates it).
LOOKS = ((500, 2.0), (1000, 2.08), (2000, 2.18), (4000, 2.3))
POWER = 0.8


class Reason(StrEnum):
    """Why the gate stays shut."""

    TOO_FEW_READ = "too_few_read"  # the first look has not come yet
    MARGIN_NOT_EXCLUDED = "margin_not_excluded"  # wait for the next look
    LOOKS_USED_UP = "looks_used_up"  # the last look failed: this challenger will not pass
    CLASS_WORSE = "class_worse"
    CLASS_TOO_FEW = "class_too_few"  # a class of which fewer than 30 cases were read


@dataclass(frozen=True)
class Compared:
    """Challenger minus present engine, share of right answers."""

    difference: Figure
    won: int  # cases only the challenger has right
    lost: int  # cases only the present engine has right


@dataclass(frozen=True)
class Verdict:
    reasons: tuple[Reason, ...]
    n: int
    effective_n: float
    look: int | None  # the look that spoke, in effective cases
    at_look: Compared | None  # what it saw; passes when `difference.low` is above -3 points
    now: Compared | None  # all cases read; None: none yet
    by_class: tuple[Compared | None, ...]
    needed: (
        int  # effective cases of the look that passes an equal challenger with chance 80 %, at the observed discordance
    )

    @property
    def passed(self) -> bool:
        return not self.reasons

    @property
    def still_needed(self) -> int:
        return max(0, int(np.ceil(self.needed - self.effective_n)))


def judge(
    present_right: ArrayLike,
    challenger_right: ArrayLike,
    truth: ArrayLike,
    classes: int,
    picked_with: ArrayLike | None = None,
) -> Verdict:
    """Cases in the order in which they were decided; `picked_with`: each case's chance of being read, by policy."""
    n = np.asarray(truth).size
    if n == 0:
        return _nothing_read(classes)
    gains = _gains(present_right, challenger_right, n)
    true_class = checked.labels(truth, classes, n)
    weights = _weights(picked_with, n)
    reached = _reached(weights)
    by_class = tuple(_of_class(gains, weights, true_class == name) for name in range(classes))
    at_look, reasons = None, [Reason.TOO_FEW_READ]
    if reached is not None:
        number, rows = reached
        at_look = _compared(gains[:rows], weights[:rows], LOOKS[number][1])
        reasons = _of_look(at_look, number)
    return Verdict(
        reasons=tuple(reasons + _of_classes(by_class)),
        n=n,
        effective_n=_effective(weights),
        look=None if reached is None else LOOKS[reached[0]][0],
        at_look=at_look,
        now=_compared(gains, weights, LOOKS[0][1]),
        by_class=by_class,
        needed=needed(float(weights @ np.abs(gains) / weights.sum())),
    )


def power(effective_n: float, limit: float, discordance: float, difference: float = 0.0) -> float:
    """The chance that one look passes a challenger whose true difference is this (normal approximation)."""
    spread = max(discordance - difference**2, 1e-9) ** 0.5
    at_margin = max(discordance, MARGIN) - MARGIN**2
    reach = (MARGIN + difference) * effective_n**0.5 - limit * at_margin**0.5
    return float(ndtr(reach / spread))


def needed(discordance: float) -> int:
    """The first look that passes an equal challenger with chance 80 %; the last one where none does."""
    for cases, limit in LOOKS:
        if power(cases, limit, discordance) >= POWER:
            return cases
    return LOOKS[-1][0]


def _nothing_read(classes: int) -> Verdict:
    reasons = (Reason.TOO_FEW_READ, Reason.CLASS_TOO_FEW)
    return Verdict(reasons, 0, 0.0, None, None, None, (None,) * classes, LOOKS[0][0])


def _gains(present_right: ArrayLike, challenger_right: ArrayLike, n: int) -> Ints:
    before = checked.flags(present_right, n, "present_right").astype(np.int64)
    return np.asarray(checked.flags(challenger_right, n, "challenger_right").astype(np.int64) - before)


def _weights(picked_with: ArrayLike | None, n: int) -> Floats:
    if picked_with is None:
        return np.ones(n)
    chances = checked.finite(picked_with, "picked_with", 1)
    if len(chances) != n or chances.min() <= 0 or chances.max() > 1:
        raise Unfit(f"picked_with: {n} chances above 0 and up to 1 expected")
    return np.asarray(chances.min() / chances)


def _effective(weights: Floats) -> float:
    """How many cases of equal weight would tell as much (Kish)."""
    return float(weights.sum() ** 2 / (weights @ weights))


def _reached(weights: Floats) -> tuple[int, int] | None:
    """The last look that has come: its number and how many cases it may see."""
    effective = np.cumsum(weights) ** 2 / np.cumsum(weights * weights)
    found = None
    for number, (cases, _) in enumerate(LOOKS):
        enough = np.flatnonzero(effective >= cases - 1e-6)
        if enough.size:
            found = number, int(enough[0]) + 1
    return found


def _of_look(seen: Compared, number: int) -> list[Reason]:
    if seen.difference.low > -MARGIN:
        return []
    return [Reason.LOOKS_USED_UP if number == len(LOOKS) - 1 else Reason.MARGIN_NOT_EXCLUDED]


def _of_classes(by_class: Sequence[Compared | None]) -> list[Reason]:
    reasons = []
    if any(seen is None or seen.difference.n < FEW for seen in by_class):
        reasons.append(Reason.CLASS_TOO_FEW)
    if any(seen is not None and seen.difference.value < -CLASS_MARGIN for seen in by_class):
        reasons.append(Reason.CLASS_WORSE)
    return reasons


def _of_class(gains: Ints, weights: Floats, inside: Bools) -> Compared | None:
    return _compared(gains[inside], weights[inside], float(ndtri(0.975))) if inside.any() else None


@dataclass(frozen=True)
class Sums:
    """All the test needs of the cases: weights and squared weights of those won, lost and tied."""

    won: float
    lost: float
    tied: float
    won_squares: float
    lost_squares: float
    tied_squares: float

    @classmethod
    def of(cls, gains: Ints, weights: Floats) -> Self:
        sides = (gains > 0, gains < 0, gains == 0)
        return cls(*(float(weights @ side) for side in sides), *(float(weights**2 @ side) for side in sides))

    @property
    def total(self) -> float:
        return self.won + self.lost + self.tied

    @property
    def squares(self) -> float:
        return self.won_squares + self.lost_squares + self.tied_squares

    @property
    def difference(self) -> float:
        return (self.won - self.lost) / self.total


def _compared(gains: Ints, weights: Floats, limit: float) -> Compared:
    sums = Sums.of(gains, weights)
    value = sums.difference
    low = _where(lambda at: score(sums, at) - limit, -1.0, value)
    high = _where(lambda at: score(sums, at) + limit, value, 1.0)
    figure = Figure(value, min(low, value), max(high, value), len(gains))
    return Compared(figure, won=int((gains > 0).sum()), lost=int((gains < 0).sum()))


def score(sums: Sums, at: float) -> float:
    """How many standard errors the observed difference lies above `at`, were `at` the truth.

    The larger of two variances: Tango's, which knows that a difference of `at` takes that many differing cases, and the
    weighted one, which knows which cases differ.
    """
    won, lost = sums.won / sums.total, sums.lost / sums.total
    middle = -won - lost + (2 - won + lost) * at
    likeliest_lost = ((middle * middle + 8 * lost * at * (1 - at)) ** 0.5 - middle) / 4
    by_margin = 2 * likeliest_lost + at * (1 - at)
    off = sums.won_squares * (1 - at) ** 2 + sums.lost_squares * (1 + at) ** 2 + sums.tied_squares * at**2
    spread = max(by_margin, off / sums.squares, 1e-12) ** 0.5
    return float((won - lost - at) * sums.total / sums.squares**0.5 / spread)


def _where(falling: Callable[[float], float], low: float, high: float) -> float:
    """Where a falling function crosses 0, by halving."""
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if falling(middle) > 0 else (low, middle)
    return (low + high) / 2
