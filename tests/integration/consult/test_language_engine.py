"""A language model is installed for answers as for facts: measured, signed, a candidate until two agree."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command

from clinic import language_install
from clinic.authorization.scope import scope
from clinic.environment import Environment
from clinic.language.engines import engines_from
from clinic.language.failures import CallFailed, Failure
from clinic.models import Deployment, EngineState
from consult import answering
from tests.unit.consult.models import NAMED, speaker

pytestmark = pytest.mark.django_db


@pytest.fixture
def named(settings, tmp_path):
    settings.ENGINES_FOLDER = tmp_path / "engines"

    def name() -> None:
        settings.LANGUAGE_ENGINES = engines_from(Environment())

    return name


def candidates(site: Any) -> list[Deployment]:
    with scope(site=site.pk):
        rows = Deployment.objects.select_related("engine")
        return list(rows.filter(capability=answering.NAME, state=EngineState.CANDIDATE))


def test_model_is_installed_as_a_candidate_with_its_prompt_and_figures(site_a, monkeypatch, named, own_store):
    with speaker(monkeypatch, lambda _sent: {"sentences": []}):
        named()
        call_command("consult_engine", NAMED, "--site", site_a.name)
    (held,) = candidates(site_a)
    assert held.engine.name == f"Answers by {NAMED}" and "prompt.md" in held.engine.manifest["files"]
    assert held.engine.card["metrics"][0]["n"] >= 10


def test_model_that_does_not_answer_is_not_installed(site_a, monkeypatch, named):
    def refused(*_asked: Any) -> Any:
        raise CallFailed(Failure.KEY)

    monkeypatch.setattr(language_install, "calling", lambda: refused)
    with speaker(monkeypatch, lambda _sent: {"sentences": []}):
        named()
        with pytest.raises(CommandError, match="did not answer: key_refused"):
            call_command("consult_engine", NAMED, "--site", site_a.name)
    assert candidates(site_a) == []


def test_model_nobody_named_is_refused_in_words(site_a):
    with pytest.raises(CommandError, match="ROUNDS_LANGUAGE_ENGINES does not name openai/none"):
        call_command("consult_engine", "openai/none", "--site", site_a.name)
