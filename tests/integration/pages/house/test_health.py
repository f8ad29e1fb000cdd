"""What load balancers and the supervisor ask."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from kombu.connection import Connection

from clinic import celery, health
from clinic.embedded.postgres import Embedded
from clinic.engines import golden_worker
from clinic.lanes import LANES
from clinic.models import AuditCheckpoint, AuditLink, WitnessCode, WitnessState, WorkerBeat
from tests import make

REMEMBERED: list[health.Remembered[Any]] = [health.parts, health.queue_answers, health.storage_answers, health.alive,
                                            health.witness_is_kept, health.engines_are_proven,
                                            health.is_serving]  # fmt: skip


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    for asked in REMEMBERED:
        asked.forget()
    yield
    for asked in REMEMBERED:
        asked.forget()


def beat(name: str, *lanes: str, age_s: float = 0) -> None:
    """Of a worker that has proved its engines, as each does before it beats."""
    if lanes and not WorkerBeat.objects.exists():  # once: on a busy machine the first would be silent by the next
        golden_worker.at_start()
    now = timezone.now()
    WorkerBeat.objects.create(
        name=name, lanes=list(lanes), host="here", pid=1, started_at=now, at=now - timedelta(seconds=age_s)
    )


def witness(code: WitnessCode = WitnessCode.OK, *, age_s: float = 0) -> None:
    """With a checkpoint of what was done so far: the world of the tests may be older than an event may wait for one."""
    make.settle()
    if newest := AuditLink.objects.order_by("-seq").first():
        AuditCheckpoint.objects.create(seq=newest.seq, at=newest.at, line="{}")
    WitnessState.objects.create(name="scheduler@here", at=timezone.now() - timedelta(seconds=age_s), code=code)


def test_live_when_asked_then_answers_without_asking_anything(db, client: Client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/health/live")

    assert (response.status_code, response.json()) == (200, {"live": True})


def test_serving_when_workers_are_gone_then_people_may_still_be_sent_here(db, client: Client):
    assert client.get("/health/serving").json() == {"serving": True}
    assert client.get("/health/ready").status_code == 503


def test_serving_when_the_database_is_away_then_503(db, client: Client, monkeypatch):
    def away() -> bool:
        raise OperationalError

    monkeypatch.setattr(health, "database_answers", away)

    assert client.get("/health/serving").status_code == 503


def test_ready_when_every_part_answers_then_200(db, client: Client):
    beat("interactive@here", *LANES)
    beat("scheduler@here")
    witness()

    response = client.get("/health/ready")

    assert response.status_code == 200
    assert set(response.json()["parts"].values()) == {"ok"}


def test_ready_when_no_engine_has_been_asked_a_case_then_503(db, client: Client, monkeypatch):
    monkeypatch.setattr(golden_worker, "at_start", lambda: None)
    beat("interactive@here", *LANES)
    beat("scheduler@here")
    witness()

    response = client.get("/health/ready")

    assert (response.status_code, [n for n, s in response.json()["parts"].items() if s != "ok"]) == (503, ["engines"])


def test_ready_when_a_lane_has_been_silent_then_503_and_its_name(db, client: Client):
    beat("interactive@here", *(lane for lane in LANES if lane != "vision"))
    beat("gone@here", "vision", age_s=11)
    beat("scheduler@here")
    witness()

    response = client.get("/health/ready")

    assert response.status_code == 503
    assert [part for part, state in response.json()["parts"].items() if state != "ok"] == ["lane:vision"]


def test_ready_when_the_database_is_away_then_503_without_a_reason(db, client: Client, monkeypatch):
    def away() -> bool:
        raise OperationalError("password authentication failed for user rounds_app")

    monkeypatch.setattr(health, "database_answers", away)
    response = client.get("/health/ready", headers={"host": "not-a-name-of-ours"})

    assert response.status_code == 503
    assert response.json()["parts"]["database"] == response.json()["parts"]["lane:cpu"] == "not ok"
    assert b"password" not in response.content


def test_ready_when_asked_often_then_the_parts_are_asked_once(db, client: Client, django_assert_num_queries):
    client.get("/health/ready")

    with django_assert_num_queries(0):
        client.get("/health/ready")


def test_queue_when_a_lane_has_none_then_not_ok(db, client: Client, settings):
    """Against the real queue, as the workers make it."""
    settings.QUEUE_DSN = Embedded(settings.HOME).dsn("rounds_queue")
    with psycopg.connect(settings.QUEUE_DSN) as queues:
        for lane in LANES:
            queues.execute("SELECT pgmq.create(%s)", [lane])
    try:
        assert health.queue_answers()
        health.queue_answers.forget()
        with psycopg.connect(settings.QUEUE_DSN) as queues:
            queues.execute("DROP TABLE pgmq.q_cpu_batch")

        assert client.get("/health/ready").json()["parts"]["queue"] == "not ok"
    finally:
        with psycopg.connect(settings.QUEUE_DSN) as queues:
            for lane in LANES:
                queues.execute("SELECT pgmq.drop_queue(%s)", [lane])


def test_queue_when_the_broker_is_another_and_away_then_not_ok(db, client: Client, monkeypatch):
    monkeypatch.setattr(celery.app, "connection_for_write", lambda: Connection("amqp://127.0.0.1:1"))

    assert client.get("/health/ready").json()["parts"]["queue"] == "not ok"


def test_check_when_registered_then_it_counts(db, client: Client, monkeypatch):
    monkeypatch.setattr(health, "_checks", {})
    health.register_check("engine:rules", lambda: True)
    health.register_check("engine:broken", lambda: 1 / 0 > 0)

    parts = client.get("/health/ready").json()["parts"]

    assert parts == {"database": "ok", "engine:rules": "ok", "engine:broken": "not ok"}


@pytest.mark.parametrize(
    ("code", "age_s"), [(WitnessCode.UNWRITABLE, 0), (WitnessCode.NOT_CONTINUED, 0), (WitnessCode.OK, 31), (None, 0)]
)
def test_ready_when_the_witness_is_not_kept_then_told_but_patients_are_served(db, client: Client, code, age_s):
    beat("interactive@here", *LANES)
    beat("scheduler@here")
    if code is not None:
        witness(code, age_s=age_s)

    response = client.get("/health/ready")

    assert response.status_code == 200
    assert response.json()["parts"]["witness"] == "not ok"


def test_witness_when_an_event_waits_too_long_for_its_checkpoint_then_not_kept(clinician_a, monkeypatch):
    witness()
    make.case(clinician_a)
    make.settle()
    assert health.witness_is_kept()

    health.witness_is_kept.forget()
    monkeypatch.setattr(health, "WITNESS_LATE_AFTER", timedelta(0))
    assert not health.witness_is_kept()

    health.witness_is_kept.forget()
    newest = AuditLink.objects.latest("seq")
    AuditCheckpoint.objects.create(seq=newest.seq, at=newest.at, line="{}")
    assert health.witness_is_kept()
