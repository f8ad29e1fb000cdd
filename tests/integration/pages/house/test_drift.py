"""What the monitors say, for those who look after engines."""

from typing import Any

import pytest

from clinic.actions import monitors
from clinic.authorization.roles import Role
from clinic.models import DriftAlarm, Engine
from tests import make
from tests.contract.asking import as_program
from tests.integration.engines.stream import say, soon_learned, watched
from tests.make import Person, Staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def alarm(clinician_a: Person, case_a, monkeypatch) -> DriftAlarm:
    monkeypatch.setattr(monitors, "fresh", soon_learned)
    linear = Engine.objects.get(name="Letters linear")
    with clinician_a.at_work():
        watched(clinician_a, case_a, [say("routine") for _ in range(205)], linear)
        watched(clinician_a, case_a, [say("emergency") for _ in range(60)], linear)
        return DriftAlarm.objects.get(monitor="mix")


def test_drift_when_nothing_was_answered_then_the_live_engines_stand_there(staff_a: Staff, as_person: Any):
    shown = as_person(staff_a[Role.LEAD]).get("/drift/").content.decode()

    assert "Letters linear 1.0.0" in shown and "It has not answered here yet." in shown
    assert make.audit_events("drift.read") == []


def test_drift_when_an_alarm_was_raised_then_shown_noted_and_let_go_by_an_engineer(
    staff_a: Staff, as_person: Any, alarm: DriftAlarm
):
    engineer = as_person(staff_a[Role.ENGINEER])
    shown = engineer.get("/drift/").content.decode()
    assert "Mix of answers" in shown and "emergency" in shown and "Looked at: watch on" in shown
    assert len(make.audit_events("drift.read")) == 1
    assert "Looked at: watch on" not in as_person(staff_a[Role.LEAD]).get("/drift/").content.decode()
    assert as_person(staff_a[Role.LEAD]).post(f"/drift/{alarm.pk}/looked/").status_code == 403

    engineer.post(f"/drift/{alarm.pk}/looked/")

    assert "Looked at: watch on" not in engineer.get("/drift/").content.decode()


def test_alarm_when_a_program_of_an_engineer_asks_then_told_noted_and_let_go(staff_a: Staff, alarm: DriftAlarm):
    api = as_program(staff_a[Role.ENGINEER])

    (told,) = api.get("drift/alarms").json()["results"]
    assert (told["monitor"], told["is_raised"]) == ("mix", True)
    assert "emergency" in {moved["feature"] for moved in told["moved"]}
    assert len(make.audit_events("drift.read")) == 1
    answers = [api.post(f"drift/alarms/{alarm.pk}/looked") for _ in range(2)]

    assert (answers[0].status_code, answers[1].json()["code"]) == (204, "already_decided")
    assert not api.get("drift/alarms").json()["results"][0]["is_raised"]


def test_alarm_of_another_site_then_not_there(staff_b: Staff, as_person: Any, alarm: DriftAlarm):
    browser = as_person(staff_b[Role.ENGINEER])

    assert "Mix of answers" not in browser.get("/drift/").content.decode()
    assert browser.post(f"/drift/{alarm.pk}/looked/").status_code == 404
