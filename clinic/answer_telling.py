"""What is told of an engine's answer, wherever it is shown: its row, and its words as far as they can still be read."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from clinic import concealment
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.models import Result, Upload
from clinic.sealing import Unreadable


@dataclass(frozen=True)
class AnswerTold:
    result: Result
    outcome: dict[str, Any]


def opened(result: Result | None) -> dict[str, Any]:
    """The words of an erased patient are gone, and those about a file whose time is over; what was answered in codes
    still shows."""
    if result is None or Upload.objects.filter(runs=result.run_id, expired_at__isnull=False).exists():
        return {}
    try:
        return dict(result.outcome)
    except Unreadable:
        return {}


def told_to(by: Actor, run_id: UUID | None) -> AnswerTold | None:
    """Nothing to those who see no answers, or who are to judge first."""
    if run_id is None or not by.can(Permission.RUN_VIEW):
        return None
    found = Result.objects.select_related("case", "run").filter(run=run_id).first()
    if found is None or concealment.is_concealed(found, by):
        return None
    return AnswerTold(found, opened(found))
