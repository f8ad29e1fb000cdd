"""What workers return about documents. Typed and frozen; codes and numbers beside the places in the text."""

import math
from dataclasses import dataclass, field
from typing import Any, ClassVar
from uuid import UUID

from clinic.answers import Answer
from clinic.pipeline import Outcome


@dataclass(frozen=True)
class Seen:
    """What its text is known by, and the earlier document that it is a copy of."""

    signature: bytes = field(repr=False)
    bands: tuple[int, ...]
    copy_of: UUID | None = None
    share: float | None = None  # of the shorter text, that stands in the longer


@dataclass(frozen=True)
class Vote:
    """What the engine said of one piece of a long document; characters of its text."""

    start: int
    end: int
    label: str
    probability: float


@dataclass(frozen=True)
class RouteAnswer(Answer):
    is_urgent: bool = False
    urgency: float | None = None  # how probable; None where it was not asked
    urgent_from: float | None = None
    novelty: float = 0.0  # 0 like what it learned from, 1 new
    doubts: tuple[str, ...] = ()  # codes: why the engine itself asks for a person
    votes: tuple[Vote, ...] = ()
    seen: Seen | None = None  # for the document's row; no part of what was said, so that a replay compares alike

    def facets(self) -> dict[str, Any]:
        return super().facets() | {
            "is_urgent": self.is_urgent, "novelty": round(self.novelty, 3), "doubts": list(self.doubts),
            "entropy": self._entropy, "margin": self._margin,
        }  # fmt: skip

    @property
    def _entropy(self) -> float | None:
        """How evenly it is spread: what an engine would learn most from is chosen by this and the next."""
        known = [chance for chance in (self.probabilities or {}).values() if chance > 0]
        return round(-sum(chance * math.log(chance) for chance in known), 4) if known else None

    @property
    def _margin(self) -> float | None:
        ordered = sorted((self.probabilities or {}).values())
        return round(ordered[-1] - ordered[-2], 4) if len(ordered) > 1 else None

    def as_json(self) -> dict[str, Any]:
        told = super().as_json()
        del told["seen"]
        return told


@dataclass(frozen=True)
class LearnOutcome(Outcome):
    """A new engine that learned from what people decided: installed as a candidate, answering nobody."""

    engine: ClassVar[str] = "classify.learn 1"

    base: str  # digest of the engine it began with
    made: str  # digest of the new one; nothing where no change helped
    items: tuple[str, ...] = ()
    hold: float | None = None
    right_before: tuple[float, float, float] = (0.0, 0.0, 0.0)  # with its 95 % interval
    right_after: tuple[float, float, float] = (0.0, 0.0, 0.0)  # each as if it had not been learned from
    draft: str = ""  # where its files lie until they are installed; on this machine only

    def facets(self) -> dict[str, Any]:
        return {"items": len(self.items), "before": round(self.right_before[0], 3),
                "after": round(self.right_after[0], 3), "made": self.made[:12]}  # fmt: skip

    def as_json(self) -> dict[str, Any]:
        told = super().as_json()
        del told["draft"]
        return told


@dataclass(frozen=True)
class BatchOutcome(Outcome):
    """Counts: which file it was stands in the items of the batch."""

    engine: ClassVar[str] = "classify.batch 1"

    added: int = 0
    known: int = 0  # bytes that the case had before
    failed: dict[str, int] = field(default_factory=dict)  # how many, by code

    def facets(self) -> dict[str, Any]:
        refused = ", ".join(f"{code} {count}" for code, count in sorted(self.failed.items()))
        return {"added": self.added, "known": self.known, "failed": sum(self.failed.values()), "refused": refused}
