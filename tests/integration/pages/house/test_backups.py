"""The page of backups: what was taken, what was tried, who may try, and when it was too long ago."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from clinic import health
from clinic.actions import backups as acts
from clinic.actions import runs
from clinic.authorization.actor import Actor
from clinic.authorization.roles import Role
from clinic.backups import standing
from clinic.backups.order import DRILL, DrillOutcome
from clinic.models import Backup, Run
from tests.make import Person
from tests.telling import told_by

pytestmark = pytest.mark.django_db


def taken(days_ago: int = 0) -> Backup:
    at = timezone.now() - timedelta(days=days_ago)
    return Backup.objects.create(name="rounds-1.backup", cut_at=at, taken_at=at, size=5_000_000, rows=1234,
                                 objects_count=7, position=99)  # fmt: skip


def drilled(by: Person, **told: Any) -> None:
    with by.at_work():
        run, _is_new = acts.ask_for_drill(by=by.actor)
        outcome = DrillOutcome(name="rounds-1.backup", cut_at=timezone.now().isoformat(), **told)
        acts.record_drill(run=run, outcome=outcome, by=Actor.system("work", by.site.pk))
        runs.cancel(by=by.actor, run=run)  # over: another one may be asked for


def test_page_when_there_is_no_backup_then_it_says_how_to_take_one(as_person, admin_a: Person):
    page = as_person(admin_a).get("/operations/backups/").content.decode()

    assert "No backup yet" in page and "manage.py backup" in page
    assert standing.is_tried()


def test_drill_when_an_admin_starts_one_then_a_run_waits_and_the_page_follows_it(as_person, admin_a: Person):
    taken()
    client = as_person(admin_a)

    sent = client.post("/operations/backups/drill/")
    page = client.get("/operations/backups/").content.decode()

    assert sent.status_code == 302
    with admin_a.at_work():
        assert Run.objects.get(kind=DRILL).lane == "io_batch"
    assert "A drill is under way" in page and "Start a drill" not in page


@pytest.mark.parametrize("role", [Role.ENGINEER, Role.CLINICIAN, Role.LEAD, Role.AUDITOR])
def test_drill_when_the_role_does_not_manage_backups_then_refused(as_person, staff_a, role: Role):
    assert as_person(staff_a[role]).post("/operations/backups/drill/").status_code == 403


def test_page_when_drills_were_done_then_their_figures_stand_there(as_person, admin_a: Person):
    taken()
    figures = {
        "tables": 109,
        "rows": 4321,
        "opened": 7,
        "events": 99,
        "chain_holds": True,
        "seconds": 3.5,
        "differ": [],
    }
    drilled(admin_a, figures=figures)
    client = as_person(admin_a)

    assert told_by(lambda: client.get("/operations/backups/")) == []
    page = client.get("/operations/backups/").content.decode()

    assert "All as it was taken" in page and "3.5 s" in page and admin_a.user.name in page
    assert "Last worked on" in page


def test_page_when_a_drill_failed_then_what_differs_is_named(as_person, admin_a: Person):
    taken()
    drilled(admin_a, problem="differs", figures={"tables": 1, "rows": 1, "opened": 1, "events": 1, "chain_holds": True,
                                                 "seconds": 1, "differ": ["table clinic_note"]})  # fmt: skip

    page = as_person(admin_a).get("/operations/backups/").content.decode()

    assert "What came back is not what was taken" in page and "table clinic_note" in page


def test_alarm_when_the_newest_drill_failed_then_it_stays_until_one_works(as_person, admin_a: Person):
    taken(days_ago=1)
    drilled(admin_a, figures={})
    drilled(admin_a, problem="unreadable", figures={"why": "damaged"})
    assert not standing.is_tried()
    assert "No restore works" in as_person(admin_a).get("/operations/backups/").content.decode()

    drilled(admin_a, figures={})

    assert standing.is_tried()
    assert "No restore works" not in as_person(admin_a).get("/operations/backups/").content.decode()


def test_alarm_when_the_last_good_drill_is_older_than_30_days_then_pages_and_health_say_so(
    as_person, admin_a: Person, client
):
    taken(days_ago=31)
    health.parts.forget()
    health.restores_are_tried.forget()

    operations = as_person(admin_a).get("/operations/").content.decode()
    backups = as_person(admin_a).get("/operations/backups/").content.decode()
    found = health.parts()
    drilled(admin_a, figures={})
    health.restores_are_tried.forget()

    assert all("No restore works, or none was tried for 30 days" in page for page in (operations, backups))
    assert found[health.DRILL] is False and health.is_ready({health.DRILL: False})
    assert health.restores_are_tried()
