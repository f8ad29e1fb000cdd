"""The only task. A message names a lane; the worker works that lane for a turn, then lets its other lanes have theirs.

One run per message would cap a busy lane at one run per polling interval: with prefetch 1 the transport looks for the
next message only when that interval ends or a new message is announced.
"""

import logging
import os
import time
from typing import Any

from celery import signals
from django.conf import settings
from django.db import Error, close_old_connections, connection

from clinic import celery, watch
from clinic.actions import engines, monitors, rollouts, runs, shadows, work
from clinic.answers import Answer
from clinic.authorization.actor import Actor
from clinic.authorization.scope import scope
from clinic.capabilities import of_kind
from clinic.engines import asking, golden_worker
from clinic.engines.asking import Answered
from clinic.engines.ladder import Ladder
from clinic.errors import Code, Refusal
from clinic.inference.runtime import replay_facts
from clinic.lanes import BATCH_LANES, Resource
from clinic.models import Run, RunError
from clinic.pipeline import Failed, Outcome, RunKind, Work, kind_named
from clinic.storage.errors import KeyDestroyed, ObjectDamaged, ObjectMissing, StorageError
from clinic.uploads import StoredUpload

TURN_S = 1.0
BATCH_NICENESS = 10
log = logging.getLogger("rounds.work")

_REFUSALS = {
    Code.OBJECT_DAMAGED: RunError.INPUT_DAMAGED,
    Code.STORAGE_DOWN: RunError.STORAGE_DOWN,
    Code.ERASED: RunError.ERASED,
    Code.UNKNOWN_KIND: RunError.ENGINE_MISSING,
}


@celery.app.task(name=celery.EXECUTE)
def execute_run(lane: str) -> None:
    close_old_connections()
    until = time.monotonic() + TURN_S
    while work_one(lane):
        if time.monotonic() > until:
            celery.nudge(lane)  # more may be waiting
            return


def work_one(lane: str, worker: str | None = None) -> bool:
    """Claims one run and brings it to an end. False when nothing waits: a second nudge for work that is done."""
    held = work.claim(lane=lane, worker=worker or watch.worker_name())
    if held is None:
        return False
    with scope(site=held.site_id):
        _bring_to_an_end(held)
    return True


def _bring_to_an_end(held: work.Claim) -> None:
    began = time.monotonic()
    run = Run.objects.select_related("case__patient").get(pk=held.run_id)
    told = {"run_id": str(run.pk), "kind": run.kind, "attempt": held.attempt, "request_id": run.request_id}
    try:
        sort = kind_named(run.kind)
        with watch.over(held, limit_s=sort.limit_s):
            answered = _answer(sort, held, run)
        is_ours = work.succeed(held, sort=sort, outcome=answered.outcome, replay=_record(run, answered),
                               chosen=answered.chosen)  # fmt: skip
        if is_ours:
            _watch_on(run, answered.outcome)
            _after_the_answer(run, answered)
        log.info("run_done" if is_ours else "run_late", extra=told | {"ms": round(1000 * (time.monotonic() - began))})
    except Exception as problem:
        close_old_connections()  # it may be the database itself that went away
        why = _as_failed(problem)
        work.fail(held, error=why.error, detail_code=why.detail_code, may_retry=why.retry)
        level = logging.ERROR if why.error == RunError.UNEXPECTED else logging.INFO
        log.log(level, "run_failed", extra=told | {"code": why.error.value, "reason": type(problem).__name__,
                                                   "where": watch.where(problem)})  # fmt: skip


def _watch_on(run: Run, outcome: Outcome) -> None:
    """Behind the answer, which stands whatever becomes of this."""
    if not isinstance(outcome, Answer):
        return
    try:
        monitors.take_in_answer(run=run, outcome=outcome)
    except Exception as problem:
        log.error("answer_not_watched", extra={"run_id": str(run.pk), "reason": type(problem).__name__,
                                               "where": watch.where(problem)})  # fmt: skip


def _record(run: Run, answered: Answered) -> dict[str, Any]:
    """Enough to do it again: what went in, in which order, and with what."""
    inputs = [upload.sha256 for upload in runs.uploads_of(run)]
    made = answered.chosen.engine.manifest if answered.chosen else {}
    named = {name: made.get(name) for name in ("backend", "precision") if name in made}
    return replay_facts(run.params) | named | {"inputs": inputs, "product": settings.VERSION}


def _answer(sort: RunKind, held: work.Claim, run: Run) -> Answered:
    capability = of_kind(sort.name)
    if capability is None:
        return Answered(sort.handle(_work(held, run)))
    ladder = Ladder.for_run(run, capability.name)
    try:
        return asking.ask(ladder, sort, _work(held, run))
    finally:
        _report_engines(run, ladder)


def _report_engines(run: Run, ladder: Ladder) -> None:
    """What was found out about engines on the way is told whatever became of the run."""
    by = Actor.system("work", site_id=run.site_id)
    for engine, why in ladder.unfit:
        log.error("engine_refused", extra={"where": str(engine), "code": why.fault.value, "reason": why.about})
        engines.report_fault(by=by, engine=engine, fault=why.fault, about=why.about)
    for engine in ladder.opened_anew:
        engines.clear_fault(by=by, engine=engine)


def _after_the_answer(run: Run, answered: Answered) -> None:
    """Behind the answer, which is committed: nobody waits for any of this, and none of it can undo the answer."""
    by, chosen = Actor.system("work", site_id=run.site_id), answered.chosen
    if chosen is None:
        return
    capability = chosen.deployment.capability
    try:
        shadows.ask(by=by, site_id=run.site_id, capability=capability)
        if chosen.receipt.passed:
            rollouts.look_after(by=by, site_id=run.site_id, capability=capability)
    except Exception as problem:
        close_old_connections()
        log.error("after_answer_failed", extra={"run_id": str(run.pk), "reason": type(problem).__name__,
                                                "where": watch.where(problem)})  # fmt: skip


def _as_failed(problem: Exception) -> Failed:
    """A code of ours for whatever went wrong; the exception's own text goes nowhere."""
    match problem:
        case Failed():
            return problem
        case Refusal():
            error = _REFUSALS.get(problem.code, RunError.INPUT_REFUSED)
            return Failed(error, detail_code=problem.code.value, retry=error == RunError.STORAGE_DOWN)
        case ObjectDamaged() | ObjectMissing():
            return Failed(RunError.INPUT_DAMAGED, detail_code=problem.code)
        case KeyDestroyed():
            return Failed(RunError.ERASED, detail_code=problem.code)
        case StorageError():
            return Failed(RunError.STORAGE_DOWN, detail_code=problem.code, retry=True)
    return Failed(RunError.UNEXPECTED, retry=True)


def _work(held: work.Claim, run: Run) -> Work:
    return Work(
        run_id=run.pk,
        kind=run.kind,
        params=run.params,
        uploads=tuple(StoredUpload(upload) for upload in runs.uploads_of(run)),
        attempt=held.attempt,
        report=watch.Reporter(held),
        until=time.monotonic() + kind_named(run.kind).limit_s,
    )


def _prove_engines(lanes: list[str]) -> None:
    """Before the first run. Where the database is away nobody can be told; the first run will find out."""
    try:
        golden_worker.at_start(lanes)
    except Error as problem:
        connection.close()
        log.warning("engines_not_asked", extra={"reason": type(problem).__name__})


def _warm_up(lanes: list[str]) -> None:
    """A lane is ready, on /health too, once what it needs is loaded. What cannot be loaded is told by its runs."""
    if Resource.SPEECH not in lanes:
        return
    from clinic import speech_worker

    try:
        speech_worker.warm()
    except Exception as problem:
        log.warning("speech_not_warm", extra={"reason": type(problem).__name__, "where": watch.where(problem)})


@signals.worker_ready.connect
def _say_alive(sender: Any, **_: Any) -> None:
    lanes = sorted(sender.app.amqp.queues.consume_from)
    if set(lanes) <= set(BATCH_LANES):
        os.nice(BATCH_NICENESS)  # bulk work, engines in the shadow among it, takes only what nobody waits for
    _prove_engines(lanes)
    _warm_up(lanes)
    watch.live_as(sender.hostname, lanes)
