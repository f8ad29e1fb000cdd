"""Figures for Prometheus: who gets them, and what is not in them."""

import importlib
import json
import logging

import django
import pytest
from django.test import Client

from clinic import metrics, wsgi
from clinic.actions import keys
from clinic.authorization.permissions import Permission
from clinic.authorization.roles import Role
from tests import make
from tests.make import Person


def test_metrics_when_asked_by_an_admin_then_text_with_lanes_and_parts(as_person, admin_a: Person):
    response = as_person(admin_a).get("/metrics")

    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/plain")
    assert 'rounds_lane_waiting{lane="cpu"}' in response.content.decode()


def test_metrics_when_nobody_is_signed_in_then_sign_in(db, client: Client):
    assert client.get("/metrics").status_code == 302


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.AUDITOR, Role.LEAD])
def test_metrics_when_the_role_does_not_look_after_the_machine_then_refused(as_person, staff_a, role: Role):
    assert as_person(staff_a[role]).get("/metrics").status_code == 403


def test_metrics_when_the_token_of_the_installation_is_sent_then_given(db, client: Client, settings):
    settings.METRICS_TOKEN = "a-token-of-the-installation-0001"

    right = client.get("/metrics", headers={"authorization": f"Bearer {settings.METRICS_TOKEN}"})
    wrong = client.get("/metrics", headers={"authorization": "Bearer a-token-of-the-installation-0002"})

    assert (right.status_code, wrong.status_code) == (200, 401)


def test_token_when_sent_to_another_address_then_worth_nothing(db, client: Client, settings):
    settings.METRICS_TOKEN = "a-token-of-the-installation-0001"

    response = client.get("/operations/", headers={"authorization": f"Bearer {settings.METRICS_TOKEN}"})

    assert response.status_code == 401


def test_metrics_when_a_key_may_see_operations_then_given(client: Client, admin_a: Person):
    with admin_a.at_work():
        scopes = frozenset({Permission.OPERATIONS_VIEW})
        issued = keys.issue(by=admin_a.actor, owner=admin_a.user, name="prometheus", scopes=scopes, days=1)

    assert client.get("/metrics", headers={"authorization": f"Bearer {issued.secret}"}).status_code == 200


def test_key_when_sent_to_a_page_then_refused(client: Client, admin_a: Person):
    with admin_a.at_work():
        scopes = frozenset({Permission.OPERATIONS_VIEW})
        issued = keys.issue(by=admin_a.actor, owner=admin_a.user, name="prometheus", scopes=scopes, days=1)

    assert client.get("/operations/", headers={"authorization": f"Bearer {issued.secret}"}).status_code == 403


def test_metrics_when_runs_were_made_then_names_no_case_person_or_site(as_person, admin_a: Person, case_a, clinician_a):
    run = make.run(clinician_a, case_a)
    browser = as_person(admin_a)
    browser.get(f"/runs/{run.pk}/")

    text = browser.get("/metrics").content.decode()

    assert 'route="run"' in text
    for secret in (str(run.pk), str(case_a.pk), admin_a.user.name, admin_a.site.name, "@"):
        assert secret not in text.replace("process-", "")


def test_request_when_answered_then_counted_by_route_and_told_in_one_line(as_person, clinician_a: Person, caplog):
    before = {route.name: route.count for route in metrics.routes()}.get("jobs", 0)

    with caplog.at_level(logging.INFO, logger="rounds.requests"):
        as_person(clinician_a).get("/jobs/?kind=clinic.check")

    [line] = [record.__dict__ for record in caplog.records if record.name == "rounds.requests"]
    told = json.dumps(line, default=str)
    assert (line["route"], line["method"], line["status"]) == ("jobs", "GET", 200)
    assert "kind=" not in told
    assert {route.name: route.count for route in metrics.routes()}["jobs"] == before + 1


def test_request_when_its_method_is_made_up_then_it_makes_no_series_of_its_own(db, client: Client):
    client.generic("BREW", "/health/live")

    assert "BREW" not in metrics.text().decode()


def test_folder_when_the_server_starts_then_files_of_dead_processes_go(tmp_path, monkeypatch):
    monkeypatch.setattr(metrics, "FOLDER", tmp_path)
    dead, alive = tmp_path / "counter_4194304.db", tmp_path / "counter_1.db"
    dead.touch()
    alive.touch()

    monkeypatch.setattr(django, "setup", lambda **_: None)
    importlib.reload(wsgi)  # what gunicorn does once, before it forks

    assert [file.name for file in tmp_path.iterdir()] == ["counter_1.db"]
