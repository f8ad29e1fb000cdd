"""How the newest asking about a document stands, beside the facts that are shown: those may be of an earlier one."""

from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from clinic.models import Run, RunError, RunState
from clinic.models.runs import ACTIVE
from extraction.models import FactSheet


@dataclass(frozen=True)
class Asking:
    run_id: UUID | None
    state: str
    has_facts: bool  # of an earlier run

    @classmethod
    def of(cls, sheet: FactSheet) -> Self:
        """`sheet`: as the shelf gives it."""
        told: Any = sheet
        return cls(told.last_run, told.last_state or "", sheet.run_id is not None)

    @property
    def is_under_way(self) -> bool:
        return self.state in ACTIVE

    @property
    def is_dead(self) -> bool:
        return self.state == RunState.FAILED

    @property
    def is_cancelled(self) -> bool:
        return self.state == RunState.CANCELLED

    @property
    def is_waited_for(self) -> bool:
        """Nothing is there to look at until it answers."""
        return self.is_under_way and not self.has_facts

    @property
    def is_again(self) -> bool:
        return self.has_facts and self.is_under_way

    @property
    def is_again_in_vain(self) -> bool:
        return self.has_facts and (self.is_dead or self.is_cancelled)

    @property
    def why(self) -> str:
        """Why it came to nothing, in words."""
        if self.run_id is None or not self.is_dead:
            return ""
        error = Run.objects.filter(pk=self.run_id).values_list("error", flat=True).first()
        return str(RunError(error).label) if error else ""
