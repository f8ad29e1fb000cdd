"""A visit as the rules see it: what was asked, what was understood, what holds, how urgent it is."""

from dataclasses import dataclass

from consult.inference import critical, wording
from consult.inference.facts import Facts, facts
from consult.inference.heard import Understood, understood
from consult.inference.red_flags import Holds, held_but_for_unsure_denials, holding
from consult.inference.schema import Asked, Urgency
from consult.inference.urgency import LEVELS, Calibration, Judged, judged

WIDEST = 2  # levels: with more of them a person judges


@dataclass(frozen=True)
class Visit:
    asked: Asked
    language: str
    told: Understood
    facts: Facts
    flags: list[Holds]
    unsure_flags: list[Holds]
    judged: Judged

    @property
    def most_urgent(self) -> Urgency:
        return max(self.judged.prediction_set, key=LEVELS.index)

    @property
    def is_wide(self) -> bool:
        return len(self.judged.prediction_set) > WIDEST


def visit_of(asked: Asked, calibration: Calibration | None) -> Visit:
    told = understood(asked.heard, asked.patient)
    found, unsure_flags = facts(told), held_but_for_unsure_denials(told)
    flags = [*holding(told), *critical.holding(asked.pictures)]
    urgency = judged(told, found, flags, calibration, may_be_urgent=bool(unsure_flags))
    return Visit(asked, wording.language_of(asked.heard.language), told, found, flags, unsure_flags, urgency)
