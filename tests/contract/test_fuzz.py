"""Requests that are almost right, by chance and with a seed: each is answered as described, and none by a failure.

`FUZZ_REQUESTS=400 pytest tests/contract/test_fuzz.py` asks each operation that often.
"""

import copy
import json
import os
import random
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings

from tests.contract.asking import Api, as_program
from tests.contract.description import operations
from tests.contract.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
REQUESTS = int(os.environ.get("FUZZ_REQUESTS", "8"))
ALL = [pytest.param(path, method, told, id=told["operationId"]) for path, method, told in operations()]

TEXTS = [
    "",
    " ",
    "a",
    "é",
    "\x00",
    "\x1f",
    "\u202e",
    "\ud800",
    "𝄞" * 50,
    "x" * 5000,
    "'; --",
    "%s%n",
    "{{7*7}}",
    "null",
    "true",
    "-1",
    "0",
    "NaN",
    "1e309",
    "2025-02-30T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "00000000-0000-4000-8000-000000000000",
    "../../etc/passwd",
    "open",
    "case.view",
    "\r\nX: y",
]
VALUES: list[Any] = [
    *TEXTS,
    None,
    True,
    False,
    0,
    -1,
    1.5,
    2**31,
    2**53,
    2**63,
    10**30,
    [],
    [[]],
    [None],
    {},
    {"": ""},
    {"a": {"b": []}},
    ["a"] * 300,
]
HEADERS = ["Accept", "If-None-Match", "Range", "Idempotency-Key", "X-Chunk-SHA256", "Accept-Language", ""]
TYPES = ["application/json"] * 12 + ["", "text/plain", "application/octet-stream", "multipart/form-data; boundary=x"]


class Chance(random.Random):
    def changed(self, value: Any) -> Any:
        """The same with one thing, somewhere in it, not as it was."""
        whole = copy.deepcopy(value)
        if not isinstance(whole, dict) or self.random() < 0.1:
            return self.choice(VALUES)
        for _ in range(self.choice([0, 1, 1, 2])):
            name = self.choice([*whole, "unknown"])
            match self.randrange(4):
                case 0:
                    whole.pop(name, None)
                case 1 if isinstance(whole.get(name), dict):
                    whole[name] = self.changed(whole[name])
                case _:
                    whole[name] = self.choice(VALUES)
        return whole

    def query(self, told: dict[str, Any]) -> str:
        names = [each["name"] for each in told.get("parameters", []) if each["in"] == "query"]
        pairs = [(self.choice([*names, "unknown"]), self.text()) for _ in range(self.choice([0, 0, 1, 2]))]
        return "&".join(f"{name}={quote(text)}" for name, text in pairs)

    def text(self) -> str:
        return self.choice(TEXTS).encode("utf-8", "replace").decode()

    def headers(self) -> dict[str, str]:
        chosen = self.choice(
            ["Accept", "If-None-Match", "Range", "Idempotency-Key", "X-Chunk-SHA256", "Accept-Language", ""]
        )
        text = self.text().encode("latin-1", "replace").decode("latin-1")
        return {chosen: "".join(letter for letter in text if letter.isprintable())} if chosen else {}


def _content(told: dict[str, Any]) -> Any:
    content = told.get("requestBody", {}).get("content", {}).get("application/json")
    return next(iter(content["examples"].values()))["value"] if content else None


@pytest.mark.parametrize(("path", "method", "told"), ALL)
def test_almost_right_is_answered_as_described(
    path: str, method: str, told: dict[str, Any], world_a: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for limit in ("API_REQUESTS_PER_MINUTE", "API_PIECES_PER_MINUTE", "API_TOKENS_PER_MINUTE"):
        monkeypatch.setattr(settings, limit, 10**6)
    chance, whole = Chance(told["operationId"]), as_program(world_a.person)
    for _ in range(REQUESTS):
        api = chance.choice([whole, whole, whole, Api(), Api(chance.text().strip() or "x")])
        address = world_a.path(told["operationId"], path)
        if chance.random() < 0.1:
            address = path.replace("{id}", quote(chance.text(), safe="")).replace(
                "{index}", "9" * chance.randrange(1, 40)
            )
            address = address.replace("{code}", "invalid")
        options: dict[str, Any] = {"headers": chance.headers()}
        if method in ("post", "put", "patch"):
            body = json.dumps(chance.changed(world_a.body(_content(told)))).encode()
            options |= {"data": body, "content_type": chance.choice(TYPES)}

        answer = api(method.upper(), f"{address}?{chance.query(told)}", **options)

        assert answer.status_code < 500, (address, options, answer.content)
