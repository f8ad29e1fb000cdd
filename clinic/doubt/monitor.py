"""One alarm that may be looked at after every document and still cries wolf at most as often as it says.

A monitor watches yes-no features of what comes in ("predicted class is cardiology", "longer than 400 words"). From a
baseline it learns, once, between which shares each feature lies. Then, for each feature, direction and size of shift a
bettor stakes money on the shift at odds that are fair or worse as long as the share stays inside; so all of them
together turn 1 into 1 / risk with chance at most `risk`, ever (Ville's inequality). When they do, the alarm is raised.

A shift may begin at any time, so the stake is not bet at once: a little is added with every document.

Half the risk goes to the baseline (a share outside what was learned from it), half to the betting.
Functions work on any leading axes: a thousand simulated streams at once, or the one live stream.
"""

from dataclasses import dataclass, field
from typing import Self

import numpy as np
from scipy.special import betaincinv

from clinic.doubt import checked
from clinic.doubt.checked import Bools, Floats, Ints, Json, Unfit

SHIFTS = np.array([1.4, 2.0, 4.0])  # odds ratios that are bet on
PATIENCE = 4000  # documents after which half the stake has been brought in
BLOCK = 200  # what "now" means: the last one to two blocks
MUCH = 1e100  # an alarm is long since raised; keeps simulated streams finite


def bounds(hits: Ints, n: int, risk: float) -> tuple[Floats, Floats]:
    """Between which shares every feature lies, all of them with chance at least 1 - risk (Clopper and Pearson)."""
    each = risk / (2 * hits.shape[-1])
    low = np.where(hits == 0, 0.0, betaincinv(np.maximum(hits, 1), n - hits + 1, each))
    high = np.where(hits == n, 1.0, betaincinv(hits + 1, np.maximum(n - hits, 1), 1 - each))
    return np.asarray(low), np.asarray(high)


def payoffs(low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """What each bet pays when its feature is absent and when it is present.

    The last axes: feature, down or up, size of shift.
    """
    inner_low, inner_high = np.clip(low, 1e-9, 1 - 1e-9)[..., None], np.clip(high, 1e-9, 1 - 1e-9)[..., None]
    down = _at_odds(inner_low / (1 - inner_low) / SHIFTS)
    up = _at_odds(inner_high / (1 - inner_high) * SHIFTS)
    absent = np.stack([(1 - down) / (1 - inner_low), (1 - up) / (1 - inner_high)], axis=-2)
    present = np.stack([down / inner_low, up / inner_high], axis=-2)
    possible = np.stack([low > 0, high < 1], axis=-1)[..., None]  # below 0 and above 1 there is nothing to bet on
    return np.where(possible, absent, 1.0), np.where(possible, present, 1.0)


def _at_odds(odds: Floats) -> Floats:
    return np.asarray(odds / (1 + odds))


def kept(documents: int) -> float:
    """The share of the stake not yet brought in."""
    return 1 / (1 + documents / PATIENCE)


def bet(stakes: Floats, features: Bools, absent: Floats, present: Floats, documents: int) -> Floats:
    """The stakes after one more document, the `documents`-th; stakes are told per unit of a feature's weight."""
    brought = kept(documents - 1) - kept(documents)
    paid = np.where(features[..., None, None], present, absent)
    return np.minimum((stakes + brought) * paid, MUCH)


def wealth(stakes: Floats, weights: Floats, documents: int) -> Floats:
    """What all bettors have together, having begun with 1."""
    return np.asarray(stakes.mean(axis=(-1, -2)) @ weights + kept(documents))


@dataclass(frozen=True)
class Moved:
    """A feature that moved: its share in the baseline and in the last documents, n of them."""

    feature: str
    before: float
    now: float
    n: int


@dataclass
class Monitor:
    """The live state of one alarm. `features` are the names, `weights` how the stake is spread over them."""

    features: tuple[str, ...]
    weights: tuple[float, ...]
    baseline: int  # documents to learn from
    risk: float
    n: int = 0  # documents learned from so far
    hits: list[int] = field(default_factory=list)
    documents: int = 0  # since the baseline
    stakes: list[list[list[float]]] = field(default_factory=list)
    raised_at: int | None = None
    blocks: list[list[int]] = field(default_factory=list)  # hits of the last two blocks, the present one last
    in_block: int = 0
    _odds: tuple[Floats, Floats] | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.features) != len(self.weights) or not self.features or abs(sum(self.weights) - 1) > 1e-9:
            raise Unfit("monitor: one weight a feature, summing to 1, expected")
        checked.share(self.risk, "risk")
        count = len(self.features)
        self.hits = self.hits or [0] * count
        self.stakes = self.stakes or [[[0.0] * len(SHIFTS)] * 2] * count
        self.blocks = self.blocks or [[0] * count]

    @property
    def learning(self) -> bool:
        return self.n < self.baseline

    def observe(self, features: Bools) -> float:
        """Takes one document in; returns by which factor the bettors' wealth grew: how much it speaks for a shift."""
        self._count_now(features)
        if self.learning:
            self.hits = [old + int(new) for old, new in zip(self.hits, features, strict=True)]
            self.n += 1
            return 1.0
        if self.raised_at is not None:
            return 1.0
        before = self.evidence
        self.documents += 1
        absent, present = self._payoffs()
        self.stakes = bet(np.array(self.stakes), features, absent, present, self.documents).tolist()
        if self.evidence >= 2 / self.risk:
            self.raised_at = self.documents
        return self.evidence / before

    @property
    def evidence(self) -> float:
        return float(wealth(np.array(self.stakes), np.array(self.weights), self.documents))

    def moved(self, most: int = 5) -> tuple[Moved, ...]:
        """Where the winning bets lie, the richest first."""
        by_feature = np.array(self.stakes).mean(axis=(1, 2)) * np.array(self.weights)
        richest = [int(place) for place in np.argsort(-by_feature, kind="stable")[:most]]
        worth_telling = [place for place in richest if by_feature[place] > 0.01 * by_feature.sum()]
        seen = BLOCK * (len(self.blocks) - 1) + self.in_block
        return tuple(
            Moved(
                self.features[place],
                before=self.hits[place] / self.n,
                now=sum(block[place] for block in self.blocks) / seen,
                n=seen,
            )
            for place in worth_telling
        )

    def restart(self) -> None:
        """Bets anew against the same baseline, with a new risk of a false alarm."""
        self.documents, self.raised_at = 0, None
        self.stakes = [[[0.0] * len(SHIFTS)] * 2] * len(self.features)

    def _payoffs(self) -> tuple[Floats, Floats]:
        if self._odds is None:
            self._odds = payoffs(*bounds(np.array(self.hits), self.n, self.risk / 2))
        return self._odds

    def _count_now(self, features: Bools) -> None:
        if self.in_block == BLOCK:
            self.blocks = [self.blocks[-1], [0] * len(self.features)]
            self.in_block = 0
        self.blocks[-1] = [old + int(new) for old, new in zip(self.blocks[-1], features, strict=True)]
        self.in_block += 1

    def as_json(self) -> Json:
        names = ("baseline", "risk", "n", "hits", "documents", "stakes", "raised_at", "blocks", "in_block")
        return {"features": list(self.features), "weights": list(self.weights)} | {
            name: getattr(self, name) for name in names
        }

    @classmethod
    def from_json(cls, stored: Json) -> Self:
        return cls(**(stored | {"features": tuple(stored["features"]), "weights": tuple(stored["weights"])}))
