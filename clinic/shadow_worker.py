"""`clinic.shadow`: one engine in the shadow, and a batch of what the live one has answered."""

import logging
import time
from collections.abc import Iterator
from typing import Any

from django.db import Error

from clinic.actions import engines, runs, shadows
from clinic.authorization.actor import Actor
from clinic.engines import opening
from clinic.engines.ladder import Chosen, may_leave
from clinic.engines.receipts import Receipt, Why
from clinic.engines.unfit import Fell, Unfit
from clinic.errors import Refusal
from clinic.models import Deployment, Result, Run
from clinic.models.runs import RunError
from clinic.pipeline import Failed, Work, kind_named
from clinic.shadow_kind import BATCH, ShadowOutcome, ShadowReading
from clinic.storage.errors import StorageError
from clinic.uploads import StoredUpload

log = logging.getLogger("rounds.engines")


def handle(work: Work) -> ShadowOutcome:
    run = Run.objects.get(pk=work.run_id)
    deployment = shadows.in_the_shadow(run.site_id, work.params["engine"])
    if deployment is None:  # it was moved while this waited
        return ShadowOutcome(())
    chosen = _opened(deployment)
    batch = list(shadows.waiting(deployment).select_related("run", "case")[:BATCH])
    return ShadowOutcome(tuple(_readings(work, chosen, batch)))


def _opened(deployment: Deployment) -> Chosen:
    engine, by = deployment.engine, Actor.system("work", site_id=deployment.site_id)
    try:
        asked = opening.open_engine(engine)
    except Unfit as why:
        engines.report_fault(by=by, engine=engine, fault=why.fault, about=why.about)
        raise Failed(RunError.ENGINE_MISSING, detail_code=why.fault.value) from None
    engines.clear_fault(by=by, engine=engine)
    return Chosen(engine, deployment, opening.folder_of(engine), asked, Receipt.of(engine, deployment.rung))


def _readings(work: Work, chosen: Chosen, batch: list[Result]) -> Iterator[ShadowReading]:
    for number, result in enumerate(batch):
        work.report("ask", 100 * number // len(batch))
        yield _reading(chosen, result)


def _reading(chosen: Chosen, result: Result) -> ShadowReading:
    if chosen.engine.is_remote and result.case_id and not may_leave(result.site_id):
        return ShadowReading(result.pk, result.case_id, {}, 0.0, Why.REMOTE.value)
    began = time.perf_counter()
    facets, error = _asked(chosen, result.run)
    return ShadowReading(result.pk, result.case_id, facets, round(1000 * (time.perf_counter() - began), 2), error)


def _asked(chosen: Chosen, run: Run) -> tuple[dict[str, Any], str]:
    """What goes wrong with one letter is written down, and the next one is asked."""
    uploads = tuple(StoredUpload(upload) for upload in runs.uploads_of(run))
    again = Work(run.pk, run.kind, run.params, uploads, attempt=1, report=lambda _stage, _percent: None, engine=chosen)
    try:
        return kind_named(run.kind).handle(again).facets(), ""
    except Error:
        raise
    except Failed as why:
        return {}, why.error.value
    except Refusal as why:
        return {}, why.code.value[:40]
    except StorageError as why:
        return {}, why.code[:40]
    except Exception as problem:
        log.warning("shadow_broke", extra={"where": str(chosen.engine), "reason": type(problem).__name__})
        spent = problem.spent if isinstance(problem, Fell) else None
        return spent.facets() if spent else {}, Why.BROKE.value
