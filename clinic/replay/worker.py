"""`clinic.replay`: the recorded engine is opened and asked again, with the recorded seed, threads and parameters."""

import hashlib
from typing import Any

from django.conf import settings

from clinic.actions import runs
from clinic.engines import opening
from clinic.engines.ladder import Chosen
from clinic.engines.receipts import Receipt
from clinic.engines.unfit import Fault, Unfit
from clinic.errors import Refusal
from clinic.inference import runtime
from clinic.models import Deployment, Engine, Result, RunError
from clinic.pipeline import Failed, NotHere, Work, canonical, kind_named
from clinic.replay import order
from clinic.replay.compare import as_stored, compare
from clinic.replay.order import ReplayOutcome
from clinic.uploads import StoredUpload

BACKEND_MISSING, INPUT_DIFFERS = "backend_missing", "input_differs"


def handle(work: Work) -> ReplayOutcome:
    result = Result.objects.select_related("run__case__patient", "case").get(run=work.params["run"])
    engine = _engine(result)
    chosen = _opened(result, engine)
    work.report("ask", 20)
    with runtime.as_recorded(result.replay):
        now = canonical(kind_named(result.kind).handle(_same_work(result, chosen, work)))
    found = compare(result.outcome, as_stored(now), is_identical=_digest(now) == result.output_sha256)
    return ReplayOutcome(
        run=str(result.run_id), engine_digest=engine.digest, is_identical=found.is_identical,
        same_label=found.same_label, is_close=found.is_close, label_was=found.label_was, label_now=found.label_now,
        largest_gap=found.largest_gap, numbers=tuple((each.name, each.was, each.now) for each in found.numbers),
        others=found.others, unlike=runtime.unlike(result.replay, product=settings.VERSION),
        sha256_was=result.output_sha256, sha256_now=_digest(now),
    )  # fmt: skip


def _digest(answer: bytes) -> str:
    return hashlib.sha256(answer).hexdigest()


def _engine(result: Result) -> Engine:
    """Asked again here: it may have been retired while the replay waited."""
    try:
        return order.check(result)
    except Refusal as why:
        raise Failed(RunError.ENGINE_MISSING, detail_code=why.code.value) from None


def _opened(result: Result, engine: Engine) -> Chosen:
    try:
        asked = kind_named(result.kind).as_it_was(opening.open_engine(engine), result.outcome)
    except NotHere:
        raise Failed(RunError.ENGINE_MISSING, detail_code=BACKEND_MISSING) from None
    except Unfit as why:
        code = BACKEND_MISSING if why.fault == Fault.DOES_NOT_OPEN else why.fault.value
        raise Failed(RunError.ENGINE_MISSING, detail_code=code) from None
    deployment = Deployment.objects.get(site=result.site_id, engine=engine)
    receipt = Receipt.of(engine, deployment.rung)
    return Chosen(engine, deployment, opening.folder_of(engine), asked, receipt)


def _same_work(result: Result, chosen: Chosen, work: Work) -> Work:
    uploads = tuple(StoredUpload(upload) for upload in runs.uploads_of(result.run))
    recorded: Any = result.replay.get("inputs")
    if recorded is not None and recorded != [upload.sha256 for upload in uploads]:
        raise Failed(RunError.INPUT_DAMAGED, detail_code=INPUT_DIFFERS)
    return Work(run_id=result.run_id, kind=result.kind, params=result.run.params, uploads=uploads,
                attempt=work.attempt, report=lambda _stage, _percent: None, engine=chosen)  # fmt: skip
