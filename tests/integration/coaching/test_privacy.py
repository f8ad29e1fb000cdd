"""Practice is hers alone: not her lead's, not her colleague's, not on a connection that forgot to ask."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import get_resolver

from clinic.authorization.roles import Role
from coaching.models import Attempt, LiveNote, Practice
from coaching.urls import urlpatterns
from tests import make
from tests.integration.coaching import practice as made

pytestmark = pytest.mark.django_db
COUNT = "SELECT count(*) FROM {}"
WORDS = "Our zebra protocol says glazed heel"


@pytest.fixture
def attempt(clinician_a, work_lane):
    return made.told(clinician_a, work_lane, text=f"{WORDS}. {made.TYPED}")


def addresses(attempt: Attempt) -> list[str]:
    """Every page of coaching, with ids of that attempt wherever one is asked for."""
    ids = {"practices": attempt.practice_id, "attempts": attempt.pk}
    found = []
    for pattern in urlpatterns:
        route = str(pattern.pattern)
        kind = "attempts" if route.startswith("coaching/attempts/") else "practices"
        route = re.sub(r"<uuid:\w+>", str(ids[kind]), route).replace("<int:number>", str(attempt.number))
        found.append("/" + route.replace("<slug:name>", "nothing"))
    return found


def api_addresses(attempt: Attempt) -> list[str]:
    at = "/api/v1/coaching"
    return [f"{at}/practices", f"{at}/practices/{attempt.practice_id}", f"{at}/attempts/{attempt.pk}",
            f"{at}/recordings", f"{at}/recordings/{attempt.pk}", f"{at}/progress", f"{at}/participation",
            f"{at}/site-questions", f"{at}/preferences"]  # fmt: skip


@pytest.mark.parametrize("role", [Role.LEAD, Role.ADMIN, Role.AUDITOR, Role.ENGINEER, Role.REVIEWER, Role.RADIOLOGIST])
def test_others_at_every_address_see_no_word_no_score_no_sound(role, attempt, staff_a, as_person, work_lane):
    browser = as_person(staff_a[role])
    figures = {f"{value}" for value in attempt.figures.values()}

    for path in [*addresses(attempt), *api_addresses(attempt)]:
        for method in (browser.get, browser.post):
            shown = method(path)
            body = b"".join(shown) if shown.streaming else shown.content
            assert shown.status_code < 500, path
            assert WORDS.encode() not in body and made.TYPED[:30].encode() not in body, path
            assert attempt.read["feedback"]["strength"]["text"].encode() not in body, path
            if str(attempt.pk) in path or str(attempt.practice_id) in path:
                assert shown.status_code in (403, 404, 405), path
            if role == Role.LEAD and figures:
                assert not any(value.encode() in body for value in figures if len(value) > 3), path
    assert made.fresh(make.Person(attempt.person, staff_a.site, Role.CLINICIAN), attempt).read


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
    live = invited["Location"]
    speaker.post(f"{live}notes/", {"text": "I rushed the middle."})

    page = as_person(coach).get(live).content.decode()
    as_person(coach).post(f"{live}notes/", {"text": "Wait after the news."})

    assert "I rushed the middle." in page
    assert WORDS not in page
    assert "Wait after the news." in speaker.get(live).content.decode()
    assert as_person(coach).get(f"/coaching/practices/{attempt.practice_id}/").status_code == 404
    assert as_person(staff_a[Role.REVIEWER]).get(live).status_code == 404
    with clinician_a.at_work():
        assert LiveNote.objects.count() == 2


def test_address_when_it_is_made_up_then_not_there(as_person, clinician_a):
    browser = as_person(clinician_a)
    for path in (f"/coaching/practices/{uuid4()}/", f"/coaching/live/{uuid4()}/", "/coaching/begin/nothing-like-it/"):
        assert browser.post(path).status_code in (404, 405)
    assert get_resolver().resolve("/coaching/")
