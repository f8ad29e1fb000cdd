"""What stands beside a solo worker: it renews the lease, and ends the process when the run may go on no longer."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from clinic import watch
from clinic.actions import beats, lost_work, runs, work
from clinic.actions.work import Claim
from clinic.models import Run, RunError, RunState, WorkerBeat
from tests import make
from tests.make import Person

committed = pytest.mark.django_db(transaction=True)
PATIENCE_S = 10


@pytest.fixture
def process_end(monkeypatch) -> threading.Event:
    """Set where the process would have ended."""
    ended = threading.Event()
    monkeypatch.setattr(watch, "_end_process", ended.set)
    monkeypatch.setattr(watch, "LOOK_S", 0.01)
    return ended


@pytest.fixture
def held(clinician_a: Person) -> Iterator[Claim]:
    make.run(clinician_a, make.case(clinician_a))
    claimed = work.claim(lane="cpu", worker="alder")
    assert claimed is not None
    with clinician_a.at_work():
        yield claimed


def run_of(held: Claim) -> Run:
    return Run.objects.get(pk=held.run_id)


def _away(*_args: object, **_kwargs: object) -> None:
    raise OperationalError("the connection is closed")


def _wrong(*_args: object, **_kwargs: object) -> None:
    raise ValueError("a mistake in what a failure sets off")


@committed
@pytest.mark.slow
def test_watch_when_over_the_limit_then_put_back_and_the_process_ends(held: Claim, process_end):
    with watch.over(held, limit_s=0):
        assert process_end.wait(PATIENCE_S)

    assert (run_of(held).state, run_of(held).attempts) == (RunState.QUEUED, 1)


@committed
@pytest.mark.slow
def test_watch_when_over_the_limit_the_third_time_then_timed_out(held: Claim, process_end):
    Run.objects.update(attempts=3)
    third = Claim(run_id=held.run_id, site_id=held.site_id, attempt=3, worker="alder")

    with watch.over(third, limit_s=0):
        assert process_end.wait(PATIENCE_S)

    assert (run_of(held).state, run_of(held).error) == (RunState.FAILED, RunError.TIMED_OUT)


@committed
@pytest.mark.slow
@pytest.mark.parametrize("trouble", [_away, _wrong])
def test_watch_when_over_the_limit_and_it_cannot_be_told_then_the_process_ends_all_the_same(
    held: Claim, process_end, monkeypatch, trouble
):
    monkeypatch.setattr(work, "fail", trouble)

    with watch.over(held, limit_s=0):
        assert process_end.wait(PATIENCE_S)

    assert run_of(held).state == RunState.RUNNING  # until its lease runs out


@committed
@pytest.mark.slow
def test_watch_when_the_run_is_cancelled_then_the_process_ends(clinician_a: Person, held: Claim, process_end):
    with watch.over(held, limit_s=60):
        runs.cancel(by=clinician_a.actor, run=run_of(held))
        assert process_end.wait(PATIENCE_S)

    assert run_of(held).state == RunState.CANCELLED


@committed
@pytest.mark.slow
def test_watch_when_the_work_goes_on_then_the_lease_is_renewed(held: Claim, process_end):
    soon = timezone.now() + timedelta(seconds=1)
    Run.objects.update(lease_until=soon)

    with watch.over(held, limit_s=60):
        until = timezone.now() + timedelta(seconds=PATIENCE_S)
        while run_of(held).lease_until == soon and timezone.now() < until:
            pass

    lease_until = run_of(held).lease_until
    assert lease_until is not None and lease_until > soon
    assert not process_end.is_set()


@committed
def test_watch_when_the_database_is_away_then_the_work_goes_on(held: Claim, process_end, monkeypatch):
    looked = threading.Event()

    def renew(_held: Claim) -> bool:
        looked.set()
        raise OperationalError

    monkeypatch.setattr(work, "renew", renew)

    with watch.over(held, limit_s=60):
        assert looked.wait(PATIENCE_S)

    assert not process_end.is_set()


# --- progress ---------------------------------------------------------------------------------------------------------


def test_reporter_when_told_often_then_few_rows_and_every_stage(db, monkeypatch):
    told: list[tuple[str, int]] = []
    monkeypatch.setattr(work, "report", lambda _held, stage, percent: told.append((stage, percent)))
    report = watch.Reporter(Claim(run_id=None, site_id=None, attempt=1, worker="alder"))  # type: ignore[arg-type]

    for percent in range(100):
        report("read", percent)
    report("settle", 100)
    report("settle", 100)

    assert told == [("read", 0), ("settle", 100)]


@committed
def test_reporter_when_the_database_is_away_then_the_work_goes_on(held: Claim, monkeypatch):
    monkeypatch.setattr(work, "report", _away)

    watch.Reporter(held)("read", 1)


def test_report_when_out_of_range_then_within_a_hundred(in_site_a: Person, case_a):
    make.run(in_site_a, case_a)
    claimed = work.claim(lane="cpu", worker="alder")
    assert claimed is not None

    for given, kept in ((-5, 0), (250, 100), (40, 40)):
        work.report(claimed, "read", given)
        assert (run_of(claimed).stage, run_of(claimed).percent) == ("read", kept)


# --- signs of life ----------------------------------------------------------------------------------------------------


@pytest.fixture
def no_beating(monkeypatch) -> list[str]:
    started: list[str] = []
    monkeypatch.setattr(watch, "_beat_for_ever", lambda name, _lanes, _at: started.append(name))
    monkeypatch.setattr(watch, "_name", watch.worker_name())
    return started


def test_worker_when_it_starts_then_it_takes_back_what_its_namesake_held(in_site_a: Person, case_a, no_beating):
    run = make.run(in_site_a, case_a)
    work.claim(lane="cpu", worker="alder@here")

    watch.live_as("alder@here", ["cpu"])

    run.refresh_from_db()
    assert run.state == RunState.QUEUED
    assert watch.worker_name() == "alder@here"


def test_worker_when_it_starts_without_database_then_it_beats_all_the_same(monkeypatch, no_beating):
    monkeypatch.setattr(lost_work, "reclaim", _away)

    watch.live_as("alder@here", ["cpu"])

    until = timezone.now() + timedelta(seconds=PATIENCE_S)
    while not no_beating and timezone.now() < until:
        pass
    assert no_beating == ["alder@here"]


def test_beat_when_it_comes_again_then_one_row_that_is_fresh(db):
    watch.beat("alder@here", ["cpu"], timezone.now())
    first = WorkerBeat.objects.get()
    watch.beat("alder@here", ["cpu", "io"], timezone.now())

    beat = WorkerBeat.objects.get()
    assert beat.lanes == ["cpu", "io"]
    assert beat.at > first.at
    assert beat.memory_bytes > 1_000_000


@committed
def test_beat_when_the_database_is_away_then_nothing_is_raised(clinician_a: Person, monkeypatch):
    monkeypatch.setattr(beats, "beat", _away)

    watch.beat("alder@here", ["cpu"], timezone.now())


def test_beats_when_long_silent_then_forgotten_and_no_worker_of_the_lane(db):
    watch.beat("alder@here", ["cpu"], timezone.now())
    watch.beat("birch@here", ["cpu", "io"], timezone.now())
    watch.beat("cedar@here", ["io"], timezone.now())
    WorkerBeat.objects.filter(name="alder@here").update(at=timezone.now() - timedelta(hours=2))
    WorkerBeat.objects.filter(name="cedar@here").update(at=timezone.now() - timedelta(minutes=1))

    assert (beats.workers_on("cpu"), beats.workers_on("io"), beats.workers_on("llm")) == (1, 1, 1)
    assert beats.forget_gone() == 1
    assert set(WorkerBeat.objects.values_list("name", flat=True)) == {"birch@here", "cedar@here"}
