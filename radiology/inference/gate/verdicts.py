"""What the gate says: accepted or not, by which names, and what would help. Words for people are not made here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Code(StrEnum):
    NOT_SUPPORTED_MODALITY = "not_supported_modality"
    WRONG_BODY_PART = "wrong_body_part"
    AGE_OUTSIDE_CARD = "age_outside_card"
    TOO_SMALL = "too_small"
    BLANK = "blank"
    TOO_FEW_GREY_LEVELS = "too_few_grey_levels"
    NOT_CHEST_FILM = "not_chest_film"
    SCREENSHOT = "screenshot"
    LATERAL = "lateral"
    INVERTED = "inverted"
    ROTATED = "rotated"
    CROPPED = "cropped"
    BURNED_IN_TEXT = "burned_in_text"


@dataclass(frozen=True)
class Reason:
    code: Code
    detail: str = ""  # what was found, for the person: a body part, a number of rows


@dataclass(frozen=True)
class Offer:
    """What would make a good film of this one. First inverted, then turned by quarters, counter-clockwise."""

    invert: bool = False
    quarter_turns: int = 0


@dataclass(frozen=True)
class Verdict:
    reasons: tuple[Reason, ...]
    offer: Offer | None = None
    suspects_text: bool = False  # worth reading by OCR before it leaves the house; alone no reason to refuse
    is_generated: bool = False
    measured: Mapping[str, float] = field(default_factory=dict)

    @property
    def accepted(self) -> bool:
        return not self.reasons

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(reason.code.value for reason in self.reasons)
