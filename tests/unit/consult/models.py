"""A language model for tests: a server on loopback that answers what it is told to, whatever it is asked."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from clinic.language.asking import call
from clinic.language.retrying import Patience
from consult.inference.engine import answerer_of
from consult.inference.language import LanguageAnswerer
from tests.unit.language.servers import Answer, served

NAMED = "ollama/speaker"
Wit = Callable[[str], Any]  # what it was sent -> the arguments of the answer


def chat(wit: Wit) -> Callable[..., Answer]:
    def answer(_path: str, _headers: dict[str, str], asked: Any) -> Answer:
        (tool,) = asked["tools"]
        said = wit(asked["messages"][-1]["content"])
        if isinstance(said, int):
            return said, {}, b"{}"
        arguments = said if isinstance(said, str) else json.dumps(said)
        use = {"id": "1", "type": "function", "function": {"name": tool["function"]["name"], "arguments": arguments}}
        message = {"role": "assistant", "content": None, "tool_calls": [use]}
        body = {
            "id": "a", "object": "chat.completion", "created": 1, "model": asked["model"],
            "choices": [{"index": 0, "finish_reason": "tool_calls", "message": message}],
            "usage": {"prompt_tokens": 900, "completion_tokens": 100, "total_tokens": 1000},
        }  # fmt: skip
        return 200, {}, json.dumps(body).encode()

    return answer


@contextmanager
def speaker(patch: pytest.MonkeyPatch, wit: Wit) -> Iterator[LanguageAnswerer]:
    with served(chat(wit)) as address:
        patch.setenv("ROUNDS_LANGUAGE_ENGINES", NAMED)
        patch.setenv("ROUNDS_OLLAMA_URL", f"{address}/v1")
        found = answerer_of(NAMED, "Say what was said.", call, None)
        yield replace(found, patience=Patience(retries=0, sleep=lambda _seconds: None), breakers={})
