"""What ran beside what for one attempt, by the times its runs left: drawn to one scale, never promised."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.errors import Words
from clinic.models import Run
from coaching import kinds
from coaching.models import Attempt


@dataclass(frozen=True)
class TraceBar:
    name: Words
    began: Any
    left: float
    width: float
    seconds: float


@dataclass(frozen=True)
class Trace:
    bars: tuple[TraceBar, ...]
    overlap_s: float
    feedback_s: float | None
    delivery_s: float | None


def trace(attempt: Attempt) -> Trace:
    now = timezone.now()
    came = attempt.came_at or now
    stretches = [(_("Recording"), attempt.began_at, came)] if not attempt.is_typed else []
    runs = Run.objects.filter(kind=kinds.HEAR, params__attempt=str(attempt.pk)).order_by("requested_at")
    heard = [(_("Words"), run.started_at, run.finished_at or now) for run in runs if run.started_at]
    stretches += heard
    for name, run in ((_("Delivery"), attempt.sound_run), (_("Feedback"), attempt.feedback_run)):
        if run is not None and run.started_at:
            stretches.append((name, run.started_at, run.finished_at or now))
    began = min((start for _name, start, _end in stretches), default=now)
    span = max(0.1, (max((end for _name, _start, end in stretches), default=now) - began).total_seconds())
    bars = tuple(TraceBar(name, start, round(100 * (start - began).total_seconds() / span, 2),
                          max(0.3, round(100 * (end - start).total_seconds() / span, 2)),
                          (end - start).total_seconds()) for name, start, end in stretches)  # fmt: skip
    return Trace(
        bars, _overlap(heard, attempt), _after(attempt.heard_at, attempt.told_at), _after(came, attempt.measured_at)
    )


def _overlap(heard: list[Any], attempt: Attempt) -> float:
    """Seconds in which words were found while the sound was measured, or while she still spoke."""
    run = attempt.sound_run
    others = [(attempt.began_at, attempt.came_at)] if attempt.came_at and not attempt.is_typed else []
    if run is not None and run.started_at and run.finished_at:
        others.append((run.started_at, run.finished_at))
    return sum(max(0.0, float((min(end, stop) - max(start, begin)).total_seconds()))
               for _name, start, end in heard for begin, stop in others)  # fmt: skip


def _after(start: Any, end: Any) -> float | None:
    return (end - start).total_seconds() if start and end else None
