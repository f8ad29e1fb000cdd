"""What workers return about the facts of documents. The facts stay sealed; codes and counts stand beside them."""

from dataclasses import dataclass, field
from typing import Any

from clinic.answers import Answer


@dataclass(frozen=True)
class FactsAnswer(Answer):
    facts: dict[str, Any] = field(default_factory=dict)  # extraction.inference.schema.Extraction, as JSON
    counts: dict[str, int] = field(default_factory=dict)  # how many of each kind
    doubts: tuple[str, ...] = ()  # codes: why the engine itself asks for a person
    prompt: str = ""  # SHA-256 of what a language model was asked with
    calls: int = 0  # of a language model, those that failed among them
    tokens: int = 0
    cost: float = 0.0  # in dollars, by the prices the installation names

    def facets(self) -> dict[str, Any]:
        return super().facets() | {
            "found": sum(self.counts.values()), "counts": self.counts, "doubts": list(self.doubts),
            "prompt": self.prompt, "calls": self.calls, "tokens": self.tokens, "cost": self.cost,
        }  # fmt: skip
