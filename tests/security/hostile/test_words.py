"""Naughty words in every question of every page: an answer, never a fault, and never markup."""

from collections import Counter
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver

from clinic.authorization.roles import Role
from tests.security.hostile import words
from tests.security.hostile.measuring import say, size

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
IS_FULL = bool(size("FULL", 0))
MARKUP = ("<script>alert(1)", "<img src=x", "<svg/onload", "<x hx-get")


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
