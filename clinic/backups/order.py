"""What a drill leaves behind. Light: web processes load this, not the restoring."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

from clinic.pipeline import Outcome

DRILL = "clinic.restore_drill"


@dataclass(frozen=True)
class DrillOutcome(Outcome):
    engine: ClassVar[str] = "clinic.restore_drill 1"
    problem: str = ""
    backup: str = ""
    name: str = ""
    cut_at: str = ""
    figures: dict[str, Any] = field(default_factory=dict)

    def facets(self) -> dict[str, Any]:
        shown = ("rows", "objects", "events", "seconds")
        return {"problem": self.problem} | {name: self.figures[name] for name in shown if name in self.figures}
