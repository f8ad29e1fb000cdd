"""Which answers may stand without a second look: thresholds whose error is bounded, not hoped for.

"Wrong among accepted <= 2 % at 95 %" means: had the labelled rows been drawn again and again, in at most 5 of a
hundred draws would the threshold chosen let through more than 2 % wrong answers.

Many thresholds are tried on the same rows, so each is a test and the tests share the 5 % (Learn then Test, Angelopoulos
et al. 2021): the list of thresholds is fixed beforehand, walked from strict to lenient by the fallback procedure
(Wiens and Dmitrienko 2005): what a passed threshold was given goes on to the next, a failed one ends only its own line.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import ceil, log
from typing import Self

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc

from clinic.doubt import checked
from clinic.doubt.checked import Bools, Floats, Json, Unfit
from clinic.doubt.intervals import Figure, at_most, clopper_pearson, wilson

AT_MOST_WRONG, CONFIDENCE = 0.02, 0.95
GRID = (0.999, 0.998, 0.995, 0.99, 0.985, 0.98, 0.97, 0.96, 0.95, 0.94, 0.92, 0.9, 0.88, 0.85, 0.8, 0.75, 0.7, 0.6, 0.5)


@dataclass(frozen=True)
class Threshold:
    """`value` None: nothing may be accepted, the labelled rows do not show that any threshold keeps the bound."""

    value: float | None
    accepted: int  # of the labelled rows, at this threshold
    wrong: int
    bound: float | None  # the upper bound of the wrong among accepted, at the confidence this threshold was tested with
    n: int


@dataclass(frozen=True)
class AcceptRule:
    """An answer stands if it is class k with at least `thresholds[k]`. Holds for all classes at once."""

    thresholds: tuple[Threshold, ...]
    at_most_wrong: float
    confidence: float

    @classmethod
    def fit(
        cls,
        probabilities: ArrayLike,
        labels: ArrayLike,
        at_most_wrong: float = AT_MOST_WRONG,
        confidence: float = CONFIDENCE,
    ) -> Self:
        """One threshold for all classes: the bound holds for accepted answers together, not for each class."""
        given, right = _answers(probabilities, labels)
        one = accept_threshold(given.max(axis=1), right, at_most_wrong, confidence)
        return cls((one,) * given.shape[1], at_most_wrong, confidence)

    @classmethod
    def fit_by_class(
        cls,
        probabilities: ArrayLike,
        labels: ArrayLike,
        at_most_wrong: float = AT_MOST_WRONG,
        confidence: float = CONFIDENCE,
    ) -> Self:
        """A threshold for each answered class: the bound holds for each of them, at once."""
        given, right = _answers(probabilities, labels)
        classes = given.shape[1]
        each = 1 - (1 - checked.share(confidence, "confidence")) / classes
        answer = given.argmax(axis=1)
        chosen = []
        for name in range(classes):
            mine = answer == name
            chosen.append(
                accept_threshold(given[mine].max(axis=1), right[mine], at_most_wrong, each)
                if mine.any()
                else Threshold(None, 0, 0, None, 0)
            )
        return cls(tuple(chosen), at_most_wrong, confidence)

    @property
    def values(self) -> tuple[float | None, ...]:
        return tuple(threshold.value for threshold in self.thresholds)

    def accepts(self, probabilities: ArrayLike) -> Bools:
        return accepted(probabilities, self.values)

    def as_json(self) -> Json:
        return {
            "thresholds": [asdict(threshold) for threshold in self.thresholds],
            "at_most_wrong": self.at_most_wrong,
            "confidence": self.confidence,
        }

    @classmethod
    def from_json(cls, stored: Json) -> Self:
        chosen = tuple(Threshold(**threshold) for threshold in stored["thresholds"])
        _checked_values([threshold.value for threshold in chosen], len(chosen))
        return cls(
            chosen,
            checked.share(stored["at_most_wrong"], "at_most_wrong"),
            checked.share(stored["confidence"], "confidence"),
        )


def accept_threshold(
    confidence_of_rows: ArrayLike,
    right: ArrayLike,
    at_most_wrong: float = AT_MOST_WRONG,
    confidence: float = CONFIDENCE,
    grid: Sequence[float] = GRID,
) -> Threshold:
    """The most lenient threshold of the grid that keeps the bound. Also for a field that is right or wrong."""
    stated = checked.finite(confidence_of_rows, "confidence", 1)
    was_right = checked.flags(right, len(stated), "right")
    checked.share(at_most_wrong, "at_most_wrong")
    if list(grid) != sorted(set(grid), reverse=True):
        raise Unfit("grid: thresholds from strict to lenient expected")
    share = (1 - checked.share(confidence, "confidence")) / len(grid)
    best, carried = Threshold(None, 0, 0, None, len(stated)), 0.0
    for value in grid:
        risk = carried + share
        inside = stated >= value
        n, wrong = int(inside.sum()), int((inside & ~was_right).sum())
        bound = at_most(wrong, n, 1 - risk) if n else 1.0
        if bound <= at_most_wrong:
            best, carried = Threshold(float(value), n, wrong, bound, len(stated)), risk
        else:
            carried = 0.0
    return best


def labels_needed(at_most_wrong: float = AT_MOST_WRONG, confidence: float = CONFIDENCE) -> int:
    """How many accepted rows without a single error the first threshold of the grid needs."""
    return ceil(log((1 - confidence) / len(GRID)) / log(1 - checked.share(at_most_wrong, "at_most_wrong")))


@dataclass(frozen=True)
class RecallThreshold:
    """Naming the class from `value` on finds at least the wanted share of its cases. None: too few cases to say so."""

    value: float | None
    recall: Figure | None  # as seen on the labelled rows
    needed: int  # cases of the class that the promise takes at least
    n: int


def recall_threshold(
    probability_of_class: ArrayLike, is_class: ArrayLike, recall: float = 0.95, confidence: float = CONFIDENCE
) -> RecallThreshold:
    """The highest threshold that finds at least `recall` of a class's cases, at `confidence`.

    Whatever the scores are distributed like: the share above the j-th smallest of n is Beta(n - j + 1, j).
    """
    scores = checked.finite(probability_of_class, "probability", 1)
    own = np.sort(scores[checked.flags(is_class, len(scores), "is_class")])
    checked.share(recall, "recall")
    n = len(own)
    needed = ceil(log(1 - checked.share(confidence, "confidence")) / log(recall) - 1e-9)
    ranks = np.arange(1, n + 1)
    keeps = 1 - betainc(n - ranks + 1, ranks, recall) >= confidence
    if not keeps.any():
        return RecallThreshold(None, None, needed, n)
    value = float(own[ranks[keeps].max() - 1])
    return RecallThreshold(value, clopper_pearson(int((own >= value).sum()), n), needed, n)


def accepted(probabilities: ArrayLike, thresholds: Sequence[float | None]) -> Bools:
    """Which rows stand, when each answered class has a threshold of its own (None: never)."""
    given = checked.probabilities(probabilities)
    limits = _checked_values(thresholds, given.shape[1])
    return np.asarray(given.max(axis=1) >= limits[given.argmax(axis=1)])


@dataclass(frozen=True)
class Change:
    """What a change of thresholds would have done to these rows."""

    n: int
    review_before: int
    review_after: int
    newly_reviewed: int
    no_longer_reviewed: int
    wrong_before: Figure | None  # among accepted, of labelled rows; None: no labels, or nothing accepted
    wrong_after: Figure | None
    review_after_by_class: tuple[int, ...]  # of the answered class

    @property
    def more_to_review(self) -> int:
        return self.review_after - self.review_before

    @property
    def review_share_after(self) -> Figure:
        return wilson(self.review_after, self.n)


def simulate(
    old: Sequence[float | None], new: Sequence[float | None], probabilities: ArrayLike, labels: ArrayLike | None = None
) -> Change:
    """Both thresholds on the same rows. Labels where all rows have them: errors among accepted are then shown too."""
    given = checked.probabilities(probabilities)
    before, after = accepted(given, old), accepted(given, new)
    answer = given.argmax(axis=1)
    right = None if labels is None else answer == checked.labels(labels, given.shape[1], len(given))
    return Change(
        n=len(given),
        review_before=int((~before).sum()),
        review_after=int((~after).sum()),
        newly_reviewed=int((before & ~after).sum()),
        no_longer_reviewed=int((~before & after).sum()),
        wrong_before=_wrong_among(before, right),
        wrong_after=_wrong_among(after, right),
        review_after_by_class=tuple(int((~after & (answer == name)).sum()) for name in range(given.shape[1])),
    )


def _wrong_among(stands: Bools, right: Bools | None) -> Figure | None:
    if right is None or not stands.any():
        return None
    return wilson(int((stands & ~right).sum()), int(stands.sum()))


def _answers(probabilities: ArrayLike, labels: ArrayLike) -> tuple[Floats, Bools]:
    given = checked.probabilities(probabilities)
    return given, given.argmax(axis=1) == checked.labels(labels, given.shape[1], len(given))


def _checked_values(thresholds: Sequence[float | None], classes: int) -> Floats:
    """One a class; None becomes a threshold that no probability reaches."""
    if len(thresholds) != classes:
        raise Unfit(f"thresholds: {classes} expected, {len(thresholds)} given")
    if any(value is not None and not 0 <= value <= 1 for value in thresholds):
        raise Unfit("thresholds: outside 0 to 1")
    return np.array([np.inf if value is None else value for value in thresholds])
