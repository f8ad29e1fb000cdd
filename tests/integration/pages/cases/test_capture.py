"""The page of capturing, and what its worker may keep of this site in a browser: nothing about anybody."""

import json
import re
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from clinic import capture
from clinic.actions import cases
from clinic.authorization.roles import Role
from clinic.models import CaseState
from tests import make
from tests.integration.pages.cases.helpers import text_of

PAGE, SHELL, WORKER = "/capture/", "/capture/shell/", "/capture-worker.js"


def told(script: str, name: str) -> Any:
    found = re.search(rf"^const {name} = (.+);$", script, re.MULTILINE)
    assert found, name
    return json.loads(found[1])


@pytest.fixture
def client(as_person, clinician_a):
    return as_person(clinician_a)


@pytest.fixture
def script(client) -> str:
    text: str = client.get(WORKER).content.decode()
    return text


def test_page_when_asked_then_it_offers_own_cases_that_take_files_and_no_others(client, clinician_a, staff_a):
    colleague = staff_a[Role.RADIOLOGIST]
    mine = make.case(clinician_a, question="Is it broken?")
    given = make.case(colleague, question="Is it healed?", assignee=clinician_a.user)
    others = make.case(colleague, question="Is it old?")
    closed = make.case(clinician_a, question="Was it broken?")
    with clinician_a.at_work():
        cases.move(by=clinician_a.actor, case=closed, to=CaseState.CLOSED)

    answer = client.get(PAGE)

    offered = set(re.findall(r'<option value="([0-9a-f-]{36})">', answer.content.decode()))
    assert offered == {str(mine.pk), str(given.pk)}
    assert str(others.pk) not in offered
    assert f"{mine.reference} · " in text_of(answer)
    assert answer.headers["Cache-Control"] == "no-store"


def test_shell_when_somebody_asks_who_is_signed_in_then_nothing_of_her_is_in_it(client, clinician_a):
    make.case(clinician_a, question="Is it broken?")

    answer = client.get(SHELL)

    text = answer.content.decode()
    assert answer.status_code == 200
    about = (str(clinician_a.user.pk), clinician_a.user.name, clinician_a.site.name, "csrf", "Is it broken?", "C-1")
    assert [said for said in about if said in text] == []
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", text)
    assert 'data-capture-person=""' in text and 'data-recorder-person=""' in text


def test_shell_when_two_people_ask_then_it_is_the_same(client, as_person, clinician_b):
    bare = [re.sub(r'nonce="[^"]*"', "", one.get(SHELL).content.decode()) for one in (client, as_person(clinician_b))]

    assert bare[0] == bare[1]


def test_worker_when_asked_then_it_is_a_script_that_is_looked_for_anew_each_time(client):
    answer = client.get(WORKER)

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "worker-src 'self'" in answer.headers["Content-Security-Policy"]


def test_worker_when_told_what_to_keep_then_it_is_static_files_and_the_shell_and_nothing_else(script):
    files = told(script, "FILES")

    assert files and all(address.startswith("/static/") for address in files)
    assert all(finders.find(address.removeprefix("/static/")) for address in files)
    assert (told(script, "HOME"), told(script, "SHELL")) == (PAGE, SHELL)
    kept = re.findall(r"\.(?:put|add|addAll)\((.+)\);", script)
    assert kept == ['[new Request(SHELL, { cache: "no-cache" }), ...FILES]', "SHELL, shell"]


def test_worker_when_the_shell_draws_itself_then_all_that_it_names_is_kept(client, script):
    kept, text = set(told(script, "FILES")), client.get(SHELL).content.decode()
    named = {address.partition("#")[0] for address in re.findall(r'"(/static/[^"]+)"', text)}

    assert named and named <= kept


def test_worker_when_nobody_is_signed_in_then_neither_it_nor_the_shell_is_given(db):
    assert [Client().get(path).status_code for path in (WORKER, SHELL)] == [302, 302]


def test_version_when_a_file_changes_then_it_is_another(monkeypatch):
    before = capture.version.__wrapped__()
    read = capture._read
    monkeypatch.setattr(capture, "_read", lambda name: read(name) + (b" " if name == "theme.css" else b""))

    assert capture.version.__wrapped__() != before


def test_sign_out_when_pressed_then_the_browser_is_told_to_forget(client):
    answer = client.post("/account/logout/")

    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
