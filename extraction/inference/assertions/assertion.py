"""What can be said of a thing that a sentence names."""

from dataclasses import dataclass
from typing import Literal

Temporality = Literal["recent", "historical", "hypothetical", "planned"]
Experiencer = Literal["patient", "other"]


@dataclass(frozen=True)
class Assertion:
    """Negated and uncertain together is "probably not": a doctor reads "pneumonia unlikely" as neither."""

    negated: bool = False
    uncertain: bool = False
    temporality: Temporality = "recent"
    experiencer: Experiencer = "patient"

    @property
    def is_plain(self) -> bool:
        """There, for sure, now, and the patient's."""
        return self == PRESENT


PRESENT = Assertion()
