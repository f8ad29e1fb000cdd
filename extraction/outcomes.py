"""What workers return about the facts of documents. The facts stay sealed; codes and counts stand beside them."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

from clinic.answers import Answer
from clinic.pipeline import Outcome


@dataclass(frozen=True)
class FactsAnswer(Answer):
    facts: dict[str, Any] = field(default_factory=dict)  # extraction.inference.schema.Extraction, as JSON
    counts: dict[str, int] = field(default_factory=dict)  # how many of each kind
    doubts: tuple[str, ...] = ()  # codes: why the engine itself asks for a person
    prompt: str = ""  # SHA-256 of what a language model was asked with
    calls: int = 0  # of a language model, those that failed among them
    tokens: int = 0
    estimated_tokens: int = 0  # of `tokens`: of calls that were cut off, which no provider tells
    cost: float = 0.0  # in dollars, by the prices the installation names

    def facets(self) -> dict[str, Any]:
        return super().facets() | {
            "found": sum(self.counts.values()), "counts": self.counts, "doubts": list(self.doubts),
            "prompt": self.prompt, "calls": self.calls, "tokens": self.tokens, "cost": self.cost,
            "estimated_tokens": self.estimated_tokens,
        }  # fmt: skip


@dataclass(frozen=True)
class LeftOut:
    """A file of many that became no document."""

    number: int  # its place; the first is 1
    name: str
    problem: str  # a code


@dataclass(frozen=True)
class BatchOutcome(Outcome):
    """Every file that was sent is one of three: added, known, or left out. Names stay sealed."""

    engine: ClassVar[str] = "extraction.batch 1"

    sent: int = 0
    added: int = 0
    known: int = 0  # the case had the facts of these bytes before
    failed: int = 0
    left_out: tuple[LeftOut, ...] = ()  # the first of them

    def facets(self) -> dict[str, Any]:
        return {"sent": self.sent, "added": self.added, "known": self.known, "failed": self.failed}
