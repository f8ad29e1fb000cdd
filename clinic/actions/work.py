"""What a worker does with runs: claim, report, finish, give up. Each a conditional update, so that a late or second
worker changes nothing; result and status commit together."""

import hashlib
import json
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from clinic import audit, endings
from clinic.actions import flags, notifications, runs, stops, timeline
from clinic.answers import Answer
from clinic.audit import Act
from clinic.authorization.actor import Actor
from clinic.authorization.scope import machinery
from clinic.engines.ladder import STOPPED, Chosen
from clinic.errors import Refusal
from clinic.models import EntryKind, FlagReason, NoticeKind, Result, Run, RunError, RunState
from clinic.models.runs import MAX_ATTEMPTS
from clinic.pipeline import FollowUp, Outcome, RunKind, canonical, kinds

RETRY_AFTER_S = 5
log = logging.getLogger("rounds.work")
MACHINE = Actor.system("work")


@dataclass(frozen=True)
class Claim:
    """A run in a worker's hands. The attempt fences: whoever holds an older one can change nothing."""

    run_id: UUID
    site_id: UUID
    attempt: int
    worker: str

    def held(self) -> QuerySet[Run]:
        return Run.objects.filter(pk=self.run_id, state=RunState.RUNNING, attempts=self.attempt, worker=self.worker)


_NEXT = """
UPDATE clinic_run SET state = 'running', attempts = attempts + 1, started_at = clock_timestamp(), worker = %s,
       lease_until = clock_timestamp() + make_interval(secs => %s), stage = '', percent = 0
WHERE id = (SELECT id FROM clinic_run
            WHERE lane = %s AND state = 'queued' AND (not_before IS NULL OR not_before <= clock_timestamp())
            ORDER BY priority DESC, requested_at LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED)
RETURNING id, site_id, attempts
"""


def lease() -> timedelta:
    return timedelta(seconds=settings.LEASE_SECONDS)


def claim(*, lane: str, worker: str) -> Claim | None:
    """The lane's best waiting row, by priority, then age."""
    with machinery(), audit.act(MACHINE, "run.started") as doing:
        with connection.cursor() as cursor:
            cursor.execute(_NEXT, [worker, settings.LEASE_SECONDS, lane])
            row = cursor.fetchone()
        if row is None:
            doing.nothing_happened()
            return None
        claimed = Claim(run_id=row[0], site_id=row[1], attempt=row[2], worker=worker)
        doing.by = Actor.system("work", site_id=claimed.site_id)
        doing.about(Run(pk=claimed.run_id), attempt=claimed.attempt, worker=worker)
    return claimed


def renew(held: Claim) -> bool:
    """False when the run is no longer ours: cancelled, taken over, or finished.

    By the database's clock, as everything about leases: those of the machines may differ by more than a lease lasts.
    """
    return bool(held.held().update(lease_until=Now() + lease()))


def report(held: Claim, stage: str, percent: int) -> None:
    held.held().update(stage=stage, percent=max(0, min(100, percent)))


def succeed(held: Claim, *, sort: RunKind, outcome: Outcome, replay: dict[str, Any],
            chosen: Chosen | None = None) -> bool:  # fmt: skip
    """Status, result, timeline, follow-ups: one transaction. False, and nothing, when the run is no longer ours."""
    by = Actor.system("work", site_id=held.site_id)
    with audit.act(by, "run.succeeded") as doing:
        if not _finish(held, RunState.SUCCEEDED):
            doing.nothing_happened()
            return False
        run = Run.objects.select_related("case").get(pk=held.run_id)
        result = _result(run, outcome, replay, chosen)
        stopped = stops.mark(run=run, result=result, outcome=outcome)
        if sort.recorder:
            sort.load(sort.recorder)(run=run, outcome=outcome, by=by)
        endings.run_ended(by=by, run=run)  # before anything locks the case: who hears of it may have more to lock
        if run.case and sort.is_told:
            timeline.add(doing, case=run.case, kind=EntryKind.RUN_FINISHED, subject_id=run.pk, run_kind=run.kind)
        if isinstance(outcome, Answer):
            flags.consider(by=by, run=run, result=result, answer=outcome)
        for step in sort.next_steps(run, outcome):
            _request_follow_up(by, run, step)
        runs.let_case_go_on(case_id=run.case_id, site_id=run.site_id)
        doing.about(run, case=run.case, attempt=held.attempt, engine=result.engine, output=result.output_sha256,
                    stops=stopped)  # fmt: skip
    return True


def _finish(held: Claim, state: RunState, **columns: Any) -> bool:
    if state == RunState.SUCCEEDED:
        columns["percent"] = 100
    return bool(held.held().update(state=state, finished_at=timezone.now(), lease_until=None, **columns))


def _result(run: Run, outcome: Outcome, replay: dict[str, Any], chosen: Chosen | None) -> Result:
    answer = canonical(outcome)
    result = Result(
        site_id=run.site_id, run=run, case=run.case, kind=run.kind, outcome=json.loads(answer),
        facets=outcome.facets(), engine=str(chosen.engine) if chosen else outcome.engine, replay=replay,
        engine_digest=chosen.engine.digest if chosen else "", receipt=chosen.receipt.as_json() if chosen else {},
        output_sha256=hashlib.sha256(answer).hexdigest(),
    )  # fmt: skip
    result.save(force_insert=True)
    return result


def _request_follow_up(by: Actor, run: Run, step: FollowUp) -> None:
    """A refused step (the case was closed meanwhile, the files do not fit) leaves what the first one found."""
    uploads = [u for u in runs.uploads_of(run) if not step.upload_ids or u.pk in step.upload_ids]
    try:
        with audit.together():
            runs.request(by=by, kind=step.kind, case=run.case, uploads=uploads, params=step.params,
                         batch=run.lane.endswith("_batch"), follows=run)  # fmt: skip
    except Refusal as why:
        log.warning("next_step_refused", extra={"run_id": str(run.pk), "kind": step.kind, "code": why.code.value})


def fail(held: Claim, *, error: RunError, detail_code: str = "", may_retry: bool = False) -> bool:
    """Back to the queue when another try may help and is left; else dead, with a line in the case and a notice."""
    by = Actor.system("work", site_id=held.site_id)
    is_dead = not may_retry or held.attempt >= MAX_ATTEMPTS
    with audit.act(by, "run.failed" if is_dead else "run.put_back") as doing:
        if not (_finish(held, RunState.FAILED, error=error, detail_code=detail_code) if is_dead else _put_back(held)):
            doing.nothing_happened()
            return False
        run = Run.objects.select_related("case").get(pk=held.run_id)
        if is_dead:
            tell_of_death(doing, run)
        doing.about(run, case=run.case, attempt=held.attempt, error=error.value, detail=detail_code)
    return True


def _put_back(held: Claim) -> bool:
    later = Now() + timedelta(seconds=RETRY_AFTER_S * held.attempt)
    return bool(held.held().update(state=RunState.QUEUED, lease_until=None, not_before=later, stage="", percent=0))


def tell_of_death(doing: Act, run: Run) -> None:
    endings.run_ended(by=doing.by, run=run)
    if run.case:
        timeline.add(doing, case=run.case, kind=EntryKind.RUN_FAILED, subject_id=run.pk, run_kind=run.kind)
    if run.requested_by_id:
        notifications.send(by=doing.by, person_id=run.requested_by_id, kind=NoticeKind.RUN_DEAD, case=run.case,
                           site_id=run.site_id, run_id=run.pk)  # fmt: skip
    is_stopped = (run.error, run.detail_code) == (RunError.NOBODY_MAY_ANSWER, STOPPED)
    flags.consider_failure(by=doing.by, run=run, reason=FlagReason.STOPPED if is_stopped else FlagReason.FAILURE)
    for sort in kinds():
        for step in sort.steps_after_death(run) if sort.name == run.kind else ():
            _request_follow_up(doing.by, run, step)
    runs.let_case_go_on(case_id=run.case_id, site_id=run.site_id)
