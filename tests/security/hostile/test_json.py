"""Broken JSON at every operation that takes JSON, and the same bodies, words and numbers at every other operation of
the description: an answer, never a fault."""

import json
import re
from collections import Counter
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings

from clinic.api.parsers import read
from clinic.errors import Refusal
from tests.contract.asking import Api, as_program
from tests.contract.conftest import _engine, in_examples, world_a  # noqa: F401 - fixtures of that room
from tests.contract.description import operations
from tests.contract.world import World
from tests.security.hostile import words
from tests.security.hostile.measuring import say, size

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
IS_FULL = bool(size("FULL", 0))
SAID = (*words.NAUGHTY, "1" * 400, "-" + "9" * 30, "[" * 2_000, '{"a":' * 400, "\ud800", "1e400", "NaN")
ODD_IDS = ("00000000-0000-4000-8000-000000000000", "x", "1" * 300, "%00", "%ED%A0%80", "..", "%2e%2e%2f", "null", "{}")


@pytest.fixture(autouse=True)
def _without_allowance(monkeypatch: pytest.MonkeyPatch) -> None:
    for limit in ("API_REQUESTS_PER_MINUTE", "API_PIECES_PER_MINUTE", "API_TOKENS_PER_MINUTE"):
        monkeypatch.setattr(settings, limit, 10**6)


def example_of(told: dict[str, Any]) -> dict[str, Any] | None:
    content = told.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        return None
    return dict(next(iter(content["examples"].values()))["value"]) if content.get("examples") else {}


def test_broken_json_is_answered_everywhere(world_a: World) -> None:  # noqa: F811
    """With each field that the operation knows, so that some come as far as the database."""
    answers: Counter[int] = Counter()
    asked, fields = 0, 0
    for path, method, told in operations():
        if (example := example_of(told)) is None:
            continue
        operation = told["operationId"]
        api, place = as_program(world_a.asker(operation)), world_a.path(operation, path)
        names = list(example) or ["a"]
        bodies = [body for name in names for body in broken(world_a.body(example), name)]
        asked, fields = asked + 1, fields + len(names)
        for body in bodies if IS_FULL else bodies[asked % 29 :: 29]:
            answer = api(method.upper(), place, data=body, content_type="application/json")
            answers[answer.status_code] += 1
            assert answer.status_code < 500, (operation, body[:80])
    say(f"json: operations={asked} fields={fields} bodies={len(words.broken_json())} asked={answers.total()} faults=0 "
        f"{dict(sorted(answers.items()))}")  # fmt: skip

    assert asked >= 60
    assert answers[400] > answers.total() / 4


def broken(example: Any, name: str) -> list[bytes]:
    """Bodies with that field alone, and the whole example with a value in its place that is none."""
    wrong: tuple[Any, ...] = (
        None,
        True,
        [],
        {},
        [[]],
        {"": {}},
        "",
        " ",
        "\x00",
        "\ud800",
        10**18,
        -1,
        1e308,
        ["a"] * 500,
    )
    return words.broken_json(name) + [json.dumps(example | {name: value}).encode() for value in wrong]


def test_operations_asked_oddly_answer_every_time(world_a: World) -> None:  # noqa: F811
    """Every operation of the description: odd words in each question it knows, a body where none is wanted, odd ids."""
    answers: Counter[int] = Counter()
    all_operations, ids = operations(), 0
    for number, (path, method, told) in enumerate(all_operations):
        operation = told["operationId"]
        api = as_program(world_a.asker(operation)) if told.get("security") else Api()
        place = world_a.path(operation, path)
        names = [each["name"] for each in told.get("parameters", []) if each["in"] == "query"] or ["a"]
        odd = [f"{place}?{_question(names, word)}" for word in _some(SAID, number, 40)]
        if "{" in path:
            odd += [_with_odd_ids(path, wrong) for wrong in _some(ODD_IDS, number, 4)]
            ids += 1
        bodies = _some(tuple(words.broken_json()), number, 40)
        for address, body in [(address, b"") for address in odd] + [(place, body) for body in bodies]:
            answer = _asked(api, method.upper(), address, body)
            answers[answer.status_code] += 1
            assert answer.status_code < 500, (operation, address[:120], body[:80])
    say(f"json: all_operations={len(all_operations)} asked={answers.total()} faults=0 {dict(sorted(answers.items()))}")

    assert len(all_operations) >= 150
    assert answers.total() >= 4 * len(all_operations)
    assert ids >= 60


def _with_odd_ids(path: str, wrong: str) -> str:
    """In every place where an id stands, and nowhere else."""
    return re.sub(r"\{[^}]+\}", lambda _found: wrong, path)


def _some(every: tuple[Any, ...], number: int, one_of: int) -> tuple[Any, ...]:
    return every if IS_FULL else every[number % one_of :: one_of]


def _question(names: list[str], word: str) -> str:
    return "&".join(f"{name}={quote(word.encode('utf-8', 'surrogatepass'))}" for name in names)


def _asked(api: Api, method: str, address: str, body: bytes) -> Any:
    """Not held against the description: that such things are asked is announced nowhere."""
    whole = address if address.startswith("/api/") else f"/api/v1/{address}"
    told = {"Authorization": f"Bearer {api.credential}"} if api.credential else {}
    answer = api.client.generic(method, whole, body, content_type="application/json", headers=told)
    if answer.streaming:
        b"".join(answer)
    return answer


def test_bodies_that_are_right_are_taken() -> None:
    """Among the broken ones are some that are none, so that a reader who refuses everything is found out."""
    taken = 0
    for body in words.broken_json():
        try:
            read(body)
        except (ValueError, RecursionError, Refusal):
            continue
        taken += 1
    assert 5 <= taken <= 25
    assert json.loads(words.broken_json()[0].decode()) is not None
