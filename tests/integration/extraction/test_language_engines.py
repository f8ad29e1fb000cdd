"""A language model is installed as a candidate, its answers are held against the text; where it fails rules go on."""

import time
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command

from clinic import language_install
from clinic.authorization.roles import Role
from clinic.authorization.scope import scope
from clinic.engines.unfit import Fault, Fell
from clinic.environment import Environment
from clinic.errors import Code, Refusal
from clinic.language.engines import engines_from
from clinic.language.failures import CallFailed, Failure
from clinic.language.retrying import Patience
from clinic.language.usage import NOTHING
from clinic.models import Deployment, EngineState
from clinic.pipeline import Work
from extraction import fields, prompt_engines, worker
from tests import make
from tests.integration.extraction import prompted
from tests.integration.extraction.finding import LETTER, read, sheet
from tests.make import Staff
from tests.unit.extraction.models import NAMED, document_in, reader, well_read

pytestmark = pytest.mark.django_db


@pytest.fixture
def named(monkeypatch, settings, tmp_path):
    """The installation names whatever the environment does."""
    settings.ENGINES_FOLDER = tmp_path / "engines"

    def name() -> None:
        settings.LANGUAGE_ENGINES = engines_from(Environment())

    return name


def work_of(by: Any, made: Any, asked: Any) -> Work:
    upload = made.upload
    told = SimpleNamespace(id=upload.pk, kind=upload.kind, content_type=upload.content_type, size=upload.size,
                           sha256=upload.sha256)  # fmt: skip
    return Work(run_id=made.asked_run_id, kind=fields.NAME, params={}, uploads=(told,), attempt=1,
                report=lambda _stage, _percent: None, engine=SimpleNamespace(asked=asked))  # fmt: skip


def test_model_is_installed_as_a_candidate_with_its_prompt_and_figures(site_a, monkeypatch, named, own_store):
    with reader(monkeypatch, well_read):
        named()
        call_command("extraction_engine", NAMED, "--site", site_a.name)

    with scope(site=site_a.pk):
        held = Deployment.objects.select_related("engine").get(capability=fields.NAME, state=EngineState.CANDIDATE)
    assert held.engine.name == f"Facts by {NAMED}" and not held.engine.is_remote
    assert held.engine.card["metrics"][0]["n"] > 10 and "prompt.md" in held.engine.manifest["files"]


def test_model_that_does_not_answer_is_not_installed(site_a, monkeypatch, named):
    def refused(*_asked: Any) -> Any:
        raise CallFailed(Failure.KEY)

    monkeypatch.setattr(language_install, "calling", lambda: refused)
    with reader(monkeypatch, well_read):
        named()
        with pytest.raises(CommandError, match="did not answer: key_refused"):
            call_command("extraction_engine", NAMED, "--site", site_a.name)

    with scope(site=site_a.pk):
        assert not Deployment.objects.filter(capability=fields.NAME, state=EngineState.CANDIDATE).exists()


def test_model_nobody_named_is_refused_in_words(site_a):
    with pytest.raises(CommandError, match="ROUNDS_LANGUAGE_ENGINES does not name openai/none"):
        call_command("extraction_engine", "openai/none", "--site", site_a.name)
    assert django_settings.LANGUAGE_ENGINES == ()


def test_answer_of_a_model_is_held_against_the_text_and_its_tokens_are_told(clinician_a, monkeypatch):
    made = sheet(clinician_a, make.case(clinician_a))
    read(clinician_a)

    def invents(document: str) -> Any:
        told = well_read(document)
        told["medications"].append({"name": "morphine", "strength": "100 mg", "evidence": [{"text": "morphine"}]})
        return told

    with reader(monkeypatch, invents) as (model, sent), clinician_a.at_work():
        answer = worker.extract(work_of(clinician_a, made, model))

    names = [one["name"].lower() for one in answer.facts["medications"]]
    assert names == ["amoxicillin"] and "evidence_not_in_source" in answer.doubts
    assert (answer.tokens, answer.calls, answer.confidence) == (1000, 1, None) and sent == [LETTER]


def test_model_that_fails_leaves_the_work_to_the_next_engine(clinician_a, monkeypatch):
    made = sheet(clinician_a, make.case(clinician_a))
    read(clinician_a)

    garbage = reader(monkeypatch, lambda _document: "{")
    with garbage as (model, _sent), clinician_a.at_work(), pytest.raises(Fell) as why:
        worker.extract(work_of(clinician_a, made, model))

    assert why.value.fault == Fault.NOT_OF_THE_SCHEMA and why.value.spent and why.value.spent.calls == 4


def test_slow_model_then_the_next_engine_is_asked_in_time_and_the_last_ones_still_have_some(clinician_a, monkeypatch):
    made = sheet(clinician_a, make.case(clinician_a))
    read(clinician_a)
    asked_for: list[float] = []

    def hangs(engine: Any, *_asked: Any) -> Any:
        asked_for.append(engine.longest_s)
        raise CallFailed(Failure.TIMEOUT)

    with reader(monkeypatch, well_read) as (model, _sent), clinician_a.at_work():
        for passed_s in (0.0, 60.0, 84.0):
            told = work_of(clinician_a, made, replace(model, call=hangs, patience=Patience(retries=0)))
            told.until = time.monotonic() + fields.LIMIT_S - passed_s
            with pytest.raises(Fell) as why:
                worker.extract(told)
            assert why.value.fault == Fault.TOO_SLOW

    assert asked_for == [pytest.approx(60.0, abs=1), pytest.approx(20.0, abs=1)]  # the third has no time left


def test_model_is_asked_with_the_prompt_that_two_persons_made_live(clinician_a, staff_a: Staff, monkeypatch):
    live = prompted.shipped(staff_a[Role.ENGINEER])
    made = sheet(clinician_a, make.case(clinician_a))
    read(clinician_a)
    asked_with: list[str] = []

    def listens(engine: Any, instructions: str, text: str, schema: Any) -> Any:
        asked_with.append(instructions)
        return well_read(document_in(text)), NOTHING

    with reader(monkeypatch, well_read) as (model, _sent), clinician_a.at_work():
        answer = worker.extract(work_of(clinician_a, made, replace(model, call=listens)))

    assert asked_with == [live.text] and answer.prompt == live.sha256


def test_prompt_that_was_altered_past_the_product_is_not_asked_with(clinician_a, monkeypatch):
    made = sheet(clinician_a, make.case(clinician_a))
    read(clinician_a)

    def altered(_site: object) -> None:
        raise Refusal(Code.PROMPT_ALTERED)

    monkeypatch.setattr("extraction.prompt_shelf.live", altered)
    with reader(monkeypatch, well_read) as (model, sent), clinician_a.at_work(), pytest.raises(worker.PromptAltered):
        worker.extract(work_of(clinician_a, made, model))
    assert sent == []


def test_trial_of_a_prompt_asks_the_model_that_the_environment_names(staff_a: Staff, monkeypatch, named):
    engineer = staff_a[Role.ENGINEER]
    version = prompted.branch(engineer)
    with reader(monkeypatch, well_read) as (_model, sent):
        named()
        prompt_engines.register_first()
        try:
            outcome = prompted.tried(engineer, version)
        finally:
            prompt_engines.unregister(NAMED)

    assert len(sent) == outcome.figures["documents"] > 0 and outcome.figures["read_tokens"] == 900 * len(sent)
    assert outcome.asked == NAMED
