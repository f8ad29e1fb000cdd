"""The real providers, as far as this machine can ask them: `make verification`. Not part of `make test`, nor of CI.

Only documents that the product made up are sent, and only where a key stands in the environment; a provider that
cannot be asked is skipped, with the reason. What the tests on loopback promise of wire formats is held against those
who wrote them.
"""

import time
from typing import Any

import pytest

from clinic.language.asking import call
from clinic.language.engines import LanguageEngine, Provider
from clinic.language.failures import CallFailed, Failure
from extraction import made_up, prompts
from extraction.inference.grounding import grounded, ungrounded_in
from extraction.inference.items import counts
from extraction.inference.language import LanguageReader
from extraction.inference.schema import Extraction
from tests.verification import providers

WITH_KEYS = [one for one in Provider if one not in (Provider.OLLAMA, Provider.BEDROCK)]


def engine_of(provider: Provider) -> LanguageEngine:
    try:
        return providers.engine_of(provider)
    except LookupError as why:
        pytest.skip(f"{provider}: {why}")


@pytest.mark.parametrize("provider", list(Provider))
def test_facts_of_a_made_up_letter_stand_in_it(provider: Provider, capsys: Any) -> None:
    engine, text = engine_of(provider), made_up.DISCHARGE
    (_name, prompt) = list(prompts.shipped().items())[-1]
    began = time.monotonic()

    asked = LanguageReader(engine, prompt, call).ask(text)

    found = grounded(asked.facts, text)
    with capsys.disabled():
        print(f"\n{engine.name}: {counts(found)} in {time.monotonic() - began:.1f} s, {asked.usage.calls} calls, "
              f"{asked.usage.read_tokens} tokens read and {asked.usage.written_tokens} written, "
              f"{len(asked.facts.flags)} flags, then {len(found.flags)}")  # fmt: skip
    assert Extraction.model_validate(found.model_dump(mode="json")) == found
    assert not ungrounded_in(found, text)
    assert any("levetiracetam" in (one.name or "").lower() for one in found.medications)
    assert asked.usage.calls >= 1 and asked.usage.read_tokens > 0 and asked.usage.written_tokens > 0


@pytest.mark.parametrize("provider", WITH_KEYS)
def test_a_key_that_is_refused_is_told_as_that_and_not_tried_again(provider: Provider) -> None:
    engine = providers.with_wrong_key(engine_of(provider))
    with pytest.raises(CallFailed) as failed:
        call(engine, "Answer.", "A made-up text.", Extraction)
    assert failed.value.failure is Failure.KEY and not failed.value.is_retryable


@pytest.mark.parametrize("provider", list(Provider))
def test_a_model_that_is_not_there_is_told_as_that(provider: Provider) -> None:
    engine = providers.with_no_model(engine_of(provider))
    with pytest.raises(CallFailed) as failed:
        call(engine, "Answer.", "A made-up text.", Extraction)
    assert failed.value.failure in (Failure.NOT_FOUND, Failure.REJECTED) and not failed.value.is_retryable
