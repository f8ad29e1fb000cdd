"""A capability for tests: an engine that says of a letter how urgent it is, and points at the words that say so."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar
from unittest.mock import patch

from clinic import capabilities, pipeline
from clinic.actions import runs, work
from clinic.answers import Answer
from clinic.capabilities import Capability, ClassCard
from clinic.evidence import Evidence, TextSpan
from clinic.lanes import Resource
from clinic.models import Case, Result, Run, Upload
from clinic.pipeline import RunKind
from tests.make import Person

NAME = "tests.letters"
LETTER = "Dear colleague,\nfever for four days, and she is short of breath.\nKind regards\n"


@dataclass(frozen=True)
class SecondOpinion(Answer):
    engine: ClassVar[str] = "Letters 1"


@contextmanager
def second_opinions() -> Iterator[None]:
    capabilities.register(
        Capability(
            name=NAME, title="Letter urgency", kind=NAME, loader="tests:nothing",
            classes={"routine": ClassCard("Routine", 0.1), "urgent": ClassCard("Urgent", 0.6)},
        )
    )  # fmt: skip
    pipeline.register(
        RunKind(name=NAME, title="Letter urgency", resource=Resource.CPU, limit_s=10, handler="tests:nothing",
                params="clinic.kinds:clean_check", is_offered=False)
    )  # fmt: skip
    try:
        with patch("clinic.actions.flags.drawn", return_value=1.0):  # nothing is sent to a person by chance
            yield
    finally:
        capabilities._capabilities.pop(NAME)
        pipeline._kinds.pop(NAME)


def span(upload: Upload, words: str, text: str = LETTER, weight: float = 0.5) -> TextSpan:
    start = text.index(words)
    return TextSpan(upload=str(upload.pk), sha256=upload.sha256, start=start, end=start + len(words), words=words,
                    weight=weight)  # fmt: skip


def answered(by: Person, case: Case, uploads: Sequence[Upload], evidence: Sequence[Evidence] = (),
             label: str = "urgent") -> Result:  # fmt: skip
    """Asked, answered and stored, as a worker would."""
    with by.at_work():
        asked, _is_new = runs.request(by=by.actor, kind=NAME, case=case, uploads=uploads,
                                      params={"label": str(Run.objects.count())})  # fmt: skip
    held = work.claim(lane="cpu", worker="tests")
    while held and held.run_id != asked.pk:
        held = work.claim(lane="cpu", worker="tests")
    assert held
    said = SecondOpinion(label=label, scores={label: 2.0}, probabilities={label: 0.9, "routine": 0.1},
                         prediction_set=(label,), calibrated_on=400, evidence=tuple(evidence))  # fmt: skip
    with by.at_work():
        assert work.succeed(held, sort=pipeline.kind_named(NAME), outcome=said, replay={})
        return Result.objects.select_related("case", "run").get(run=asked)
