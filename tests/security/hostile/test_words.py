"""Broken JSON at every operation and naughty words in every question of every page: an answer, never a fault, and never
markup."""

import json
from collections import Counter
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, get_resolver

from clinic.api.parsers import read
from clinic.authorization.roles import Role
from clinic.errors import Refusal
from tests.contract.asking import as_program
from tests.contract.conftest import _engine, in_examples, world_a  # noqa: F401 - fixtures of that room
from tests.contract.description import operations
from tests.contract.world import World
from tests.security.hostile import words
from tests.security.hostile.measuring import say, size

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
IS_FULL = bool(size("FULL", 0))
MARKUP = ("<script>alert(1)", "<img src=x", "<svg/onload", "<x hx-get")


def takes_json() -> list[tuple[str, str, str, str]]:
    """Path, method, name, and a field that it knows."""
    found = []
    for path, method, told in operations():
        if content := told.get("requestBody", {}).get("content", {}).get("application/json"):
            example = next(iter(content["examples"].values()))["value"] if content.get("examples") else {}
            found.append((path, method, told["operationId"], next(iter(example), "a")))
    return found


def test_broken_json_is_answered_everywhere(world_a: World, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    for limit in ("API_REQUESTS_PER_MINUTE", "API_PIECES_PER_MINUTE", "API_TOKENS_PER_MINUTE"):
        monkeypatch.setattr(settings, limit, 10**6)
    answers: Counter[int] = Counter()
    asked = takes_json()
    for number, (path, method, operation, field) in enumerate(asked):
        bodies, api = words.broken_json(field), as_program(world_a.asker(operation))
        for body in bodies if IS_FULL else bodies[number % 16 :: 16]:
            answer = api(method.upper(), world_a.path(operation, path), data=body, content_type="application/json")
            answers[answer.status_code] += 1
            assert answer.status_code < 500, (operation, body[:80])
    say(f"json: {len(asked)} operations, {len(words.broken_json())} bodies, {answers.total()} asked, {dict(answers)}")

    assert len(asked) >= 40
    assert answers[400] > answers.total() / 4


def pages(patterns: Any = None, before: str = "/") -> list[str]:
    """Every address without an id in it."""
    found = []
    for each in patterns if patterns is not None else get_resolver().url_patterns:
        part = str(each.pattern)
        if "<" in part or "(" in part or "^" in part:
            continue
        if isinstance(each, URLPattern):
            found.append(before + part)
        else:
            found += pages(each.url_patterns, before + part)
    return found


QUESTIONS = (
    "q", "page", "after", "before", "sort", "order", "state", "kind", "case", "patient", "from", "to", "next", "name",
    "language", "capability", "engine", "site", "role", "view", "limit", "cursor", "since", "until", "date", "days",
)  # fmt: skip


def test_naughty_words_in_every_question_of_every_page_are_words(as_person: Any, staff_a: Any) -> None:
    answers: Counter[int] = Counter()
    places = [place for place in pages() if not place.startswith(("/static", "/api", "/health"))]
    for role in (Role.CLINICIAN, Role.ADMIN):
        client: Client = as_person(staff_a[role])
        for number, place in enumerate(places):
            said = words.NAUGHTY if IS_FULL else words.NAUGHTY[number % 33 :: 33]
            for word in said:
                asked = "&".join(f"{name}={quote(word.encode('utf-8', 'surrogatepass'))}" for name in QUESTIONS)
                answer = client.get(f"{place}?{asked}")
                answers[answer.status_code] += 1
                assert answer.status_code < 500, (place, word)
                if not answer.streaming:
                    shown = answer.content.decode("utf-8", "replace")
                    assert not [mark for mark in MARKUP if mark in shown], (place, word)
    say(f"words: {len(places)} pages, {len(words.NAUGHTY)} words in {len(QUESTIONS)} questions each, "
        f"{answers.total()} asked, {dict(answers)}")  # fmt: skip

    assert len(places) >= 30
    assert answers[200] > answers.total() / 10


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
