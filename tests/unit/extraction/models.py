"""Language models for tests: a server on loopback that speaks the wire format and answers from what it is sent."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from clinic.language.asking import call
from clinic.language.retrying import Patience
from extraction.inference import rules
from extraction.inference.engine import reader_of
from extraction.inference.items import CLASSES, items
from extraction.inference.language import LanguageReader
from tests.unit.language.servers import Answer, served

NAMED = "ollama/reader"
PROMPT = "Say what the document says."
Wit = Callable[[str], Any]  # the document -> the arguments of the answer


def well_read(document: str) -> dict[str, Any]:
    """Quotes as a model that reads well would: the rules read, and places are left out."""
    told = rules.extract(document)
    answer: dict[str, Any] = {kind: [] for kind in CLASSES}
    for key, item in items(told):
        kind, _dot, name = key.partition(".")
        said = item.model_dump(mode="json", exclude={"confidence"}, exclude_none=True)
        said["evidence"] = [{"text": one["text"], "field": one.get("field")} for one in said["evidence"]]
        if kind == "patient":
            answer.setdefault(kind, {})[name] = said
        else:
            answer[kind].append(said)
    return answer


def document_in(content: str) -> str:
    return content.partition("<document>\n")[2].rpartition("\n</document>")[0]


def chat(wit: Wit, asked_of: list[str]) -> Callable[..., Answer]:
    def answer(_path: str, _headers: dict[str, str], asked: Any) -> Answer:
        document = document_in(asked["messages"][-1]["content"])
        asked_of.append(document)
        (tool,) = asked["tools"]
        said = wit(document)
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
def reader(patch: pytest.MonkeyPatch, wit: Wit) -> Iterator[tuple[LanguageReader, list[str]]]:
    """Asked over the wire; `list`: the documents the server was sent."""
    sent: list[str] = []
    with served(chat(wit, sent)) as address:
        patch.setenv("ROUNDS_LANGUAGE_ENGINES", NAMED)
        patch.setenv("ROUNDS_OLLAMA_URL", f"{address}/v1")
        found = reader_of(NAMED, PROMPT, call)
        yield replace(found, patience=Patience(sleep=lambda _seconds: None), breakers={}), sent
