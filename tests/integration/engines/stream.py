"""Answers of the shipped engine in numbers, as rows: for monitors, which want hundreds."""

import itertools
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone

from clinic.actions import monitors
from clinic.answers import Answer
from clinic.doubt.drift import DriftWatch
from clinic.models import Case, Engine, ItemState, Result, ReviewItem, Run, RunState
from tests.make import Person

KIND = "clinic.letters"
CLASSES = ("routine", "urgent", "emergency")
_numbers = itertools.count(1)


def soon_learned(capability: Any) -> monitors.Watch:
    """A watch whose reference is the smallest there may be."""
    return monitors.Watch(DriftWatch.new(tuple(capability.classes), learn=100, baseline=100, decisions=100))


def say(label: str, confidence: float = 0.9, terms: Sequence[str] = ("fever", "cough")) -> Answer:
    rest = (1 - confidence) / 2
    chances = {name: confidence if name == label else rest for name in CLASSES}
    return Answer(label=label, scores=chances, probabilities=chances, prediction_set=(label,), calibrated_on=500,
                  terms=frozenset(terms), features={"words": 80})  # fmt: skip


def answered(by: Person, case: Case, answers: Sequence[Answer], engine: Engine) -> list[Result]:
    """In the row scope of the person's site."""
    now = timezone.now()
    runs = [Run(site=by.site, case=case, kind=KIND, fingerprint=f"stream-{next(_numbers)}", lane="cpu", attempts=1,
                state=RunState.SUCCEEDED, finished_at=now, percent=100) for _ in answers]  # fmt: skip
    Run.objects.bulk_create(runs)
    results = [Result(site=by.site, run=run, case=case, kind=KIND, outcome={}, facets=answer.facets(),
                      engine=str(engine), engine_digest=engine.digest, output_sha256="0" * 64)
               for run, answer in zip(runs, answers, strict=True)]  # fmt: skip
    return Result.objects.bulk_create(results)


def watched(by: Person, case: Case, answers: Sequence[Answer], engine: Engine) -> int:
    """Alarms raised while these were taken in, one after another."""
    results = answered(by, case, answers, engine)
    return sum(monitors.take_in_answer(run=result.run, outcome=answer)
               for result, answer in zip(results, answers, strict=True))  # fmt: skip


def decided(by: Person, results: Sequence[Result], labels: Sequence[str], *, sampling: float = 1.0) -> None:
    """Long enough ago to count as settled."""
    then = timezone.now() - timedelta(minutes=1)
    ReviewItem.objects.bulk_create(_items(by, results, labels, sampling, then))


def _items(by: Person, results: Sequence[Result], labels: Sequence[str], sampling: float, then: Any
           ) -> Iterator[ReviewItem]:  # fmt: skip
    for number, (result, label) in enumerate(zip(results, labels, strict=True)):
        yield ReviewItem(
            site=by.site, capability=KIND, case=result.case, run=result.run, result=result, reasons=["policy_sample"],
            risk=0.5, uncertainty=0.5, sampling=sampling, state=ItemState.DECIDED, decided_label=label,
            decided_at=then + timedelta(milliseconds=number),
        )  # fmt: skip
