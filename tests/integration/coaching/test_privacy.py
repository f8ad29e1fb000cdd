"""Practice is hers alone: not her lead's, not her colleague's, not on a connection that forgot to ask."""

import json
import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import get_resolver

from clinic.authorization.roles import Role
from coaching.actions import live, searching
from coaching.api import examples
from coaching.api.urls import urlpatterns as api_patterns
from coaching.models import Attempt, LiveNote, Practice
from coaching.urls import urlpatterns
from tests import make
from tests.contract.asking import Api, as_program
from tests.contract.description import operations
from tests.integration.coaching import practice as made

pytestmark = pytest.mark.django_db
COUNT = "SELECT count(*) FROM {}"
WORDS = "Our zebra protocol says glazed heel"
FIGURES = {"content": 63.217, "delivery": 41.839}


@pytest.fixture
def attempt(clinician_a, work_lane):
    return made.told(clinician_a, work_lane, text=f"{WORDS}. {made.TYPED}")


@pytest.fixture
def hers(attempt, clinician_a) -> dict[str, str]:
    """Everything of hers that has an id, by the id that examples of the API know it by; her coach is nobody asked."""
    coach = make.person(clinician_a.site, Role.CLINICIAN)
    with clinician_a.at_work():
        attempt.figures = FIGURES
        attempt.save(update_fields=["figures"])
        session = live.invite(by=clinician_a.actor, practice=attempt.practice, coach=coach.user)
        live.note(by=clinician_a.actor, live=session, text=WORDS)
        search = searching.ask(by=clinician_a.actor, query=WORDS, filters={"role": "", "category": "", "difficulty": 0})
    return {examples.PRACTICE_ID: str(attempt.practice_id), examples.ATTEMPT_ID: str(attempt.pk),
            examples.RECORDING_ID: str(attempt.pk), examples.LIVE_ID: str(session.pk),
            examples.SEARCH_ID: str(search.pk), examples.COACH_ID: str(coach.user.pk)}  # fmt: skip


KINDS = {"practices": examples.PRACTICE_ID, "attempts": examples.ATTEMPT_ID, "recordings": examples.RECORDING_ID,
         "live": examples.LIVE_ID, "searches": examples.SEARCH_ID, "questions": examples.SITE_QUESTION_ID,
         "site-questions": examples.SITE_QUESTION_ID}  # fmt: skip


def pages() -> list[str]:
    """Every page of coaching, out of the resolver; ids as the examples of the API have them."""
    found = []
    for route in (str(pattern.pattern) for pattern in urlpatterns):
        kind = route.split("/")[1]
        assert "<uuid:" not in route or kind in KINDS, f"what has an id at {route}?"
        path = re.sub(r"<uuid:\w+>", KINDS.get(kind, ""), route).replace("<int:number>", "1")
        found.append("/" + path.replace("<slug:name>", "nothing"))
    return found


def asked_of_programs() -> list[tuple[str, str, Any]]:
    """Every operation of coaching, out of the description: method, address and the body of its example."""
    found = []
    for path, method, told in operations():
        if path.startswith("/api/v1/coaching/"):
            kind = path.split("/")[4]
            assert "{id}" not in path or kind in KINDS, f"what has an id at {path}?"
            content = told.get("requestBody", {}).get("content", {}).get("application/json")
            body = next(iter(content["examples"].values()))["value"] if content else None
            found.append((method.upper(), path.replace("{id}", KINDS.get(kind, "")).replace("{index}", "0"), body))
    return found


def real(text: str, hers: dict[str, str]) -> str:
    for known, found in hers.items():
        text = text.replace(known, found)
    return text


def answers(person: make.Person, as_person: Any, hers: dict[str, str]) -> Iterator[tuple[str, int, bytes]]:
    """What each address answers to each way of asking: where, with what status, in which words."""
    browser, program = as_person(person), as_program(person)
    for path in (real(page, hers) for page in pages()):
        for method in (browser.get, browser.post):
            yield path, *_said(method(path))
    for method, path, body in asked_of_programs():
        yield real(path, hers), *_asked(program, method, path, body, hers)


def _asked(program: Api, method: str, path: str, body: Any, hers: dict[str, str]) -> tuple[int, bytes]:
    if method == "PUT" and "/chunks/" in path:
        return _said(program(method, real(path, hers), data=b"more", content_type="application/octet-stream"))
    told = {"body": json.loads(real(json.dumps(body), hers))} if body is not None else {}
    return _said(program(method, real(path, hers), **told))


def _said(answer: Any) -> tuple[int, bytes]:
    return answer.status_code, b"".join(answer) if answer.streaming else answer.content


def test_every_address_is_among_those_that_are_tried():
    described = {f"/api/v1/{pattern.pattern}" for pattern in api_patterns}
    tried = {path for path, _method, _told in operations() if path.startswith("/api/v1/coaching/")}

    assert len(pages()) == len(urlpatterns) >= 35
    assert {re.sub(r"<\w+:\w+>", "{}", path) for path in described} == {re.sub(r"{\w+}", "{}", path) for path in tried}
    assert len(asked_of_programs()) >= 40


@pytest.mark.parametrize("role", [Role.LEAD, Role.ADMIN, Role.AUDITOR, Role.ENGINEER, Role.REVIEWER, Role.RADIOLOGIST])
def test_others_at_every_address_see_no_word_no_score_no_sound(role, attempt, hers, staff_a, as_person):
    secrets = [WORDS, made.TYPED[:30], attempt.read["feedback"]["strength"]["text"], *map(str, FIGURES.values())]
    own = {found for known, found in hers.items() if known != examples.COACH_ID}

    for path, status, body in answers(staff_a[role], as_person, hers):
        assert status < 500, path
        assert not [secret for secret in secrets if secret.encode() in body], path
        if any(one in path for one in own):
            assert status in (403, 404, 405), path
    with make.Person(attempt.person, staff_a.site, Role.CLINICIAN).at_work():
        kept = Attempt.objects.get(pk=attempt.pk)
        assert kept.read and not kept.forgotten_at


def test_she_herself_sees_them_where_the_others_were_looking(attempt, hers, clinician_a, as_person):
    """The control: whoever looks like that finds what is there."""
    browser, program = as_person(clinician_a), as_program(clinician_a)
    shown = [_said(browser.get(real(page, hers)))[1] for page in pages()]
    shown += [_said(program("GET", real(path, hers)))[1] for method, path, _body in asked_of_programs()
              if method == "GET"]  # fmt: skip

    assert sum(WORDS.encode() in body for body in shown) >= 6
    assert sum(str(FIGURES["content"]).encode() in body for body in shown) >= 2


def test_lead_sees_that_she_took_part(attempt, staff_a, as_person):
    page = as_person(staff_a[Role.LEAD]).get("/coaching/participation/")

    assert attempt.person.name in page.content.decode()


def test_clinician_may_not_see_who_takes_part(as_person, clinician_a):
    assert as_person(clinician_a).get("/coaching/participation/").status_code == 403


def test_colleague_when_a_query_forgets_to_ask_whose_then_the_database_still_shows_nothing(attempt, staff_a):
    """The second wall: every table of hers, without any filter, on the connection of somebody else of her site."""
    other = staff_a[Role.RADIOLOGIST]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.columns"
            " WHERE table_name LIKE 'coaching_%%' AND column_name = 'person_id' "
            " AND table_name <> 'coaching_participation'"
        )
        tables = [row[0] for row in cursor.fetchall()]
        assert len(tables) >= 8
        with other.at_work():
            for table in tables:
                cursor.execute(COUNT.format(table))
                assert cursor.fetchone()[0] == 0, table
        with make.Person(attempt.person, staff_a.site, Role.CLINICIAN).at_work():
            cursor.execute("SELECT count(*) FROM coaching_attempt")
            assert cursor.fetchone()[0] == 1


def test_colleague_may_not_write_into_hers(attempt, staff_a):
    with staff_a[Role.RADIOLOGIST].at_work():
        assert Practice.objects.filter(pk=attempt.practice_id).update(reason="mine") == 0
        assert Attempt.objects.filter(pk=attempt.pk).delete()[0] == 0


def test_runs_of_practice_say_neither_who_nor_what(attempt, staff_a, as_person):
    jobs = as_person(staff_a[Role.LEAD]).get("/jobs/").content.decode()
    run = as_person(staff_a[Role.LEAD]).get(f"/runs/{attempt.feedback_run_id}/")

    assert attempt.person.name not in jobs
    assert run.status_code in (200, 403, 404)
    assert WORDS not in run.content.decode()


def test_what_was_said_lies_in_the_database_under_its_own_key_only(attempt):
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('rounds.person', '', false)")
        cursor.execute("SELECT answer::text || sounding::text || read::text FROM coaching_attempt")
        kept = "".join(str(row) for row in cursor.fetchall())
    assert WORDS.encode().hex() not in kept


def test_coach_sees_the_question_and_the_notes_and_no_more(attempt, staff_a, as_person, clinician_a):
    coach = staff_a[Role.RADIOLOGIST]
    speaker = as_person(clinician_a)
    invited = speaker.post(f"/coaching/practices/{attempt.practice_id}/invite/", {"coach": coach.user.pk})
    assert invited.status_code == 302
    at = invited["Location"]
    speaker.post(f"{at}notes/", {"text": "I rushed the middle."})

    page = as_person(coach).get(at).content.decode()
    as_person(coach).post(f"{at}notes/", {"text": "Wait after the news."})

    assert "I rushed the middle." in page
    assert WORDS not in page
    assert "Wait after the news." in speaker.get(at).content.decode()
    assert as_person(coach).get(f"/coaching/practices/{attempt.practice_id}/").status_code == 404
    assert as_person(staff_a[Role.REVIEWER]).get(at).status_code == 404
    with clinician_a.at_work():
        assert LiveNote.objects.count() == 2


def test_address_when_it_is_made_up_then_not_there(as_person, clinician_a):
    browser = as_person(clinician_a)
    for path in (f"/coaching/practices/{uuid4()}/", f"/coaching/live/{uuid4()}/", "/coaching/begin/nothing-like-it/"):
        assert browser.post(path).status_code in (404, 405)
    assert get_resolver().resolve("/coaching/")
