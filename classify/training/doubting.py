"""Learns how sure an engine may be, from what its heads said of documents they had not seen."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from classify.inference import novelty, routing
from classify.inference.doubt import Doubt
from classify.inference.linear import Array, Heads
from classify.inference.novelty import Reject
from classify.inference.specialties import EMERGENCY, LABELS, SPECIALTIES, URGENT
from classify.inference.terms import Worded
from clinic.doubt import accept, calibration
from clinic.doubt.calibration import Method
from clinic.doubt.conformal import PredictionSets, Score

RECALL = 0.95
URGENT_RECALL = 0.8
OTHER_SHARE = 0.1  # of what a house receives, as far as nobody knows better
UNKNOWN = -1
KEPT_DIGITS = 6

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class HeldOut:
    """What was said of documents by heads that had not learned from them. `truth` -1: not known; `urgent` likewise."""

    of_five: Array
    urgent_scores: Array
    seen: Array
    truth: Ints
    urgent: Ints

    def __len__(self) -> int:
        return len(self.truth)

    def of(self, rows: Bools) -> "HeldOut":
        return HeldOut(
            self.of_five[rows], self.urgent_scores[rows], self.seen[rows], self.truth[rows], self.urgent[rows]
        )

    @property
    def is_of_five(self) -> Bools:
        return np.asarray((self.truth >= 0) & (self.truth < len(SPECIALTIES)))


def held_out(heads: Heads, texts: Sequence[str], truth: Ints, urgent: Ints) -> HeldOut:
    worded = [Worded.of(text) for text in texts]
    scores = heads.scores(worded)
    looks = [novelty.look_at(heads, text, words) for text, words in zip(texts, worded, strict=True)]
    return HeldOut(
        scores[:, heads.five], scores[:, heads.place(URGENT)], novelty.seen(heads, scores, looks), truth, urgent
    )


def joined(parts: Sequence[HeldOut]) -> HeldOut:
    return HeldOut(*(np.concatenate([getattr(part, name) for part in parts]) for name in _FIELDS))


_FIELDS = ("of_five", "urgent_scores", "seen", "truth", "urgent")


def fit(known: HeldOut, strange: HeldOut) -> Doubt:
    """`strange` are texts of another kind: they teach the reject and nothing else."""
    five = known.of(known.is_of_five)
    labelled = known.of(known.truth != UNKNOWN)
    calibrator = calibration.fit_best(five.of_five, five.truth)
    reject = _reject(labelled, strange)
    draft = Doubt(
        calibrator,
        reject,
        _no_sets(),
        _urgency(known),
        0.5,
        dict.fromkeys(LABELS, routing.DEFAULT_LIMIT),
        len(five),
        other_odds=_other_odds(labelled, strange),
    )
    probabilities = draft.probabilities(labelled.of_five, reject.chances(labelled.seen))
    sets = PredictionSets.fit(probabilities, labelled.truth)
    limits = dict(draft.thresholds) | {SPECIALTIES[EMERGENCY]: emergency_from(probabilities, labelled.truth)}
    return replace(draft, sets=sets, urgent_from=urgent_from(draft, known), thresholds=limits, cases=len(labelled))


def _other_odds(labelled: HeldOut, strange: HeldOut) -> float:
    """Here a third is of other kinds, to learn from; a house with these five departments gets fewer."""
    of_five = int(labelled.is_of_five.sum())
    others = len(labelled) - of_five + len(strange)
    return round(OTHER_SHARE / (1 - OTHER_SHARE) * of_five / others, KEPT_DIGITS) if others else 1.0


def emergency_from(probabilities: Array, truth: Ints) -> float | None:
    """Where the promise can be made for a new document; where there are too few emergencies for it, as seen here."""
    chosen = accept.recall_threshold(probabilities[:, EMERGENCY], truth == EMERGENCY, RECALL)
    if chosen.value is not None:
        return round(chosen.value - float(10**-KEPT_DIGITS), KEPT_DIGITS)
    own = np.sort(probabilities[truth == EMERGENCY, EMERGENCY])
    return float(own[0]) if len(own) else None


def urgent_from(doubt: Doubt, known: HeldOut) -> float:
    told = known.of(known.urgent != UNKNOWN)
    if not (told.urgent == 1).any():
        return 0.5
    chances = np.sort(doubt.urgent(told.urgent_scores)[told.urgent == 1])
    return round(float(chances[int(len(chances) * (1 - URGENT_RECALL))]), KEPT_DIGITS)


def _urgency(known: HeldOut) -> calibration.Calibrator:
    told = known.of(known.urgent != UNKNOWN)
    if len(np.unique(told.urgent)) < 2:
        return calibration.Calibrator(Method.TEMPERATURE, 2, 0, (1.0, 1.0), (0.0, 0.0))
    return calibration.fit(told.urgent_scores, told.urgent, Method.VECTOR)


def _reject(labelled: HeldOut, strange: HeldOut) -> Reject:
    seen = np.concatenate([labelled.seen, strange.seen])
    is_other = np.concatenate([~labelled.is_of_five, np.ones(len(strange), dtype=bool)])
    scale = StandardScaler().fit(seen)
    learner = LogisticRegression(C=1.0, max_iter=2000, tol=1e-8).fit(scale.transform(seen), is_other)
    weights = learner.coef_[0] / scale.scale_
    bias = float(learner.intercept_[0] - weights @ scale.mean_)
    return Reject(tuple(round(float(weight), KEPT_DIGITS) for weight in weights), round(bias, KEPT_DIGITS))


def _no_sets() -> PredictionSets:
    classes = len(LABELS)
    return PredictionSets(Score.LAC, (0.9,) * classes, (None,) * classes, (0,) * classes)
