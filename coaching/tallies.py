"""How the engines of feedback do: counts of weeks and engines, shown only where enough answers stand behind them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Sum

from clinic.authorization.actor import Actor
from clinic.doubt.intervals import Figure, wilson
from coaching.models import Tally

NAMES = ("told", "failed", "milliseconds", "answer_seconds", "useful", "not_useful")
LEAST = 5  # fewer answers could be one person's


@dataclass(frozen=True)
class Line:
    engine: str
    n: int
    failed: int
    success: Figure | None
    seconds: float | None
    answer_seconds: float | None
    useful: Figure | None
    judged: int

    @property
    def is_hidden(self) -> bool:
        return self.n + self.failed < LEAST


def lines(by: Actor) -> list[Line]:
    sums = {f"{name}_sum": Sum(name) for name in NAMES}
    found: Iterable[Any] = Tally.objects.visible_to(by).values("engine").annotate(**sums).order_by("engine")
    return [_line(row["engine"], *(row[f"{name}_sum"] or 0 for name in NAMES)) for row in found]


def _line(engine: str, told: int, failed: int, milliseconds: int, answer_seconds: int, useful: int, not_useful: int,
          ) -> Line:  # fmt: skip
    judged, asked = useful + not_useful, told + failed
    is_enough = asked >= LEAST
    return Line(
        engine=engine, n=told, failed=failed, judged=judged,
        success=wilson(told, asked) if is_enough else None,
        seconds=milliseconds / told / 1000 if is_enough and told else None,
        answer_seconds=answer_seconds / told if is_enough and told else None,
        useful=wilson(useful, judged) if judged >= LEAST else None,
    )  # fmt: skip
