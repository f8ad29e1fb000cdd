"""What an engine says about one thing that has classes: the answer, how sure, what else it could be, and from where."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from clinic.evidence import Evidence, Span, TextSpan
from clinic.pipeline import Outcome, UploadReader

_WORD = re.compile(r"[^\W\d_]{2,40}")


@dataclass(frozen=True)
class Answer(Outcome):
    """`probabilities` are calibrated or absent: a number nobody measured is never shown. `scores` are what the engine
    gave before calibration, kept for replay and for the gate."""

    label: str  # a class of the capability, or nothing where the engine refused
    scores: dict[str, float]
    probabilities: dict[str, float] | None = None
    prediction_set: tuple[str, ...] = ()
    level: float = 0.9  # of the set
    calibrated_on: int = 0  # cases
    evidence: tuple[Evidence, ...] = ()
    refusal: str = ""  # a code: why it gave no answer
    terms: frozenset[str] = frozenset()  # words of the source, for the drift watch only: never stored with the answer
    features: dict[str, Any] = field(default_factory=dict)  # what drift looks at: length, language; no words

    @property
    def is_calibrated(self) -> bool:
        return self.probabilities is not None

    @property
    def confidence(self) -> float | None:
        return self.probabilities[self.label] if self.probabilities and self.label else None

    def facets(self) -> dict[str, Any]:
        return {
            "label": self.label,
            "confidence": self.confidence,
            "set": list(self.prediction_set),
            "is_calibrated": self.is_calibrated,
            "refusal": self.refusal,
            "features": self.features,
        }

    def as_json(self) -> dict[str, Any]:
        told = super().as_json()
        del told["terms"]
        return told | {"evidence": [one.as_json() for one in self.evidence]}


def terms_of(text: str) -> frozenset[str]:
    """The words of a source, for the drift watch."""
    return frozenset(word.lower() for word in _WORD.findall(text))


def text_evidence(upload: UploadReader, text: str, spans: Iterable[Span]) -> tuple[TextSpan, ...]:
    """What an engine of texts points at, with the words that stand there."""
    return tuple(
        TextSpan(upload=str(upload.id), sha256=upload.sha256, weight=span.weight, words=text[span.start : span.end],
                 start=span.start, end=span.end)
        for span in spans
    )  # fmt: skip
