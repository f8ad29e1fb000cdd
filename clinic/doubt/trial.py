"""Two versions compared while they answer: an interval that may be looked at after every document.

Each document is assigned to one of two arms by chance and gets a score from 0 to 1 (which share of its fields was
taken unchanged). What is estimated is how far the second arm's mean lies above the first's. An ordinary 95 % interval
looked at all day finds a winner between two equal versions far more often than 5 %; this one does so with chance at
most 5 % over the whole life of the trial, whenever and however often somebody looks (betting, Waudby-Smith and Ramdas
2024: two bettors with half the money each bet against every difference that might be true, document by document; a
difference against which they have made 25 out of 1 is excluded).

Why it is exact: a score is compared with what was expected before it was seen, doubled, and counted up or down by its
arm. With an arm drawn evenly, the mean of that is the difference between the arms, whatever the scores are like.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, log, sqrt

import numpy as np
from scipy.special import ndtri

from clinic.doubt import checked
from clinic.doubt.checked import Bools, Floats, Unfit
from clinic.doubt.intervals import Figure

POWER = 0.8
STRICT = 0.96  # a little more than the 95 % that is promised
MARGIN = 1.08  # the spread is learned on the way, and arms are never quite even
LARGEST_STAKE = 0.75  # of what would be lost at the worst: a bettor never goes bankrupt
LEAST_SPREAD = 0.05  # until enough was seen: nobody stakes all on a spread of nothing
FIRST_DOCUMENTS = 10.0  # what was planned weighs like so many documents


@dataclass(frozen=True)
class Plan:
    """Written down before the first document: how large an effect is looked for, and what that takes."""

    effect: float  # the smallest difference worth finding
    expected: float = 0.8  # score of a document, from what was decided before
    spread: float = 0.25  # standard deviation of it
    level: float = STRICT
    power: float = POWER

    def __post_init__(self) -> None:
        if not 0.005 <= self.effect <= 0.5:
            raise Unfit(f"an effect of {self.effect}: between 0.005 and 0.5 expected")
        if not (0 <= self.expected <= 1 and 0 < self.spread <= 0.5):
            raise Unfit(f"scores around {self.expected} with a spread of {self.spread}")
        checked.share(self.level, "level")
        checked.share(self.power, "power")

    @property
    def needed(self) -> int:
        """Documents, both arms together, after which a true effect of that size is found with chance `power`."""
        enough = 16
        while not self._finds(enough):
            enough *= 2
        few = enough // 2
        while enough - few > 1:
            middle = (few + enough) // 2
            few, enough = (few, middle) if self._finds(middle) else (middle, enough)
        return ceil(enough * MARGIN)

    def _finds(self, n: int) -> bool:
        """Has the bettor on more won enough, where luck is as bad as it is allowed to be?"""
        spread, to_win = 2 * self.spread, log(2 / (1 - self.level))
        stake = min(sqrt(2 * to_win / (spread**2 * n)), LARGEST_STAKE / 2)
        won = self.effect - float(ndtri(self.power)) * spread / sqrt(n)
        return stake * n * won - stake**2 * n * (spread**2 + self.effect**2) / 2 >= to_win


class Says(StrEnum):
    """What may be done now. Nothing else may."""

    GO_ON = "go_on"
    SECOND_WINS = "second_wins"
    FIRST_WINS = "first_wins"
    HARM = "harm"  # before the planned number: the second is worse, beyond chance
    FUTILE = "futile"  # an effect worth finding is excluded


@dataclass(frozen=True)
class Compared:
    figure: Figure  # second minus first; its interval holds at all times together
    first: float | None  # means of the arms, for the reader
    second: float | None
    n_first: int
    n_second: int

    @property
    def n(self) -> int:
        return self.n_first + self.n_second


def compared(
    second: Sequence[bool], scores: Sequence[float], plan: Plan, level: float | None = None
) -> Compared | None:
    """Documents in the order in which they were decided. `level`: another than the plan's, for one of many parts."""
    arms, told = np.asarray(second, dtype=bool), np.asarray(scores, dtype=np.float64)
    if len(arms) != len(told):
        raise Unfit(f"{len(arms)} arms for {len(told)} scores")
    if told.size == 0:
        return None
    gains, stakes = bets(arms, told, plan)
    value, low, high = _ends(gains, stakes, 1 - (level or plan.level))
    means = [float(told[side].mean()) if side.any() else None for side in (~arms, arms)]
    figure = Figure(value, low, high, len(told))
    return Compared(figure, means[0], means[1], int((~arms).sum()), int(arms.sum()))


def says(found: Compared | None, plan: Plan) -> Says:
    """A winner only when the interval leaves out 0 and as many documents came as were planned; to stop a harm, or what
    cannot reach the effect any more, is allowed before."""
    if found is None:
        return Says.GO_ON
    if found.figure.high < 0:
        return Says.FIRST_WINS if found.n >= plan.needed else Says.HARM
    if found.figure.low > 0 and found.n >= plan.needed:
        return Says.SECOND_WINS
    return Says.FUTILE if found.figure.high < plan.effect else Says.GO_ON


def bets(second: Bools, scores: Floats, plan: Plan) -> tuple[Floats, Floats]:
    """What each document says of the difference, from -2 to 2, and the stake on it, settled before it was seen."""
    if scores.min() < 0 or scores.max() > 1:
        raise Unfit("a score outside 0 to 1")
    counted = np.arange(1, len(scores) + 1)
    seen = np.concatenate([[0.0], np.cumsum(scores)[:-1]])
    expected = (FIRST_DOCUMENTS * plan.expected + seen) / (FIRST_DOCUMENTS + counted - 1)
    gains = 2 * (scores - expected) * np.where(second, 1, -1)
    squares = np.concatenate([[0.0], np.cumsum(gains**2)[:-1]])
    spread = (FIRST_DOCUMENTS * (2 * plan.spread) ** 2 + squares) / (FIRST_DOCUMENTS + counted - 1)
    horizon = np.maximum(plan.needed, counted)
    stakes = np.sqrt(2 * log(2 / (1 - plan.level)) / (np.maximum(spread, LEAST_SPREAD**2) * horizon))
    return gains, stakes


def log_wealth(gains: Floats, stakes: Floats, difference: float) -> Floats:
    """Of the two bettors against this difference, after each document: half the money on more, half on less."""
    held = _held(gains, stakes, difference)
    return np.asarray(np.logaddexp(np.cumsum(np.log1p(held)), np.cumsum(np.log1p(-held))) - log(2))


def _held(gains: Floats, stakes: Floats, difference: float) -> Floats:
    most = LARGEST_STAKE / (2 + abs(difference))
    return np.asarray(np.minimum(stakes, most) * (gains - difference))


def _ends(gains: Floats, stakes: Floats, risk: float) -> tuple[float, float, float]:
    """Found by halving on each side of the middle: wealth grows with the distance from what was seen."""
    limit = log(1 / risk)
    value = float(np.clip((stakes * gains).sum() / stakes.sum(), -1, 1))

    def is_excluded(difference: float) -> bool:
        held = _held(gains, stakes, difference)
        return bool(np.logaddexp(np.log1p(held).sum(), np.log1p(-held).sum()) - log(2) >= limit)

    return value, _where(is_excluded, value, -1.0), _where(is_excluded, value, 1.0)


def _where(is_excluded: Callable[[float], bool], inside: float, outside: float) -> float:
    if not is_excluded(outside):
        return outside
    for _ in range(30):
        middle = (inside + outside) / 2
        inside, outside = (inside, middle) if is_excluded(middle) else (middle, outside)
    return outside
