"""May an answer stand without a person? One place decides it, for the engine, the command and every page alike."""

from collections.abc import Mapping, Sequence

from classify.inference.specialties import OTHER, SPECIALTIES

DEFAULT_LIMIT = 0.85
MOST_POSSIBLE = 2
NEW_FROM = 0.5  # of the novelty
EMERGENCY_CLASS = SPECIALTIES[1]

OTHER_KIND, NOT_SURE, POSSIBLE_EMERGENCY, SEVERAL_POSSIBLE, NONE_POSSIBLE, NEW_KIND, PIECES_DISAGREE = (
    "other", "not_sure", "possible_emergency", "several_possible", "none_possible", "new_kind", "pieces_disagree",
)  # fmt: skip


def reasons_against(
    label: str,
    probabilities: Mapping[str, float],
    prediction_set: Sequence[str],
    thresholds: Mapping[str, float | None],
    *,
    is_new: bool = False,
    disagrees: bool = False,
) -> tuple[str, ...]:
    """Why a person must look, or nothing. The threshold of emergencies is where one is possible: below it none is
    expected. An answer "emergency" must also reach what every answer must."""
    found = {
        OTHER_KIND: label == OTHER,
        NOT_SURE: probabilities[label] < limit_of(label, thresholds),
        POSSIBLE_EMERGENCY: label != EMERGENCY_CLASS and _may_be_emergency(probabilities, thresholds),
        NONE_POSSIBLE: not prediction_set,
        SEVERAL_POSSIBLE: len(prediction_set) > MOST_POSSIBLE,
        NEW_KIND: is_new,
        PIECES_DISAGREE: disagrees,
    }
    return tuple(code for code, holds in found.items() if holds)


def limit_of(label: str, thresholds: Mapping[str, float | None]) -> float:
    """None: never. An emergency is found from a low probability on, but stands only where it is as sure as others."""
    limit = thresholds.get(label, DEFAULT_LIMIT)
    if limit is None:
        return float("inf")
    return max(limit, DEFAULT_LIMIT) if label == EMERGENCY_CLASS else limit


def _may_be_emergency(probabilities: Mapping[str, float], thresholds: Mapping[str, float | None]) -> bool:
    limit = thresholds.get(EMERGENCY_CLASS)
    return limit is not None and probabilities[EMERGENCY_CLASS] >= limit
