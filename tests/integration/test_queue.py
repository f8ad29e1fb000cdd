"""A message only says where to look. Whether it arrives decides when the work is done, never whether."""

import pytest
from kombu.exceptions import OperationalError

from clinic import celery
from clinic.actions import runs, work
from clinic.lanes import LANES
from clinic.models import Run
from tests import make
from tests.make import Person


@pytest.fixture
def sent(monkeypatch) -> list[tuple[object, ...]]:
    messages: list[tuple[object, ...]] = []

    def apply_async(signature, **options):
        messages.append((signature.task, signature.args, options["queue"]))

    monkeypatch.setattr("celery.canvas.Signature.apply_async", apply_async)
    return messages


def test_request_when_committed_then_one_message_that_names_only_the_lane(
    in_site_a: Person, case_a, sent, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        make.run(in_site_a, case_a, [make.upload(in_site_a, case_a)], batch=True)
        assert sent == []

    assert sent == [("clinic.execute_run", ("cpu_batch",), "cpu_batch")]


def test_request_when_the_twin_is_under_way_then_no_message(
    in_site_a: Person, case_a, sent, django_capture_on_commit_callbacks
):
    run = make.run(in_site_a, case_a)

    with django_capture_on_commit_callbacks(execute=True):
        runs.request(by=in_site_a.actor, kind=run.kind, case=case_a, params=run.params)

    assert sent == []


@pytest.mark.parametrize("problem", [OperationalError(), OSError(), TimeoutError(), RuntimeError("pool is closed")])
def test_nudge_when_the_broker_is_away_then_nobody_sees_it_fail(monkeypatch, caplog, problem):
    def refuse(*_args, **_options):
        raise problem

    monkeypatch.setattr("celery.canvas.Signature.apply_async", refuse)

    celery.nudge("cpu")

    assert [r.getMessage() for r in caplog.records] == ["nudge_lost"]


def test_request_when_the_broker_is_away_then_the_run_waits_to_be_found(
    in_site_a: Person, case_a, monkeypatch, django_capture_on_commit_callbacks
):
    def refuse(*_args, **_options):
        raise OperationalError

    monkeypatch.setattr("celery.canvas.Signature.apply_async", refuse)

    with django_capture_on_commit_callbacks(execute=True):
        run = make.run(in_site_a, case_a)

    assert Run.objects.get(pk=run.pk).state == "queued"
    assert work.claim(lane="cpu", worker="alder")


def test_nudge_when_sent_through_a_real_broker_then_it_lies_in_its_queue():
    celery.nudge("vision_batch")

    with celery.app.connection_for_read() as connection:
        message = connection.SimpleQueue("vision_batch").get(timeout=5)
        assert message.payload[0] == ["vision_batch"]
        message.ack()


def test_worker_settings_when_read_then_one_slot_that_takes_one_message_at_a_time():
    conf = celery.app.conf

    assert (conf.worker_concurrency, conf.worker_prefetch_multiplier) == (1, 1)
    assert not conf.task_acks_late
    assert not conf.worker_enable_remote_control
    assert {queue.name for queue in conf.task_queues} == set(LANES)


def test_tasks_when_listed_then_there_is_one_of_ours():
    from clinic import tasks  # noqa: F401  (registers it)

    assert [name for name in celery.app.tasks if not name.startswith("celery.")] == ["clinic.execute_run"]
