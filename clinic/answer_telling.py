"""What is told of an engine's answer, wherever it is shown: its row, and its words as far as they can still be read."""

from dataclasses import dataclass
from typing import Any

from clinic.models import Result
from clinic.sealing import Unreadable


@dataclass(frozen=True)
class AnswerTold:
    result: Result
    outcome: dict[str, Any]


def opened(result: Result | None) -> dict[str, Any]:
    """The words of an erased patient are gone; what was answered in codes still shows."""
    try:
        return dict(result.outcome) if result else {}
    except Unreadable:
        return {}
