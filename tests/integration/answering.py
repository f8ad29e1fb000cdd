"""Answers of the capability of the reviewing tests, with something done while the engine still thinks."""

import itertools
from typing import Any

from clinic import pipeline
from clinic.actions import runs, work
from clinic.answers import Answer
from clinic.models import Case, Result
from tests.integration.reviewing import CLASSES, NAME
from tests.make import Person

_numbers = itertools.count(1)


def say(label: str = "urgent", confidence: float = 0.8, also: tuple[str, ...] = ()) -> Answer:
    rest = (1 - confidence) / (len(CLASSES) - 1)
    chances = {name: confidence if name == label else rest for name in CLASSES}
    return Answer(label=label, scores=chances, probabilities=chances, prediction_set=(label, *also), calibrated_on=500)


def answered(by: Person, case: Case, answer: Answer | None = None, *, meanwhile: Any = None) -> Result:
    """A run that was asked for, claimed and brought to its end. `meanwhile` is done between claim and result."""
    with by.at_work():
        run, _is_new = runs.request(by=by.actor, kind=NAME, case=case, params={"answering": next(_numbers)})
    held = work.claim(lane="speech", worker="test")
    assert held is not None and held.run_id == run.pk
    with by.at_work():
        if meanwhile:
            meanwhile()
        work.succeed(held, sort=pipeline.kind_named(NAME), outcome=answer or say(), replay={})
        return Result.objects.get(run=run)
