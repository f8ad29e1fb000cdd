"""A capability for tests of reviewing, and answers of it made the way a worker makes them."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

from clinic import capabilities, pipeline
from clinic.actions import runs, work
from clinic.answers import Answer
from clinic.capabilities import Capability, ClassCard
from clinic.engines.ladder import STOPPED, Chosen
from clinic.engines.receipts import Passed, Receipt, Why
from clinic.lanes import Resource
from clinic.models import Case, Deployment, Engine, FlagReason, Result, ReviewItem, Run, RunError
from clinic.pipeline import RunKind
from tests.make import Person

NAME = "tests.urgency"
CLASSES = {"routine": 0.1, "urgent": 0.6, "emergency": 1.0}
_labels = itertools.count(1)


@dataclass(frozen=True)
class Said(Answer):
    engine: ClassVar[str] = "tests.urgency 1"


SURE = Said(label="routine", scores={}, prediction_set=("routine",), calibrated_on=500,
            probabilities={"routine": 0.95, "urgent": 0.04, "emergency": 0.01})  # fmt: skip
UNSURE = replace(SURE, probabilities={"routine": 0.6, "urgent": 0.39, "emergency": 0.01},
                 prediction_set=("routine", "urgent"))  # fmt: skip
RISKY = replace(SURE, label="emergency", probabilities={"routine": 0.01, "urgent": 0.05, "emergency": 0.94},
                prediction_set=("emergency",))  # fmt: skip


def params(told: dict[str, Any]) -> dict[str, Any]:
    return told


@contextmanager
def urgency_capability() -> Iterator[Capability]:
    kind = RunKind(name=NAME, title="Urgency", resource=Resource.SPEECH, limit_s=60, handler="",
                   params="tests.integration.reviewing:params", uploads_max=5)  # fmt: skip
    capability = Capability(
        name=NAME, title="Urgency", kind=NAME, loader="",
        classes={name: ClassCard(words=name.title(), risk=risk) for name, risk in CLASSES.items()},
    )  # fmt: skip
    pipeline.register(kind)
    capabilities.register(capability)
    try:
        yield capability
    finally:
        pipeline._kinds.pop(NAME)
        capabilities._capabilities.pop(NAME)


def the_simpler_one() -> Chosen:
    """An engine that answered because a better one did not."""
    engine = Engine(name="Urgency rules", version="1", digest="0" * 64)
    passed = Passed(name="Urgency 1", digest="1" * 64, rung=0, why=Why.OUT_OF_SERVICE)
    receipt = Receipt.of(engine, 1, passed=[passed])
    return Chosen(engine, Deployment(engine=engine, rung=1), Path(), asked=None, receipt=receipt)


def asked(by: Person, case: Case | None, uploads: Any = ()) -> Run:
    with by.at_work():
        run, _is_new = runs.request(
            by=by.actor, kind=NAME, case=case, uploads=uploads, params={"number": next(_labels)}
        )
    return run


def answered(by: Person, case: Case | None, said: Answer = SURE, uploads: Any = (),
             chosen: Chosen | None = None) -> Result:  # fmt: skip
    """An answer with all that follows from it."""
    asked(by, case, uploads)
    held = work.claim(lane="speech", worker="reviewing")
    assert held
    with by.at_work():
        assert work.succeed(held, sort=pipeline.kind_named(NAME), outcome=said, replay={}, chosen=chosen)
        return Result.objects.select_related("run__case", "case").get(run=held.run_id)


def failed(by: Person, case: Case | None, reason: FlagReason = FlagReason.FAILURE) -> Run:
    run = asked(by, case)
    held = work.claim(lane="speech", worker="reviewing")
    assert held
    with by.at_work():
        if reason == FlagReason.STOPPED:
            work.fail(held, error=RunError.NOBODY_MAY_ANSWER, detail_code=STOPPED)
        else:
            work.fail(held, error=RunError.UNEXPECTED)
        return Run.objects.select_related("case").get(pk=run.pk)


def flagged(by: Person, case: Case | None, said: Answer = UNSURE, uploads: Any = ()) -> ReviewItem:
    result = answered(by, case, said, uploads)
    with by.at_work():
        return ReviewItem.objects.select_related("case").get(result=result)
