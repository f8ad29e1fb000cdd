"""Naughty words in every field of every form of every page, and as the name of every file: an answer, never a fault,
and never markup on the page they came from."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.db import connection, transaction
from django.test import Client

from clinic.authorization.roles import ROLES, Role
from tests.make import Staff
from tests.security import matrix
from tests.security.hostile import forms, words
from tests.security.hostile.forms import Form
from tests.security.hostile.measuring import say, size
from tests.security.hostile.test_words import MARKUP, QUESTIONS
from tests.security.test_events_of_every_url import (  # noqa: F401 - fixtures of that room
    _an_engine_of_words,
    _engine,
    acts_made,
    address,
    ids,
    in_acts,
)
from tests.security.told import PAGES
from tests.signing import prove

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
IS_FULL = bool(size("FULL", 0))
FILE = b"A letter that only this test sends.\n"
UNSAFE = (*words.NAUGHTY, "\ud800", "a\ud800\udfff")
ROLES_HERE = [role for role, card in ROLES.items() if card.signs_in]


def starts(of: dict[str, str]) -> list[str]:
    return ["/", *(asked.path.format(**of) for each in PAGES.values() for asked in each if asked.data is None)]


def found_by(client: Client, of: dict[str, str]) -> tuple[list[str], dict[tuple[str, ...], tuple[str, Form]], set[str]]:
    """Addresses, forms with the page they stand on, and names that are asked by."""
    addresses, all_forms, questions = [], dict[tuple[str, ...], tuple[str, Form]](), set[str]()
    for at, seen in forms.walk(client, starts(of)):
        addresses.append(at)
        questions |= seen.questions
        for form in seen.forms:
            all_forms.setdefault(form.key, (at, form))
    return addresses, all_forms, questions


@contextmanager
def nothing_stays(client: Client) -> Iterator[None]:
    """Whatever a form does (sign out, switch off, destroy) is undone before the next."""
    cookies = copy(client.cookies)
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    client.cookies = cookies


def posted(client: Client, form: Form, said: dict[str, str], name: str) -> Any:
    if form.takes_file():
        return client.post(form.action, *_in_parts(form, said, name))
    body = urlencode({field: value.encode("utf-8", "surrogatepass") for field, value in said.items()})
    return client.post(form.action, body, "application/x-www-form-urlencoded")


def _in_parts(form: Form, said: dict[str, str], name: str) -> tuple[bytes, str]:
    """By hand: a client that means well would not send such a name."""
    edge, parts = "------------edge", []
    for asked, value in said.items():
        parts.append(f'Content-Disposition: form-data; name="{asked}"\r\n\r\n{value}')
    for field in form.fields:
        if field.kind == "file":
            parts.append(f'Content-Disposition: form-data; name="{field.name}"; filename="{name}"\r\n'
                         f"Content-Type: text/plain\r\n\r\n{FILE.decode()}")  # fmt: skip
    text = "".join(f"--{edge}\r\n{part}\r\n" for part in parts) + f"--{edge}--\r\n"
    return text.encode("utf-8", "surrogatepass"), f"multipart/form-data; boundary={edge}"


def tries(form: Form, number: int) -> Iterator[tuple[dict[str, str], str, bool]]:
    """What is sent, the name of a file, and whether the page is looked at afterwards."""
    names = list(dict.fromkeys(field.name for field in form.fields)) or ["q"]
    typed = [field.name for field in form.fields if field.kind in forms.TYPED] or names
    every = UNSAFE if IS_FULL else [UNSAFE[number * 7 % len(UNSAFE)]]
    for word in every:
        yield form.usual | dict.fromkeys(typed, word), word, True
        yield dict.fromkeys([*names, *QUESTIONS[:4]], word), word, False
    for step, name in enumerate(names if IS_FULL else names[:2]):
        for word in UNSAFE if IS_FULL else [UNSAFE[(number * 11 + step * 17) % len(UNSAFE)]]:
            yield form.usual | {name: word}, word, False


def held(answer: Any, at: str, word: str) -> None:
    assert answer.status_code < 500, (at, word)
    if not answer.streaming and answer.headers.get("Content-Type") != "application/json":  # which no browser draws
        shown = answer.content.decode("utf-8", "replace")
        assert not [mark for mark in MARKUP if mark in shown], (at, word)
    assert "\n" not in answer.headers.get("Location", ""), (at, word)
    assert connection.is_usable(), (at, word)


@pytest.mark.long
def test_naughty_words_in_every_field_of_every_form_are_words(
    ids: dict[str, str],  # noqa: F811 - a fixture of that room
    staff_a: Staff,
    as_person: Any,
) -> None:
    answers: Counter[int] = Counter()
    known, fields, looked_at = set[tuple[str, ...]](), 0, 0
    reached, asked_by = set[str](), set[str]()
    for role in ROLES_HERE:
        client: Client = prove(as_person(staff_a[role]))
        addresses, all_forms, questions = found_by(client, ids)
        looked_at += len(addresses)
        fresh = {key: found for key, found in all_forms.items() if key not in known}
        known |= set(fresh)
        reached |= {forms.route_of(form.action) for _at, form in fresh.values()}
        for number, (at, form) in enumerate(fresh.values()):
            fields += len({field.name for field in form.fields})
            for said, word, looks in tries(form, number):
                with nothing_stays(client):
                    answer = posted(client, form, said, word)
                    answers[answer.status_code] += 1
                    held(answer, form.action, word)
                    if looks and answer.status_code < 400:
                        held(client.get(at), at, word)
        new_questions = sorted(questions - asked_by)
        asked_by |= questions
        for number, at in enumerate(addresses if IS_FULL else addresses[::3]):
            for word in UNSAFE if IS_FULL else [UNSAFE[number % len(UNSAFE)]]:
                said_by = {name: word.encode("utf-8", "surrogatepass") for name in (*QUESTIONS, *new_questions)}
                answer = client.get(f"{at.partition('?')[0]}?{urlencode(said_by)}")
                answers[answer.status_code] += 1
                held(answer, at, word)
    say(f"words: forms={len(known)} fields={fields} routes_by_forms={len(reached)} pages={looked_at} "
        f"questions={len(asked_by)} asked={answers.total()} faults=0 {dict(sorted(answers.items()))}")  # fmt: skip

    assert len(known) >= 60
    assert fields >= 150
    assert answers[302] + answers[200] > answers.total() / 10


@pytest.mark.long
def test_naughty_words_sent_to_every_address_that_takes_forms_are_words(staff_a: Staff, as_person: Any) -> None:
    """Those that no page of the test's world leads to as well: with names of fields from all over the house."""
    answers: Counter[int] = Counter()
    left_out = ("/account/logout", "/health/")
    routes = [gate for gate in matrix.gates()
              if not gate.is_api and gate.door is not None and not gate.route.startswith(left_out)]  # fmt: skip
    names = (*QUESTIONS, "body", "text", "reason", "note", "question", "words", "password", "email", "code", "to", "do")
    known: set[str] = set()
    for role in ROLES_HERE:
        client: Client = prove(as_person(staff_a[role]))
        mine = [gate for gate in routes if gate.may(role, "POST") and (IS_FULL or gate.route not in known)]
        known |= {gate.route for gate in mine}
        for number, gate in enumerate(mine):
            for word in UNSAFE if IS_FULL else [UNSAFE[number % len(UNSAFE)]]:
                with nothing_stays(client):
                    answer = posted(client, Form(address(gate.route)), dict.fromkeys(names, word), word)
                    answers[answer.status_code] += 1
                    held(answer, gate.route, word)
    say(f"words: addresses={len(routes)} asked={answers.total()} faults=0 {dict(sorted(answers.items()))}")

    assert len(routes) >= 200


def test_naughty_names_of_files_are_names(ids: dict[str, str], staff_a: Staff, as_person: Any) -> None:  # noqa: F811
    """Sent by a page and by a program; what is stored comes back under a name that breaks no header."""
    client: Client = as_person(staff_a[Role.CLINICIAN])
    answers: Counter[int] = Counter()
    kept = 0
    form = Form(f"/cases/{ids['case']}/uploads/", [forms.Field("file", "file")])
    api = f"/api/v1/cases/{ids['case']}/uploads"
    for number, word in enumerate(UNSAFE if IS_FULL else UNSAFE[::3]):
        told = quote(word.encode("utf-8", "surrogatepass"))
        with nothing_stays(client):
            sent = [posted(client, form, {}, name) for name in (word, f"{word}.txt")]
            csrf = {"X-CSRFToken": "b" * 32, "Content-Disposition": f"attachment; filename*=UTF-8''{told}.txt"}
            data = FILE + str(number).encode()
            sent.append(client.post(f"{api}?name={told}.txt", data, "application/octet-stream", headers=csrf))
            kept += came_back(client, sent[-1], data)
            for answer in sent:
                answers[answer.status_code] += 1
                held(answer, "uploads", word)
            held(client.get(f"/cases/{ids['case']}/"), "case", word)
    say(f"words: file_names={len(UNSAFE)} kept={kept} asked={answers.total()} faults=0 {dict(sorted(answers.items()))}")

    assert answers.total() > 60
    assert kept > number / 2


def came_back(client: Client, answer: Any, data: bytes) -> bool:
    """Whether it was stored; then its own bytes are read back, under a name that breaks no header."""
    if answer.status_code != 201:
        return False
    read = client.get(f"/api/v1/uploads/{answer.json()['id']}/content")
    assert (read.status_code, b"".join(read)) == (200, data)
    assert read.headers["Content-Disposition"].isascii() and read.headers["Content-Disposition"].isprintable()
    return True
