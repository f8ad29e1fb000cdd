"""What workers return about documents. Typed and frozen; codes and numbers beside the places in the text."""

from dataclasses import dataclass
from typing import Any

from clinic.answers import Answer


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

    def facets(self) -> dict[str, Any]:
        return super().facets() | {"is_urgent": self.is_urgent, "novelty": round(self.novelty, 3),
                                   "doubts": list(self.doubts)}  # fmt: skip
