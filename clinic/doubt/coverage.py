"""Do the sets hold the truth in practice? An interval that may be looked at after every decision.

Human decisions come one by one and pages are looked at all day; an ordinary 95 % interval looked at again and again is
wrong far more often than 5 %. This one is a confidence sequence: over the whole life of the count it ever excludes the
truth with chance at most 5 % (betting, Waudby-Smith and Ramdas 2024: for each candidate share a bettor bets against it,
decision by decision, and a candidate whose bettor has made 20 out of 1 is excluded).

Decisions are no random sample: a flagged result is always looked at, another one only by policy. Each decision
therefore stakes in inverse proportion to the chance with which its case was picked, so that what is estimated is the
coverage over all traffic. Needed: that every result has a known chance above 0 of being picked.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.special import logsumexp

from clinic.doubt import checked
from clinic.doubt.checked import Floats, Json, Unfit
from clinic.doubt.conformal import LEVEL as TARGET
from clinic.doubt.intervals import LEVEL, Figure

CANDIDATES = np.linspace(0, 1, 1001)  # shares that the interval may exclude
GUESSES = 100  # what the bettor thinks the share might be


@dataclass(frozen=True)
class Decided:
    """How many decisions of cases picked with this chance found the result right (or the truth inside its set)."""

    picked_with: float  # 1 for flagged ones that are always looked at, 0.05 for a policy sample of 5 %
    right: int
    wrong: int

    def __post_init__(self) -> None:
        if not 0 < self.picked_with <= 1:
            raise Unfit(f"picked with chance {self.picked_with}: not above 0 and up to 1")
        if self.right < 0 or self.wrong < 0:
            raise Unfit("a count below 0")

    def as_json(self) -> Json:
        return {"picked_with": self.picked_with, "right": self.right, "wrong": self.wrong}

    @classmethod
    def from_json(cls, stored: Json) -> Self:
        return cls(float(stored["picked_with"]), int(stored["right"]), int(stored["wrong"]))


@dataclass(frozen=True)
class Live:
    """Coverage (or accuracy) over all traffic, as decisions so far show it."""

    figure: Figure
    target: float

    @property
    def alarm(self) -> bool:
        """The target is missed, and that is no accident of when one looked."""
        return self.figure.high < self.target


def live(decided: Iterable[Decided], target: float = TARGET, level: float = LEVEL) -> Live | None:
    """Coverage from counts: the order of decisions does not matter. None: nobody has decided yet.

    Give a part for every chance of the policy, also where nobody has decided yet: stakes are fixed by the policy.
    """
    parts = list(decided)
    checked.share(target, "target")
    checked.share(level, "level")
    counted = [part for part in parts if part.right + part.wrong]
    if not counted:
        return None
    least = min(part.picked_with for part in parts)
    stakes = [least / part.picked_with for part in counted]
    weight = sum(stake * (part.right + part.wrong) for stake, part in zip(stakes, counted, strict=True))
    value = sum(stake * part.right for stake, part in zip(stakes, counted, strict=True)) / weight
    possible = CANDIDATES[log_wealth(counted, stakes) < -np.log(1 - level)]
    low, high = _ends(possible, value)
    return Live(Figure(value, low, high, sum(part.right + part.wrong for part in counted)), target)


def _ends(possible: Floats, value: float) -> tuple[float, float]:
    """The candidates left, one step wider: what lies between two candidates is not excluded by either."""
    step = float(CANDIDATES[1])
    among = np.append(possible, value)
    return max(0.0, float(among.min()) - step), min(1.0, float(among.max()) + step)


def log_wealth(counted: list[Decided], stakes: list[float]) -> Floats:
    """For each candidate what the bettor's 1 has become: the mean over guesses of the product of all bets."""
    products = np.zeros((len(CANDIDATES), GUESSES))
    for part, stake in zip(counted, stakes, strict=True):
        when_right, when_wrong = log_payoffs(CANDIDATES, stake)
        products += part.right * when_right + part.wrong * when_wrong
    return np.asarray(logsumexp(products, axis=1) - np.log(GUESSES))


def log_payoffs(candidates: Floats, stake: float) -> tuple[Floats, Floats]:
    """What a decision with this stake pays, right and wrong: rows of candidates, columns of guesses.

    The bet against candidate m on a decision x with stake w pays 1 + c w (x - m); its mean is 1 if m is the truth.
    A guess g says c = (g - m) / (m (1 - m)), the best bet if g were the truth and all stakes were 1.
    """
    edges = np.sin(np.linspace(0, np.pi / 2, GUESSES + 1)) ** 2  # Jeffreys' prior: equal weight between these edges
    guesses = (edges[1:] + edges[:-1]) / 2
    share = np.clip(candidates, 1e-12, 1 - 1e-12)[:, None]
    bet = stake * (guesses - share) / (share * (1 - share))
    return np.log1p(bet * (1 - share)), np.log1p(-bet * share)
