"""Periodic work: whoever holds the lock does the round, and one chore's trouble is not another's."""

import threading
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.utils import timezone

from clinic import celery, scheduler, sealing
from clinic.actions import search, work
from clinic.models import CaseWords, DataKey, Run, WorkerBeat
from clinic.scheduler import HOUSEKEEPING, Chore, Sweeper, alone
from tests import make
from tests.make import Person
from tests.threads import at_once


@pytest.fixture
def told(monkeypatch) -> list[str]:
    lanes: list[str] = []
    monkeypatch.setattr(celery, "nudge", lanes.append)
    return lanes


@pytest.fixture
def beating(db) -> None:
    for name, lanes in (("alder@here", ["cpu"]), ("birch@here", ["cpu", "io"])):
        WorkerBeat.objects.create(name=name, lanes=lanes, host="here", pid=1, started_at=timezone.now(),
                                  at=timezone.now())  # fmt: skip


def leave_waiting(person: Person, count: int) -> None:
    case = make.case(person)
    for _ in range(count):
        make.run(person, case)
    Run.objects.update(requested_at=timezone.now() - timedelta(minutes=1))


@pytest.mark.parametrize(("waiting", "nudges"), [(0, 0), (1, 1), (5, 2)])
def test_round_when_work_was_left_waiting_then_each_worker_that_can_help_is_told(
    in_site_a: Person, beating, told, waiting, nudges
):
    leave_waiting(in_site_a, waiting)

    Sweeper().round()

    assert told == ["cpu"] * nudges


def test_round_when_a_lane_was_just_told_then_not_at_every_round(in_site_a: Person, beating, told, monkeypatch):
    leave_waiting(in_site_a, 1)
    sweeper = Sweeper()
    for _ in range(3):
        sweeper.round()
    assert told == ["cpu"]

    sweeper.told_at["cpu"] -= settings.RENUDGE_AFTER_SECONDS
    sweeper.round()
    assert told == ["cpu", "cpu"]


def test_round_when_a_request_is_fresh_then_its_own_nudge_is_trusted(in_site_a: Person, beating, told):
    make.run(in_site_a)

    Sweeper().round()

    assert told == []


def test_tick_when_it_sweeps_then_lost_runs_are_back_and_it_shows_life(in_site_a: Person, case_a, told):
    run = make.run(in_site_a, case_a)
    work.claim(lane="cpu", worker="alder")
    Run.objects.update(lease_until=timezone.now() - timedelta(seconds=1))

    Sweeper().tick()

    run.refresh_from_db()
    assert run.state == "queued"
    beat = WorkerBeat.objects.get(name__startswith="scheduler@")
    assert (beat.lanes, beat.run_id) == ([], None)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_lock_when_several_schedulers_run_then_one_works_at_a_time(clinician_a: Person):
    inside, most, guard = 0, 0, threading.Lock()
    finished = threading.Barrier(5)

    def enter(_number: int) -> bool:
        nonlocal inside, most
        with alone(HOUSEKEEPING) as is_ours:
            with guard:
                inside += is_ours
                most = max(most, inside)
            finished.wait(10)
            return is_ours

    assert sum(at_once(5, enter)) == most == 1
    with alone(HOUSEKEEPING) as is_ours:
        assert is_ours


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_sweep_when_the_database_comes_back_then_it_goes_on(clinician_a: Person, monkeypatch, caplog):
    stopping, ticks = threading.Event(), list[str]()
    monkeypatch.setattr(settings, "SWEEP_SECONDS", 0.01)

    def tick(_self: Sweeper) -> None:
        ticks.append("tick")
        with connection.cursor() as cursor:
            if len(ticks) == 1:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
            cursor.execute("SELECT 1")
        stopping.set()

    monkeypatch.setattr(Sweeper, "tick", tick)

    scheduler.sweep(stopping)

    assert len(ticks) == 2
    assert [r.getMessage() for r in caplog.records if r.name == "rounds.scheduler"] == ["database_away"]


def test_chore_when_another_one_breaks_then_it_is_done_all_the_same(caplog):
    done: list[str] = []

    def breaks() -> int:
        raise OSError("/var/secret")

    def works() -> int:
        done.append("works")
        return 1

    for chore in (Chore(60, breaks), Chore(60, works)):
        chore.do_if_due()

    assert done == ["works"]
    failed = next(r for r in caplog.records if r.getMessage() == "chore_failed")
    assert (failed.__dict__["kind"], failed.__dict__["reason"]) == ("breaks", "OSError")
    assert "secret" not in str([vars(r) for r in caplog.records])


def test_chore_when_it_is_not_due_then_left_until_it_is():
    done: list[str] = []
    chore = Chore(60, lambda: len(done.append("x") or done))  # type: ignore[func-returns-value]

    chore.do_if_due()
    chore.do_if_due()
    assert len(done) == 1

    chore.next_at = 0
    chore.do_if_due()
    assert len(done) == 2


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_house_when_kept_then_every_chore_is_done_once_and_it_stops(clinician_a: Person, monkeypatch):
    stopping, done = threading.Event(), list[int]()

    def each(number: int) -> Chore:
        def do() -> int:
            done.append(number)
            if number == 2:
                stopping.set()
            return 0

        return Chore(60, do)

    monkeypatch.setattr(scheduler, "chores", lambda: [each(n) for n in range(3)])
    monkeypatch.setattr(stopping, "wait", lambda _seconds: stopping.is_set())

    scheduler.keep_house(stopping)

    assert done == [0, 1, 2]


def test_chores_when_listed_then_each_can_be_done(in_site_a: Person, case_a, own_store):
    for chore in scheduler.chores():
        assert chore.do() >= 0, chore.do.__name__


def test_rebuild_when_the_words_were_lost_in_a_crash_then_every_case_can_be_found_again(
    clinician_a: Person, clinician_b: Person
):
    people = (clinician_a, clinician_b)
    for person in people:
        make.case(person, question="Ist der Knöchel gebrochen?")
        with person.at_work():
            CaseWords.objects.all().delete()

    assert search.rebuild_if_lost() == 2

    for person in people:
        with person.at_work():
            assert CaseWords.objects.get().words
    assert search.rebuild_if_lost() == 0


def test_rebuild_when_a_patient_was_erased_then_the_cases_of_others_are_found_again(in_site_a: Person):
    erased, kept = make.case(in_site_a), make.case(in_site_a)
    CaseWords.objects.all().delete()
    DataKey.objects.filter(pk=erased.patient_id).update(wrapped=None, destroyed_at=timezone.now())
    sealing.forget(erased.patient_id)

    assert search.rebuild_if_lost() == 1
    assert CaseWords.objects.get().case_id == kept.pk


def test_in_peace_when_something_else_breaks_then_it_is_not_hidden(monkeypatch):
    monkeypatch.setattr(scheduler, "close_old_connections", lambda: None)

    def away() -> None:
        raise OperationalError

    def wrong() -> None:
        raise ValueError

    scheduler._in_peace(away)
    with pytest.raises(ValueError):
        scheduler._in_peace(wrong)
