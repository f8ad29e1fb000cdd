"""What is counted for operations: by engine and week, of nobody in particular. Who stands behind an engine's counts is
kept apart from them, only so that figures of few people are shown to nobody.

Everything is also counted for `ALL`: of it alone can be said how many answers got no feedback from anybody.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from coaching import outcomes, weeks
from coaching.models import SATISFIED_FROM, Attempt, AttemptState, Practice, TalliedPerson, Tally
from coaching.outcomes import Advised

ALL = ""


def told(attempt: Attempt, outcome: Advised) -> None:
    """Whoever was asked and did not answer has failed; whom policy or a breaker kept away has not."""
    told_at = attempt.told_at or timezone.now()
    waited = told_at - max(attempt.heard_at or told_at, attempt.measured_at or told_at)
    for engine in (outcome.told_by, ALL):
        _add(_tally(attempt, engine), told=1, milliseconds=max(0, round(waited.total_seconds() * 1000)),
             answer_seconds=round(attempt.seconds))  # fmt: skip
    for better in outcome.passed:
        if outcomes.has_failed(better):
            engine, _colon, why = better.rpartition(": ")
            _fail(_tally(attempt, engine), why)


def untold(attempt: Attempt) -> None:
    """Nobody gave feedback on it, not even the rules."""
    _fail(_tally(attempt, ALL), attempt.problem)


def opinion(attempt: Attempt, is_useful: bool) -> None:
    """A changed mind is counted once."""
    engine = engine_of(attempt)
    tally = _tally(attempt, engine)
    _behind(attempt, engine).update(has_judged=True)
    now, before = ("useful", "not_useful") if is_useful else ("not_useful", "useful")
    changes: dict[str, Any] = {now: F(now) + 1}
    if attempt.is_useful is not None:
        changes[before] = Greatest(F(before) - 1, 0)  # she may have said it in another week
    Tally.objects.filter(pk=tally.pk).update(**changes)


def satisfaction(practice: Practice, satisfaction: int) -> str:
    """For the engine that told her last, whose name is returned. What she said before is taken back where it was
    counted; in another week, which is why a week alone may be below nothing."""
    latest = Attempt.objects.filter(practice=practice, state=AttemptState.DONE).order_by("-number").first()
    engine = engine_of(latest) if latest else ALL
    if practice.satisfaction is not None:
        for before in {practice.satisfied_with, ALL}:
            _add(_tally(practice, before), rated=-1, satisfied=-int(practice.satisfaction >= SATISFIED_FROM))
    for now in {engine, ALL}:
        _add(_tally(practice, now), rated=1, satisfied=int(satisfaction >= SATISFIED_FROM))
        _behind(practice, now).update(has_rated=True)
    return engine


def engine_of(attempt: Attempt) -> str:
    """Nobody's, once its words are deleted."""
    return _cut(str((attempt.read or {}).get("told_by", ALL)))


def _tally(of: Attempt | Practice, engine: str) -> Tally:
    TalliedPerson.objects.get_or_create(site_id=of.site_id, person_id=of.person_id, engine=_cut(engine))
    row, _is_new = Tally.objects.get_or_create(site_id=of.site_id, week=weeks.monday(), engine=_cut(engine))
    return row


def _behind(of: Attempt | Practice, engine: str) -> Any:
    return TalliedPerson.objects.filter(site=of.site_id, person=of.person_id, engine=_cut(engine))


def _cut(engine: str) -> str:
    return engine[:120]


def _add(tally: Tally, **more: int) -> None:
    Tally.objects.filter(pk=tally.pk).update(**{name: F(name) + count for name, count in more.items()})


def _fail(tally: Tally, why: str) -> None:
    held = Tally.objects.select_for_update(no_key=True).get(pk=tally.pk)
    faults: Mapping[str, int] = held.faults or {}
    held.failed, held.faults = held.failed + 1, {**faults, why: faults.get(why, 0) + 1}
    held.save(update_fields=["failed", "faults"])
