"""How the engines of feedback do: counts by engine, shown only where enough people stand behind them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, Sum

from clinic.authorization.actor import Actor
from clinic.authorization.scope import scope
from clinic.doubt.intervals import Figure, wilson
from coaching.models import TalliedPerson, Tally

NAMES = ("told", "failed", "milliseconds", "answer_seconds", "useful", "not_useful")
LEAST = 5  # people; however many answers, of fewer people they could be told apart


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
    people: int

    @property
    def is_hidden(self) -> bool:
        return self.people < LEAST


def lines(by: Actor) -> list[Line]:
    sums = {f"{name}_sum": Sum(name) for name in NAMES}
    found: Iterable[Any] = Tally.objects.visible_to(by).values("engine").annotate(**sums).order_by("engine")
    people = _people(by)
    return [_line(row["engine"], people.get(row["engine"], (0, 0)), *(row[f"{name}_sum"] or 0 for name in NAMES))
            for row in found]  # fmt: skip


def _people(by: Actor) -> dict[str, tuple[int, int]]:
    """By engine, how many people stand behind its counts and how many of them judged; asked without a person at the
    connection, since on hers nobody else exists."""
    with scope(site=by.here):
        rows: Iterable[Any] = TalliedPerson.objects.filter(site=by.here).values("engine").annotate(
            people=Count("id"), judges=Count("id", filter=Q(has_judged=True))
        )  # fmt: skip
        return {row["engine"]: (row["people"], row["judges"]) for row in rows}


def _line(engine: str, people: tuple[int, int], told: int, failed: int, milliseconds: int, answer_seconds: int,
          useful: int, not_useful: int) -> Line:  # fmt: skip
    judged, asked = useful + not_useful, told + failed
    is_enough = people[0] >= LEAST
    return Line(
        engine=engine, n=told, failed=failed, judged=judged, people=people[0],
        success=wilson(told, asked) if is_enough and asked else None,
        seconds=milliseconds / told / 1000 if is_enough and told else None,
        answer_seconds=answer_seconds / told if is_enough and told else None,
        useful=wilson(useful, judged) if people[1] >= LEAST and judged else None,
    )  # fmt: skip
