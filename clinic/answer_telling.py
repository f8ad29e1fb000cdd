"""What is told of an engine's answer, wherever it is shown: its row, and its words as far as they can still be read."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

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
    if result is None or _is_over(result):
        return {}
    try:
        return dict(result.outcome)
    except Unreadable:
        return {}


def _is_over(result: Result) -> bool:
    known: bool | None = getattr(result, "is_over", None)
    return _over(result.run_id).exists() if known is None else known


def _over(run: Any) -> QuerySet[Upload]:
    return Upload.objects.filter(runs=run, expired_at__isnull=False)


def for_many(rows: QuerySet[Result]) -> QuerySet[Result]:
    """Whether the time of their files is over is asked in the question that fetches them."""
    return rows.annotate(is_over=Exists(_over(OuterRef("run_id"))))


def told_to(by: Actor, run_id: UUID | None) -> AnswerTold | None:
    """Nothing to those who see no answers, or who are to judge first."""
    if run_id is None or not by.can(Permission.RUN_VIEW):
        return None
    found = Result.objects.select_related("case", "run").filter(run=run_id).first()
    if found is None or concealment.is_concealed(found, by):
        return None
    return AnswerTold(found, opened(found))
