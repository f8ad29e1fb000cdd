"""Every door, tried. In short with every change; `make matrix` tries every cell, and ids of another site everywhere."""

import itertools
import json
import os
import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from clinic.actions import allowance
from clinic.authorization.roles import Role
from tests.contract.world import CANARY, World
from tests.make import Staff
from tests.security import matrix
from tests.security.matrix import LETTERS, METHODS, Gate
from tests.security.test_events_of_every_url import (  # noqa: F401  (fixtures: a world with one of everything)
    _engine,
    acts_made,
    address,
    ids,
    in_acts,
    world_a,
)

pytestmark = pytest.mark.django_db
IS_WHOLE = bool(os.environ.get("MATRIX"))
IN_SHORT = 250
PASSES, REFUSED, SIGN_IN, NO_METHOD = "passes", "refused", "sign in", "no method"
HX = {"HX-Request": "true"}
# 400 and 422: what was sent is no such form, which is said before anybody looks for a row.
SHOWS_NOTHING = (400, 403, 404, 405, 415, 422)
DIGEST = "SELECT count(*), md5(coalesce(string_agg(t::text, '' ORDER BY t::text), '')) FROM {} t WHERE site_id = %s"
# The first ends the session every other cell needs; the second is for half a sign-in, strangers begin elsewhere.
SKIPPED = {"account_logout", "mfa_authenticate"}
ASKS_ITSELF = {"/api/docs/"}  # open to all, and sends strangers to sign in: what it shows is behind a door of its own


@pytest.fixture(autouse=True)
def _no_haste(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands of requests a minute by one person are the point here."""
    monkeypatch.setattr(allowance, "take", lambda **_told: None)


def test_route_when_it_exists_then_it_has_its_line() -> None:
    """Read what `python -m tests.security.matrix` says about it before it goes into matrix.txt."""
    assert matrix.lines() == sorted(matrix.written())


def tried(gate: Gate, client: Client, method: str, *, is_fragment: bool, path: str = "") -> str:
    sent: dict[str, Any] = {"headers": HX} if is_fragment else {}
    if method != "GET":
        sent |= {"data": b"{}", "content_type": "application/json"}
    answer = client.generic(method, path or address(gate.route), **sent)
    if answer.streaming:
        b"".join(answer)
    if answer.status_code == 401 or (answer.status_code == 302 and "/account/login" in answer["Location"]):
        return SIGN_IN
    if answer.status_code in (403, 405):
        return REFUSED if answer.status_code == 403 else NO_METHOD
    return PASSES


def cells() -> list[tuple[Gate, Role | None, str, bool]]:
    gates = [gate for gate in matrix.gates() if gate.door is not None and gate.name not in SKIPPED]
    every = list(itertools.product(gates, (None, *LETTERS), METHODS, (False, True)))
    return every if IS_WHOLE else random.Random(9).sample(every, IN_SHORT)


def wrong_cells(client_of: Callable[[Role | None], Client]) -> tuple[int, list[tuple[str, str, str, str]]]:
    told, wrong, count = matrix.may_by_file(), [], 0
    for gate, role, method, is_fragment in cells():
        got = tried(gate, client_of(role), method, is_fragment=is_fragment)
        count += 1
        may = matrix.allowed(told[gate.route], role, method)
        if role is None and got == SIGN_IN and gate.route in ASKS_ITSELF:
            continue
        if not _agrees(may, got, is_stranger=role is None):
            wrong.append((gate.route, role.value if role else "stranger", method, got))
    return count, wrong


def _agrees(may: bool, got: str, *, is_stranger: bool) -> bool:
    """Who may pass can still meet a method that is not there, a code that has to be given again, or nothing at all."""
    if got == NO_METHOD:
        return True
    return got in (PASSES, REFUSED) if may and not is_stranger else got == PASSES if may else got in (REFUSED, SIGN_IN)


def test_cells_agree_with_the_file(staff_b: Staff, as_person: Any, capsys: Any) -> None:
    clients: dict[Role | None, Client] = {None: Client(), **{role: as_person(staff_b[role]) for role in LETTERS}}

    count, wrong = wrong_cells(lambda role: clients[role])

    with capsys.disabled():
        print(f"\nmatrix: cells={count} differences={len(wrong)} routes={len(matrix.written())}")
    assert wrong == [], sorted(wrong)[:20]
    assert count >= (10_000 if IS_WHOLE else IN_SHORT)


@pytest.mark.hazard("H09")
def test_ids_of_another_site_show_nothing_and_change_nothing(
    ids: dict[str, str],
    world_a: World,
    staff_b: Staff,
    as_person: Any,
    capsys: Any,
) -> None:
    """Every id there is at site A, at every address that takes one, by whoever may do such things at site B."""
    foreign = sorted({value for value in (*ids.values(), *world_a.ids.values()) if len(value) == 36} - {ids["fresh"]})
    clients = {role: as_person(staff_b[role]) for role in LETTERS}
    before, wrong, seen = _rows_of_site_a(world_a), [], Counter[int]()
    for gate, role, method, pk in _foreign_cells(foreign):
        path = address(gate.route, {"uuid": pk, "int": "1", "slug": "x", "str": "x", "path": "x", "uid": "1.2.3"})
        answer = clients[role].generic(method, path, data=b"{}", content_type="application/json")
        if answer.status_code == 302:  # to the page the part belongs to, which says what it is worth
            answer = clients[role].get(answer["Location"])
        body = b"".join(answer) if answer.streaming else answer.content
        seen[answer.status_code] += 1
        if answer.status_code not in SHOWS_NOTHING or CANARY.encode() in body:
            wrong.append((gate.route, role.value, method, answer.status_code))

    with capsys.disabled():
        print(f"\nforeign ids: requests={seen.total()} answers={dict(seen)} wrong={len(wrong)}")
    assert wrong == [], sorted(wrong)[:20]
    assert _rows_of_site_a(world_a) == before
    assert seen.total() >= (5_000 if IS_WHOLE else 200)


def _foreign_cells(foreign: list[str]) -> list[tuple[Gate, Role, str, str]]:
    gates = [gate for gate in matrix.gates() if "<uuid:" in gate.route and gate.door and not gate.door_is_public]
    every = [(gate, role, method, pk) for gate in gates for method in ("GET", "POST", "DELETE") for pk in foreign
             if (role := next((one for one in LETTERS if gate.may(one, method)), None)) is not None]  # fmt: skip
    return every if IS_WHOLE else random.Random(4).sample(every, min(len(every), IN_SHORT))


def _rows_of_site_a(world: World) -> str:
    """A digest over every row of that site, in every table that has a site."""
    told = {}
    with world.person.at_work(), connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.columns WHERE column_name = 'site_id' ORDER BY 1")
        for (table,) in cursor.fetchall():
            cursor.execute(DIGEST.format(table), [world.person.site.pk])
            told[table] = cursor.fetchone()
    return json.dumps(told)
