"""What an engine says about one document: the same shape from every make of engine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from classify.inference.specialties import ROUTINE
from clinic.evidence import Span

LEVEL = 0.9


@dataclass(frozen=True)
class Urgency:
    """`probability` None where it was not asked; `limit` is where "urgent" begins."""

    label: str = ROUTINE
    probability: float | None = None
    limit: float = 1.0


@dataclass(frozen=True)
class Piece:
    """A part of a long document, with its own vote."""

    start: int
    end: int
    label: str
    probabilities: Mapping[str, float]


@dataclass(frozen=True)
class Reading:
    """Of a refused document only `refusal`, `reasons` and `features` say something."""

    label: str = ""
    scores: Mapping[str, float] = field(default_factory=dict)
    probabilities: Mapping[str, float] | None = None
    prediction_set: tuple[str, ...] = ()
    level: float = LEVEL
    calibrated_on: int = 0
    spans: tuple[Span, ...] = ()
    novelty: float = 1.0
    refusal: str = ""
    features: Mapping[str, float] = field(default_factory=dict)
    urgency: Urgency = field(default_factory=Urgency)
    pieces: tuple[Piece, ...] = ()
    accepted: bool = False
    reasons: tuple[str, ...] = ()


class DocumentReader(Protocol):
    @property
    def thresholds(self) -> Mapping[str, float | None]: ...

    def read(self, text: str) -> Reading: ...

    def read_many(self, texts: Sequence[str], *, with_spans: bool = True) -> list[Reading]: ...


def refused(code: str, features: Mapping[str, float]) -> Reading:
    return Reading(refusal=code, reasons=(code,), features=features)
