"""How the engines of feedback do: counts by engine, shown only where enough people stand behind them."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from clinic.authorization.actor import Actor
from clinic.authorization.scope import scope
from clinic.doubt.intervals import Figure, wilson
from clinic.errors import Words
from coaching import worded
from coaching.models import TalliedPerson, Tally

NAMES = ("told", "failed", "milliseconds", "answer_seconds", "useful", "not_useful", "rated", "satisfied")
LEAST = 5  # people; however many answers, of fewer people they could be told apart


@dataclass(frozen=True)
class Line:
    """Of an engine; of all answers, whoever told, where it names none."""

    engine: str
    n: int
    failed: int
    success: Figure | None
    seconds: float | None
    answer_seconds: float | None
    useful: Figure | None
    judged: int
    satisfied: Figure | None
    faults: dict[str, int] | None
    people: int

    @property
    def is_hidden(self) -> bool:
        return self.people < LEAST

    @property
    def errors(self) -> list[tuple[Words, int]]:
        """In words, the most frequent first."""
        return [(worded.PASSED.get(why, why), count) for why, count in (self.faults or {}).items()]


@dataclass(frozen=True)
class _Behind:
    """How many people stand behind the counts of an engine, how many of them judged, and how many rated."""

    people: int = 0
    judges: int = 0
    raters: int = 0


def lines(by: Actor) -> list[Line]:
    """All answers first."""
    sums = {f"{name}_sum": Sum(name) for name in NAMES}
    rows = Tally.objects.visible_to(by)
    found: Iterable[Any] = rows.values("engine").annotate(**sums).order_by("engine")
    faults, people = _faults(rows), _people(by)
    return [
        _line(row["engine"], people.get(row["engine"], _Behind()), faults.get(row["engine"], Counter()),
              **{name: row[f"{name}_sum"] or 0 for name in NAMES})
        for row in found
    ]  # fmt: skip


def _faults(rows: QuerySet[Tally]) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for engine, counts in rows.exclude(faults=None).values_list("engine", "faults"):
        found[engine].update(counts)
    return found


def _people(by: Actor) -> dict[str, _Behind]:
    """By engine; asked without a person at the connection, since on hers nobody else exists."""
    with scope(site=by.here):
        rows: Iterable[Any] = TalliedPerson.objects.filter(site=by.here).values("engine").annotate(
            people=Count("id"), judges=Count("id", filter=Q(has_judged=True)),
            raters=Count("id", filter=Q(has_rated=True)),
        )  # fmt: skip
        return {row.pop("engine"): _Behind(**row) for row in rows}


def _line(engine: str, behind: _Behind, faults: Counter[str], *, told: int, failed: int, milliseconds: int,
          answer_seconds: int, useful: int, not_useful: int, rated: int, satisfied: int) -> Line:  # fmt: skip
    judged, asked = useful + not_useful, told + failed
    is_enough = behind.people >= LEAST
    return Line(
        engine=engine, n=told, failed=failed, judged=judged, people=behind.people,
        success=wilson(told, asked) if is_enough and asked else None,
        seconds=milliseconds / told / 1000 if is_enough and told else None,
        answer_seconds=answer_seconds / told if is_enough and told else None,
        useful=wilson(useful, judged) if behind.judges >= LEAST and judged else None,
        satisfied=wilson(satisfied, rated) if behind.raters >= LEAST and rated > 0 else None,
        faults=dict(faults.most_common()) if is_enough else None,
    )  # fmt: skip
