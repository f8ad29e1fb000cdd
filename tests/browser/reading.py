"""Letters that wait for a reader, made by the stagehand through the real engine."""

import time
from typing import Any

from clinic.actions import claims, flags, runs
from clinic.inference.letters import corpus
from clinic.models import Result, ReviewItem, Run
from tests import make
from tests.make import Person

WITHIN_S = 120  # on a busy machine


def letters(by: Person, count: int, seed: int) -> list[dict[str, Any]]:
    """Answers that wait for a person; one that needed nobody is sent to review by hand."""
    made = [(_asked(by, one.text), one.label) for one in corpus.letters(count, seed=seed)]
    return [_waiting(by, run, label) for run, label in made]


def _asked(by: Person, text: str) -> Run:
    case = make.case(by, question="How urgent is this letter?")
    upload = make.upload(by, case, text.encode(), "letter.txt")
    with by.at_work():
        run, _is_new = runs.request(by=by.actor, kind="clinic.letters", case=case, uploads=[upload])
    return run


def _waiting(by: Person, run: Run, label: str) -> dict[str, Any]:
    await_end(by, run)
    with by.at_work():
        item = ReviewItem.objects.filter(run=run).first()
        if item is None:
            item = flags.ask(by=by.actor, result=Result.objects.get(run=run), note="A second look, if you can.")
        said = item.result.facets["label"] if item.result else ""
        return {"pk": str(item.pk), "label": label, "said": said, "run": str(run.pk), "risk": item.risk}


def await_end(by: Person, run: Run) -> None:
    until = time.monotonic() + WITHIN_S
    while make.fresh_run(by, run).is_active:
        assert time.monotonic() < until, f"{run.kind} did not end in {WITHIN_S} s"
        time.sleep(0.05)


def take(by: Person, item: str) -> None:
    with by.at_work():
        claims.claim(by=by.actor, item=ReviewItem.objects.get(pk=item))
