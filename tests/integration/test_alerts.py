"""What is told although nobody looks: limits with defaults, once an hour, without a word of anybody."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from clinic import alert_telling, alerts, health, live_quality
from clinic.capabilities import capability_named
from clinic.doubt.coverage import Decided, live
from clinic.live_quality import Quality
from clinic.models import Case, Run, RunError, RunState
from tests import make
from tests.make import Person, Staff


@pytest.fixture(autouse=True)
def witnessed(db, monkeypatch) -> None:
    cache.clear()
    monkeypatch.setattr(health, "witness_is_kept", lambda: True)


Ended = Callable[..., None]


@pytest.fixture(autouse=True)
def _nothing_remembered():
    alerts.quality_of.cache_clear()


@pytest.fixture
def ended(clinician_a: Person, case_a: Case) -> Ended:
    return lambda count, **how: _ended(clinician_a, case_a, count, **how)


def _ended(by: Person, case: Case, count: int, *, failed: int = 0, seconds: float = 1) -> None:
    now = timezone.now()
    for number in range(count):
        is_bad = number < failed
        run = make.run(by, case)
        with by.at_work():
            Run.objects.filter(pk=run.pk).update(
                state=RunState.FAILED if is_bad else RunState.SUCCEEDED,
                error=RunError.UNEXPECTED if is_bad else "",
                requested_at=now - timedelta(seconds=seconds + 1),
                started_at=now - timedelta(seconds=seconds),
                finished_at=now - timedelta(seconds=1),
            )


def names() -> list[str]:
    return [alert.name for alert in alerts.found()]


def test_alerts_when_all_is_well_then_none(ended: Ended):
    ended(30)

    assert names() == []


def test_alerts_when_few_ran_then_no_share_wakes_anybody(ended: Ended):
    ended(10, failed=9, seconds=60)

    assert names() == []


def test_latency_when_answers_take_longer_than_ten_seconds_then_told_with_the_list(ended: Ended):
    ended(25, seconds=14)

    [alert] = alerts.found()
    assert (alert.name, alert.value, alert.limit, alert.url) == ("latency", 14.0, 10.0, "/jobs/")


def test_errors_when_above_one_in_a_hundred_then_told_and_breaker_only_above_half(ended: Ended):
    ended(40, failed=1)
    assert names() == ["errors"]

    ended(40, failed=40)
    assert [(alert.name, alert.about) for alert in alerts.found()] == [("errors", ""), ("breaker", "clinic.check")]


def test_witness_when_late_then_told(db, monkeypatch):
    monkeypatch.setattr(health, "witness_is_kept", lambda: False)

    assert names() == ["witness"]


def test_quality_when_decisions_show_it_then_accuracy_and_coverage_are_told(staff_a: Staff, monkeypatch):
    letters = capability_named("clinic.letters")
    seen = live([Decided(1.0, 60, 140)], target=0.9)
    monkeypatch.setattr(
        live_quality, "of", lambda _site, one: [Quality("Letters 1", "d", seen, seen, 200)] if one is letters else []
    )

    [right, covered] = alerts.found([staff_a.site.pk])
    monkeypatch.setattr(live_quality, "of", lambda _site, _one: [])

    assert alerts.found([staff_a.site.pk]) == [right, covered]  # the decisions are counted once a minute
    alerts.quality_of(staff_a.site.pk).forget()
    assert alerts.found([staff_a.site.pk]) == []
    assert (right.name, right.about, right.value, right.url) == ("accuracy", "Letters 1", 0.3, "/drift/")
    assert (covered.name, covered.limit) == ("coverage", 0.9)


class Listener(BaseHTTPRequestHandler):
    heard: list[dict[str, object]] = []
    status = 204

    def do_POST(self) -> None:
        self.heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *words: object) -> None:
        pass


@pytest.fixture
def listener(monkeypatch) -> Iterator[type[Listener]]:
    server = HTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(Listener, "heard", [])
    monkeypatch.setattr(settings, "ALERT_WEBHOOK", f"http://127.0.0.1:{server.server_port}/hook")
    yield Listener
    server.shutdown()
    server.server_close()


def test_webhook_when_something_is_over_its_limit_then_it_hears_once_an_hour(ended: Ended, listener):
    ended(25, seconds=14)

    assert (alert_telling.tell(), alert_telling.tell()) == (1, 0)
    assert listener.heard == [{"alerts": [{"name": "latency", "about": "", "value": 14.0, "limit": 10.0}]}]


def test_webhook_when_it_is_away_then_the_scheduler_goes_on(ended: Ended, listener, monkeypatch, caplog):
    monkeypatch.setattr(Listener, "status", 500)
    ended(25, seconds=14)

    assert alert_telling.tell() == 1
    assert "alert_not_sent" in caplog.text


def test_operations_when_something_is_over_its_limit_then_the_page_leads_to_it(
    ended: Ended, admin_a: Person, as_person: Callable[[Person], Client]
):
    ended(25, seconds=14)
    page = as_person(admin_a).get("/operations/").content.decode()

    assert "Over the limit" in page and re.search(r'<a class="row-link" href="/jobs/">Answers are slow', page)


def test_rules_of_prometheus_when_read_then_each_alert_has_one_and_each_figure_is_ours():
    rules = yaml.safe_load((Path(settings.BASE_DIR) / "deploy/prometheus/rounds.rules.yaml").read_text())
    words = "".join(rule["expr"] for rule in rules["groups"][0]["rules"])
    metrics = "".join(
        (Path(settings.BASE_DIR) / f"clinic/{name}.py").read_text() for name in ("views/metrics", "metrics")
    )

    assert set(re.findall(r'rounds_alerts\{name="(\w+)"', words)) == set(alerts.NAMES)
    for name in set(re.findall(r"rounds_\w+", words)):
        assert re.sub("_(total|bucket)$", "", name) in metrics, name
