"""Engines of words for tests: they read with the rules, and go wrong where their prompt says so."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.utils import timezone

from clinic import pipeline, tasks
from clinic.actions import proposals, work
from clinic.models import Run
from extraction import prompt_engines, prompt_shelf
from extraction.actions import comparing
from extraction.actions import prompts as acts
from extraction.inference import rules
from extraction.inference.schema import Extraction
from extraction.made_up import DOCUMENTS
from extraction.models import BlindComparison, PromptVersion
from extraction.prompt_engines import NotOfTheSchema, PromptEngine, SaysNothing, Used
from extraction.prompt_orders import COMPARISON, ComparisonOutcome, Pair
from tests.make import Person

NAME = "ollama/tests"
REASON = "It leaves the planned medicines out"


class Reader:
    def __init__(self, prompt: str) -> None:
        self.prompt, self.calls = prompt, 0

    @property
    def used(self) -> Used:
        return Used(read_tokens=100 * self.calls, written_tokens=10 * self.calls, dollars=0.001 * self.calls)

    def read(self, text: str) -> Extraction:
        self.calls += 1
        if "ANSWER BADLY" in self.prompt:
            raise NotOfTheSchema
        if "SAY NOTHING" in self.prompt:
            raise SaysNothing
        told = rules.extract(text)
        if "NO MEDICINES" in self.prompt:
            return told.model_copy(update={"medications": ()})
        return told.model_copy(update={"problems": (), "vitals": ()}) if "HALF BLIND" in self.prompt else told


def open_reader(prompt: str) -> Reader:
    return Reader(prompt)


@contextmanager
def language_engine(*, is_remote: bool = False) -> Iterator[PromptEngine]:
    engine = PromptEngine(NAME, "tests.integration.extraction.prompted:open_reader", is_remote=is_remote)
    prompt_engines.register(engine)
    try:
        yield engine
    finally:
        prompt_engines.unregister(NAME)


def shipped(by: Person) -> PromptVersion:
    with by.at_work():
        acts.enter_shipped(by=by.actor)
        found = prompt_shelf.live(by.site.pk)
    assert found is not None
    return found


def branch(by: Person, name: str = "v2", added: str = "Planned medicines are plan, not medications.") -> PromptVersion:
    parent = shipped(by)
    with by.at_work():
        return acts.branch(by=by.actor, parent=parent, name=name, text=f"{parent.text}\n{added}\n", note=REASON)


def work_off(by: Person, kind: str) -> Any:
    """The newest waiting run of the kind is worked off by its own handler; its result."""
    with by.at_work():
        Run.objects.filter(state="queued").update(priority=0)
        newest = Run.objects.filter(kind=kind, state="queued").order_by("-requested_at").first()
        assert newest is not None
        Run.objects.filter(pk=newest.pk).update(priority=99)
    held = work.claim(lane=newest.lane, worker="tests")
    assert held is not None and held.run_id == newest.pk
    with by.at_work():
        outcome = pipeline.kind_named(kind).handle(tasks._work(held, newest))
        assert work.succeed(held, sort=pipeline.kind_named(kind), outcome=outcome, replay={})
        return outcome


def tried(by: Person, version: PromptVersion) -> Any:
    with by.at_work():
        acts.ask_trial(by=by.actor, version=version)
    return work_off(by, "extraction.prompt_trial")


def made_live(by: Person, second: Person, version: PromptVersion) -> None:
    with by.at_work():
        asked = acts.ask_to_promote(by=by.actor, version=version, reason=REASON)
        proposals.agree(by=second.actor, proposal=asked, confirmed_at=timezone.now())


def pairs_of(by: Person, version: PromptVersion) -> BlindComparison:
    """Of the shipped prompt and this one, on the made-up documents; a run that no worker takes."""
    with by.at_work():
        run = Run.objects.create(site=by.site, kind=COMPARISON, fingerprint=f"{version.pk.hex}", lane="llm",
                                 state="succeeded", finished_at=timezone.now())  # fmt: skip
        told = {name: rules.extract(text).model_dump(mode="json") for name, text in DOCUMENTS.items()}
        pairs = tuple(Pair(None, name, answer, None) for name, answer in told.items())
        outcome = ComparisonOutcome(str(shipped(by).pk), str(version.pk), NAME, pairs)
        comparing.answered(run=run, outcome=outcome, by=by.actor)
        return BlindComparison.objects.get(run=run)


def judged(by: Person, judge: Person, version: PromptVersion) -> None:
    made = pairs_of(by, version)
    with judge.at_work():
        comparing.judge(by=judge.actor, pair=made.pairs.order_by("number")[0], preferred="left")
