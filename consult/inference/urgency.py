"""How long it can wait: a set of levels that holds the right one at a stated rate, and why.

What each symptom adds is a rule's guess; what the sum means was measured on generated cases (`made_up.py`), since
nobody has real ones here. A red flag puts its level into the set, whatever the sum.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from clinic.doubt.calibration import Calibrator
from clinic.doubt.conformal import PredictionSets
from consult.inference import knowledge
from consult.inference.facts import Facts, Symptom
from consult.inference.heard import Understood
from consult.inference.red_flags import Holds
from consult.inference.schema import Urgency

LEVELS = tuple(Urgency)
_CENTRES, _WIDTH = (0.0, 2.5, 6.0, 11.0), 2.0
_AT_LEAST = {Urgency.EMERGENCY: 11.0, Urgency.URGENT: 6.0}
_MOST_SYMPTOMS = 5
_OLD, _SMALL = 75, 1


@dataclass(frozen=True)
class Calibration:
    calibrator: Calibrator
    sets: PredictionSets
    cases: int

    @classmethod
    def of(cls, folder: Path) -> "Calibration":
        told = json.loads((folder / "calibration.json").read_text())
        return cls(Calibrator.from_json(told["calibrator"]), PredictionSets.from_json(told["sets"]), told["cases"])


@dataclass(frozen=True)
class Judged:
    scores: dict[Urgency, float]
    probabilities: dict[Urgency, float] | None
    prediction_set: tuple[Urgency, ...]
    because: tuple[Symptom, ...]
    calibrated_on: int = 0


def judged(
    told: Understood, facts: Facts, flags: list[Holds], calibration: Calibration | None, *, may_be_urgent: bool = False
) -> Judged:
    """`may_be_urgent`: a red flag would hold if a denial was misheard."""
    found = _judged(told, facts, flags, calibration)
    if told.heard.is_draft:
        found = _of_draft(found)
    if not may_be_urgent or found.prediction_set[-1] in _AT_LEAST:
        return found
    return replace(found, prediction_set=(*found.prediction_set, Urgency.URGENT))


def _of_draft(found: Judged) -> Judged:
    """Calibrated on words that were heard right: of others no number is told, and it may be one level worse."""
    worst = LEVELS.index(found.prediction_set[-1])
    wider = dict.fromkeys([*found.prediction_set, *LEVELS[worst : worst + 2]])
    return replace(found, probabilities=None, calibrated_on=0, prediction_set=tuple(wider))


def _judged(told: Understood, facts: Facts, flags: list[Holds], calibration: Calibration | None) -> Judged:
    because = tuple(sorted(facts.symptoms, key=lambda each: -each.weight))[:_MOST_SYMPTOMS]
    scores = scored(told, facts, flags)
    if not (because or flags):
        return Judged(scores, None, LEVELS, ())
    if calibration is None:
        return Judged(scores, None, _forced({max(scores, key=scores.__getitem__)}, flags), because)
    row = calibration.calibrator.apply(_row(scores))
    inside = {level for level, is_in in zip(LEVELS, calibration.sets.sets(row)[0], strict=True) if is_in}
    most_likely = LEVELS[int(row[0].argmax())]
    probabilities = {level: float(share) for level, share in zip(LEVELS, row[0], strict=True)}
    return Judged(scores, probabilities, _forced(inside or {most_likely}, flags), because, calibration.cases)


def scored(told: Understood, facts: Facts, flags: list[Holds]) -> dict[Urgency, float]:
    """The nearer the sum lies to what is usual for a level, the higher."""
    total = _sum(told, facts, flags)
    return {level: round(-((total - centre) ** 2) / (2 * _WIDTH**2), 6)
            for level, centre in zip(LEVELS, _CENTRES, strict=True)}  # fmt: skip


def _sum(told: Understood, facts: Facts, flags: list[Holds]) -> float:
    heaviest = sorted((each.weight for each in facts.symptoms if each.weight > 0), reverse=True)[:_MOST_SYMPTOMS]
    total = sum(weight * share for weight, share in zip(heaviest, (1.0, 0.6, 0.4, 0.3, 0.2), strict=False))
    total += _severity(facts) + _duration(facts) + _person(told, heaviest)
    return max([total, *(_AT_LEAST[held.rule.level] for held in flags if held.rule.level in _AT_LEAST)])


def _severity(facts: Facts) -> float:
    said = " ".join(each.severity.text.lower() for each in facts.symptoms if each.severity)
    return 1.5 * any(word in said for word in knowledge.words("strong")) - 0.7 * any(
        word in said for word in knowledge.words("mild")
    )


def _duration(facts: Facts) -> float:
    """What has gone on for weeks can mostly wait for days, and is mostly no matter of self-care."""
    said = " ".join(each.since.text.lower() for each in facts.symptoms if each.since)
    return 1.0 if facts.symptoms and any(unit in said for unit in knowledge.words("long")) else 0.0


def _person(told: Understood, heaviest: list[int]) -> float:
    if not heaviest or told.age_years is None:
        return 0.0
    return 1.0 if told.age_years >= _OLD or told.age_years < _SMALL else 0.0


def _row(scores: Mapping[Urgency, float]) -> np.ndarray:
    return np.array([[scores[level] for level in LEVELS]])


def _forced(inside: set[Urgency], flags: list[Holds]) -> tuple[Urgency, ...]:
    """A red flag forces its own level in, and what is beneath urgent out."""
    forced = inside | {held.rule.level for held in flags}
    if flags:
        forced -= {Urgency.SELF_CARE, Urgency.ROUTINE}
    return tuple(level for level in LEVELS if level in forced)
