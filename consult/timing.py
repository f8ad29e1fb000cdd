"""How long each part of a consult took, what ran beside what, and how much time that saved: never promised."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from clinic.errors import Words
from clinic.models import Run
from consult.models import ConsultAnswer, Part, PartState, Sort


@dataclass(frozen=True)
class Bar:
    """One thing that took time."""

    name: Words
    began: datetime
    ended: datetime | None  # None: still at it
    state: str  # as the stage list has it: done, now, fail, wait
    note: Words = ""
    run: Run | None = None  # that did it, where one did
    is_branch: bool = False  # one of those that could run beside each other
    waited_s: float = 0.0  # of it, before a worker had time

    def seconds(self, now: datetime) -> float:
        return max(0.0, ((self.ended or now) - self.began).total_seconds())

    def at_work(self, now: datetime) -> tuple[float, float] | None:
        """When a worker had it in hand: what waits in a queue runs beside nothing."""
        if self.run is None or self.run.started_at is None:
            return None
        return self.run.started_at.timestamp(), (self.run.finished_at or now).timestamp()


@dataclass(frozen=True)
class Timing:
    bars: tuple[Bar, ...]
    began: datetime
    ended: datetime
    wall_s: float  # from the last thing a person did until the answer
    saved_s: float  # what the branches took one after the other, less what they took side by side

    @property
    def span_s(self) -> float:
        return max(0.1, (self.ended - self.began).total_seconds())


def saved(branches: Iterable[tuple[float, float]]) -> float:
    """Of stretches of time: their sum less the time in which any of them ran."""
    ordered = sorted(branches)
    union, reached = 0.0, float("-inf")
    for start, end in ordered:
        union += max(0.0, end - max(start, reached))
        reached = max(reached, end)
    return round(sum(end - start for start, end in ordered) - union, 3)


def timing_of(parts: Sequence[Part], answers: Sequence[ConsultAnswer], names: dict[str, Any]) -> Timing | None:
    now = timezone.now()
    bars = [*(bar for part in parts for bar in _of_part(part, names)), *(_of_answer(one, names) for one in answers)]
    if not bars:
        return None
    began = min(bar.began for bar in bars)
    ended = max(bar.ended or now for bar in bars)
    branches = (bar.at_work(now) for bar in bars if bar.is_branch)
    saved_s = saved(worked for worked in branches if worked is not None)
    return Timing(tuple(bars), began, ended, wall_s=_wall(parts, answers, now), saved_s=saved_s)


def _of_part(part: Part, names: dict[str, Any]) -> list[Bar]:
    found = []
    if part.session_id is not None:
        ended = part.came_at or part.settled_at
        name = names["recording" if part.sort == Sort.VOICE else "sending"]
        found.append(Bar(name, part.began_at, ended, "done" if ended else "now"))
    if part.run is not None and part.came_at is not None:
        state = {PartState.THERE: "done", PartState.READ: "now"}.get(PartState(part.state), "fail")
        found.append(Bar(names[part.sort], part.came_at, part.settled_at, state, part.problem, part.run,
                         is_branch=True, waited_s=_waited(part.run)))  # fmt: skip
    return found


def _of_answer(answer: ConsultAnswer, names: dict[str, Any]) -> Bar:
    state = "now" if answer.ended_at is None else "done" if answer.run.state == "succeeded" else "fail"
    return Bar(names["answer"], answer.asked_at, answer.ended_at, state, run=answer.run, waited_s=_waited(answer.run))


def _waited(run: Run) -> float:
    return (run.started_at - run.requested_at).total_seconds() if run.started_at else 0.0


def _wall(parts: Sequence[Part], answers: Sequence[ConsultAnswer], now: datetime) -> float:
    """Until the newest answer, from the last thing that came before it was asked for."""
    if not answers:
        return 0.0
    latest = answers[-1]
    came = [part.came_at for part in parts if part.came_at and part.came_at <= latest.asked_at]
    return ((latest.ended_at or now) - max(came, default=latest.asked_at)).total_seconds()
