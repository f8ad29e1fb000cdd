"""Sets of answers that hold the truth at a stated rate, for every class by itself.

Class-conditional ("Mondrian") split conformal prediction: each class has a threshold of its own, learned from the
labelled rows of that class. Of future rows of a class at least `level` get a set with that class in it, whatever the
engine, as long as they resemble the labelled ones. Since it holds for each class it holds for all together.

A set may be empty (nothing looks typical) or large (several do): both are reasons for a person to look.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import ceil
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from clinic.doubt import checked
from clinic.doubt.checked import Bools, Floats, Ints, Json, Unfit

LEVEL = 0.9


class Score(StrEnum):
    LAC = "lac"  # 1 - p of the class: smallest sets on average
    APS = "aps"  # p of all likelier classes and half its own: larger sets where the engine is unsure
    RAPS = "raps"  # APS that pays for every class beyond the second


RAPS_FREE, RAPS_PRICE = 2, 0.05


@dataclass(frozen=True)
class PredictionSets:
    """`sets(probabilities)` says for each row and class whether the class belongs to the set."""

    score: Score
    levels: tuple[float, ...]  # promised for each class
    thresholds: tuple[float | None, ...]  # None: too few labelled rows, the class is then in every set
    n: tuple[int, ...]  # labelled rows of each class

    @classmethod
    def fit(
        cls,
        probabilities: ArrayLike,
        labels: ArrayLike,
        level: float = LEVEL,
        floors: Mapping[int, float] | None = None,
        score: Score = Score.LAC,
    ) -> Self:
        """From labelled rows that neither engine nor calibrator has seen. `floors` promises more for some classes."""
        given = checked.probabilities(probabilities)
        classes = given.shape[1]
        truth = checked.labels(labels, classes, len(given))
        levels = _levels(classes, level, floors or {})
        own = _scores(given, score)[np.arange(len(truth)), truth]
        thresholds = tuple(_threshold(own[truth == name], levels[name]) for name in range(classes))
        return cls(score, levels, thresholds, tuple(int(np.sum(truth == name)) for name in range(classes)))

    @property
    def classes(self) -> int:
        return len(self.levels)

    @property
    def too_few(self) -> tuple[int, ...]:
        """The classes whose promise is only kept by putting them into every set."""
        return tuple(name for name, threshold in enumerate(self.thresholds) if threshold is None)

    def sets(self, probabilities: ArrayLike) -> Bools:
        given = checked.probabilities(probabilities)
        if given.shape[1] != self.classes:
            raise Unfit(f"probabilities: {self.classes} classes expected, {given.shape[1]} given")
        limits = np.array([np.inf if threshold is None else threshold for threshold in self.thresholds])
        return np.asarray(_scores(given, self.score) <= limits)

    def as_json(self) -> Json:
        return {
            "score": self.score.value,
            "levels": list(self.levels),
            "thresholds": list(self.thresholds),
            "n": list(self.n),
        }

    @classmethod
    def from_json(cls, stored: Json) -> Self:
        made = cls(
            score=Score(stored["score"]),
            levels=tuple(checked.share(level, "level") for level in stored["levels"]),
            thresholds=tuple(None if limit is None else float(limit) for limit in stored["thresholds"]),
            n=tuple(int(count) for count in stored["n"]),
        )
        if not len(made.levels) == len(made.thresholds) == len(made.n) >= 2:
            raise Unfit("stored prediction sets whose parts speak of different numbers of classes")
        return made


def needed(level: float) -> int:
    """The fewest labelled rows of a class with which its promise can be kept by a threshold: 9 for 90 %."""
    return ceil(checked.share(level, "level") / (1 - level) - 1e-9)


@dataclass(frozen=True)
class ScoreTrial:
    score: Score
    covered: float
    mean_size: float
    empty: float
    beyond_two: float


def compare_scores(
    probabilities: ArrayLike, labels: ArrayLike, level: float = LEVEL, seed: int = 0
) -> tuple[ScoreTrial, ...]:
    """How the three scores do on these rows, half to learn and half to look; smallest sets first.

    For choosing on rows that are not used for the thresholds afterwards: choosing and promising on the same rows
    promises a little too much.
    """
    given = checked.probabilities(probabilities)
    truth = checked.labels(labels, given.shape[1], len(given))
    learn = np.random.default_rng(seed).permutation(len(truth)) % 2 == 0
    trials = []
    for score in Score:
        made = PredictionSets.fit(given[learn], truth[learn], level, score=score)
        trials.append(_trial(score, made.sets(given[~learn]), truth[~learn]))
    return tuple(sorted(trials, key=lambda trial: trial.mean_size))


def _trial(score: Score, sets: Bools, truth: Ints) -> ScoreTrial:
    size = sets.sum(axis=1)
    return ScoreTrial(
        score,
        covered=float(sets[np.arange(len(truth)), truth].mean()),
        mean_size=float(size.mean()),
        empty=float((size == 0).mean()),
        beyond_two=float((size > 2).mean()),
    )


def _levels(classes: int, level: float, floors: Mapping[int, float]) -> tuple[float, ...]:
    if any(not 0 <= name < classes for name in floors):
        raise Unfit(f"floors: a class outside 0 to {classes - 1}")
    everywhere = checked.share(level, "level")
    return tuple(max(checked.share(floors.get(name, level), "floor"), everywhere) for name in range(classes))


def _threshold(own: Floats, level: float) -> float | None:
    """The score that `level` of the class stay under, counting the row to come as one of them."""
    rank = ceil((len(own) + 1) * level - 1e-9)
    return float(np.sort(own)[rank - 1]) if rank <= len(own) else None


def _scores(given: Floats, score: Score) -> Floats:
    """How untypical each class is of each row; no chance in it, so a result can be replayed bit for bit."""
    if score is Score.LAC:
        return 1 - given
    order = np.argsort(-given, axis=1, kind="stable")
    ordered = np.take_along_axis(given, order, axis=1)
    summed = np.cumsum(ordered, axis=1) - ordered / 2
    if score is Score.RAPS:
        summed = summed + RAPS_PRICE * np.maximum(np.arange(1, given.shape[1] + 1) - RAPS_FREE, 0)
    scores = np.empty_like(given)
    np.put_along_axis(scores, order, summed, axis=1)
    return scores
