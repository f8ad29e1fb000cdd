"""Figures of documents that neither heads nor doubt had seen, each with its interval and its n."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from classify.inference import routing
from classify.inference.linear import Array
from classify.inference.specialties import EMERGENCY, LABELS, SPECIALTIES
from classify.training import doubting, foreign, learning
from classify.training.doubting import UNKNOWN, Bools, Ints
from classify.training.learning import Trained
from clinic.doubt import ece, metrics
from clinic.doubt.intervals import DRAWS, Figure, bootstrap, clopper_pearson, wilson

Figures = Mapping[str, Figure]
FIVE = len(SPECIALTIES)


@dataclass(frozen=True)
class Told:
    """What the engine would have said of each document, by heads and doubt of other folds."""

    probabilities: Array
    novelty: Array
    urgent: Array
    accepted: Bools
    inside: Bools  # the prediction set
    may_be_emergency: Bools  # reaches the threshold of emergencies

    @property
    def answer(self) -> Ints:
        return np.asarray(self.probabilities.argmax(axis=1))


def told(trained: Trained) -> Told:
    rows = len(trained.known)
    probabilities, urgent, new = np.zeros((rows, len(LABELS))), np.zeros(rows, dtype=bool), np.zeros(rows)
    accepted, inside = np.zeros(rows, dtype=bool), np.zeros((rows, len(LABELS)), dtype=bool)
    may_be_emergency = np.zeros(rows, dtype=bool)
    for number, doubt in enumerate(learning.cross_fitted(trained)):
        mine = trained.split.fold == number
        part = trained.known.of(mine)
        new[mine] = doubt.reject.chances(part.seen)
        probabilities[mine] = doubt.probabilities(part.of_five, new[mine])
        urgent[mine] = doubt.urgent(part.urgent_scores) >= doubt.urgent_from
        inside[mine] = doubt.sets.sets(probabilities[mine])
        accepted[mine] = [
            _stands(row, sets, is_new, doubt.thresholds)
            for row, sets, is_new in zip(probabilities[mine], inside[mine], new[mine] >= routing.NEW_FROM, strict=True)
        ]
        limit = doubt.thresholds[SPECIALTIES[EMERGENCY]]
        may_be_emergency[mine] = probabilities[mine, EMERGENCY] >= (2.0 if limit is None else limit)
    return Told(probabilities, new, urgent, accepted, inside, may_be_emergency)


def _stands(row: Array, inside: Bools, is_new: bool, thresholds: Mapping[str, float | None]) -> bool:
    named = dict(zip(LABELS, row.tolist(), strict=True))
    in_set = [label for label, is_in in zip(LABELS, inside, strict=True) if is_in]
    return not routing.reasons_against(LABELS[int(row.argmax())], named, in_set, thresholds, is_new=bool(is_new))


def figures(trained: Trained, said: Told, draws: int = DRAWS) -> dict[str, Figure]:
    known, groups = trained.known, np.array(trained.split.groups)
    five, labelled = known.is_of_five, known.truth != UNKNOWN
    truth, answer = known.truth[five], said.answer[five]
    best_of_five = said.probabilities[five, :FIVE].argmax(axis=1)
    found = {
        "macro-F1 of the five": bootstrap(metrics.macro_f1(FIVE), truth, answer, groups=groups[five], draws=draws),
        "macro-F1 of the five, none called other": bootstrap(
            metrics.macro_f1(FIVE), truth, best_of_five, groups=groups[five], draws=draws
        ),
        "right, of the five": wilson(int((truth == answer).sum()), len(truth)),
        "calibration error": ece.top_label(said.probabilities[labelled], known.truth[labelled]),
        "accepted, of the five": wilson(int(said.accepted[five].sum()), int(five.sum())),
        "right, of the accepted": _right_of_accepted(trained, said, five),
        "right, of the accepted, other kinds among them": _right_of_accepted(trained, said, labelled),
        "90% set holds the truth": _covered(said, known.truth, labelled),
    }
    classes = _of_classes(truth, answer, groups[five], draws)
    doubts = _reject(trained, said, draws) | _urgent(trained, said, draws)
    return found | classes | _emergency(trained, said) | doubts


def _of_classes(truth: Ints, answer: Ints, groups: np.ndarray, draws: int) -> dict[str, Figure]:
    found: dict[str, Figure] = {}
    for number, name in enumerate(SPECIALTIES):
        own, named = truth == number, answer == number
        found[f"precision, {name}"] = wilson(int((own & named).sum()), max(int(named.sum()), 1))
        found[f"sensitivity, {name}"] = wilson(int((own & named).sum()), max(int(own.sum()), 1))
        found[f"F1, {name}"] = bootstrap(metrics.f1(number), truth, answer, groups=groups, draws=draws)
    return found


def _right_of_accepted(trained: Trained, said: Told, of: Bools) -> Figure:
    stands = said.accepted & of
    right = stands & (said.answer == trained.known.truth)
    return wilson(int(right.sum()), max(int(stands.sum()), 1))


def _covered(said: Told, truth: Ints, of: Bools) -> Figure:
    rows = np.flatnonzero(of)
    return wilson(int(said.inside[rows, truth[rows]].sum()), len(rows))


def _emergency(trained: Trained, said: Told) -> dict[str, Figure]:
    """Found: named an emergency, or its probability reaches the threshold, so that a person looks."""
    own, reached = trained.known.truth == EMERGENCY, said.may_be_emergency
    others = trained.known.is_of_five & ~own
    return {
        "emergency found at its threshold": clopper_pearson(int((reached & own).sum()), int(own.sum())),
        "others that reach the emergency threshold": wilson(int((reached & others).sum()), int(others.sum())),
    }


def _reject(trained: Trained, said: Told, draws: int) -> dict[str, Figure]:
    known, sources = trained.known, np.array([each.source for each in trained.split.documents])
    labelled = known.truth != UNKNOWN
    of_notes = labelled & np.isin(sources, ("mtsamples", "notes"))
    usual = said.novelty[known.is_of_five]
    found = {}
    for name, rows in (("", labelled), (" against notes of the five", of_notes)):
        is_other = known.truth[rows] == FIVE
        if len(np.unique(is_other)) == 2:
            found[f"reject AUC, notes of other specialties{name}"] = _auc(is_other, said.novelty[rows], draws)
    for name, texts in foreign.to_measure_on(trained.recipe.seed).items():
        strange = _novelty(trained, texts)
        found[f"reject AUC, {name}"] = _auc(
            np.concatenate([np.zeros(len(usual)), np.ones(len(strange))]), np.concatenate([usual, strange]), draws
        )
    return found


def _novelty(trained: Trained, texts: Sequence[str]) -> Array:
    nothing = np.full(len(texts), UNKNOWN)
    return trained.doubt.reject.chances(doubting.held_out(trained.heads, texts, nothing, nothing).seen)


def _auc(positive: np.ndarray, score: np.ndarray, draws: int) -> Figure:
    return bootstrap(metrics.auc, positive, score, draws=draws)


def _urgent(trained: Trained, said: Told, draws: int) -> dict[str, Figure]:
    known = trained.known
    asked = known.urgent != UNKNOWN
    is_urgent = asked & (known.urgent == 1)
    is_routine = asked & (known.urgent == 0)
    if not is_urgent.any() or not is_routine.any():
        return {}
    return {
        "urgent AUC, notes": _auc(known.urgent[asked], known.urgent_scores[asked], draws),
        "urgent notes found": wilson(int((said.urgent & is_urgent).sum()), int(is_urgent.sum())),
        "routine notes called urgent": wilson(int((said.urgent & is_routine).sum()), int(is_routine.sum())),
    }


def confusion(trained: Trained, said: Told) -> dict[str, dict[str, int]]:
    truth = trained.known.truth
    return {
        label: {name: int(((truth == row) & (said.answer == column)).sum()) for column, name in enumerate(LABELS)}
        for row, label in enumerate(LABELS)
    }


def as_metrics(found: Figures) -> list[dict[str, float | str | int]]:
    return [
        {"name": name, "n": one.n, "value": round(one.value, 4), "low": round(one.low, 4), "high": round(one.high, 4)}
        for name, one in found.items()
    ]
