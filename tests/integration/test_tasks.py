"""A worker's turn, and what becomes of whatever a handler throws."""

import pytest
from django.db import InterfaceError, OperationalError

from clinic import celery, tasks
from clinic.actions import runs
from clinic.errors import Code, Refusal
from clinic.models import Result, Run, RunError, RunState
from clinic.pipeline import Failed, RunKind, Work
from clinic.storage.errors import KeyDestroyed, ObjectDamaged, ObjectMissing, StorageDown, StorageFull
from clinic.uploads import store
from tests import make
from tests.make import Person


@pytest.fixture
def handler(monkeypatch):
    """`handler(problem)`: from now on a handler raises that."""

    def becomes(problem: BaseException) -> None:
        def handle(_kind: RunKind, _work: Work) -> None:
            raise problem

        monkeypatch.setattr(RunKind, "handle", handle)

    return becomes


@pytest.mark.parametrize(
    ("problem", "error", "detail", "is_tried_again"),
    [
        (Failed(RunError.FAILED_ON_PURPOSE), "failed_on_purpose", "", False),
        (Failed(RunError.INPUT_REFUSED, detail_code="too_dark"), "input_refused", "too_dark", False),
        (Failed(RunError.ENGINE_MISSING, retry=True), "engine_missing", "", True),
        (Refusal(Code.ERASED), "erased", "erased", False),
        (Refusal(Code.STORAGE_DOWN), "storage_down", "storage_down", True),
        (Refusal(Code.TOO_LARGE), "input_refused", "too_large", False),
        (ObjectDamaged("x"), "input_damaged", "object_damaged", False),
        (ObjectMissing("x"), "input_damaged", "object_missing", False),
        (StorageDown("x"), "storage_down", "storage_down", True),
        (StorageFull("x"), "storage_down", "storage_full", True),
        (KeyDestroyed(), "erased", "key_destroyed", False),
        (OperationalError("the connection is closed"), "unexpected", "", True),
        (InterfaceError("cursor already closed"), "unexpected", "", True),
        (ValueError("Ana Alder, born 1950"), "unexpected", "", True),
        (MemoryError(), "unexpected", "", True),
    ],
)
def test_problem_when_a_handler_raises_it_then_a_code_of_ours(
    work_lane, in_site_a: Person, case_a, handler, problem, error, detail, is_tried_again
):
    run = make.run(in_site_a, case_a)
    handler(problem)

    work_lane(at_most=1)

    run.refresh_from_db()
    if is_tried_again:
        assert (run.state, run.error) == (RunState.QUEUED, "")
        Run.objects.filter(pk=run.pk).update(attempts=2, not_before=None)
        work_lane(at_most=1)
        run.refresh_from_db()
    assert (run.state, run.error, run.detail_code) == (RunState.FAILED, error, detail)


def test_log_when_a_handler_breaks_then_the_place_and_never_the_words(
    work_lane, in_site_a: Person, case_a, handler, caplog
):
    make.run(in_site_a, case_a)
    handler(ValueError("Ana Alder, born 1950"))

    work_lane(at_most=1)

    record = next(r for r in caplog.records if r.getMessage() == "run_failed")
    assert record.__dict__["reason"] == "ValueError"
    assert record.__dict__["where"].startswith("tasks.py:")
    assert "Alder" not in str([vars(r) for r in caplog.records])


@pytest.mark.parametrize(("mode", "error"), [("fail", "failed_on_purpose"), ("refuse", "input_refused")])
def test_check_when_told_to_fail_then_dead_with_its_code(work_lane, in_site_a: Person, case_a, mode, error):
    run = make.run(in_site_a, case_a, mode=mode)

    work_lane()

    run.refresh_from_db()
    assert (run.state, run.error) == (RunState.FAILED, error)


def test_check_when_a_stored_byte_has_changed_then_damaged(work_lane, in_site_a: Person, case_a, own_store):
    upload = make.upload(in_site_a, case_a, b"words\n" * 50_000)
    stored = next(own_store.folder.rglob(upload.object_name))
    content = bytearray(stored.read_bytes())
    content[len(content) // 2] ^= 1
    stored.write_bytes(content)
    run = make.run(in_site_a, case_a, [upload])

    work_lane()

    run.refresh_from_db()
    assert (run.state, run.error) == (RunState.FAILED, "input_damaged")
    assert not Result.objects.exists()


def test_check_when_the_object_is_gone_then_damaged(work_lane, in_site_a: Person, case_a):
    upload = make.upload(in_site_a, case_a)
    store().delete(upload.object_name)
    run = make.run(in_site_a, case_a, [upload])

    work_lane()

    run.refresh_from_db()
    assert (run.error, run.detail_code) == ("input_damaged", "object_missing")


@pytest.mark.parametrize("is_replaced", [False, True], ids=["gone", "an empty folder in its place"])
def test_check_when_the_store_is_away_then_tried_again_and_done_when_it_is_back(
    work_lane, in_site_a: Person, case_a, own_store, tmp_path, is_replaced
):
    run = make.run(in_site_a, case_a, [make.upload(in_site_a, case_a)])
    own_store.folder.rename(tmp_path / "away")
    if is_replaced:
        own_store.folder.mkdir()

    work_lane(at_most=1)

    run.refresh_from_db()
    assert (run.state, run.error, run.attempts) == (RunState.QUEUED, "", 1)
    assert run.not_before is not None

    if is_replaced:
        own_store.folder.rmdir()
    (tmp_path / "away").rename(own_store.folder)
    Run.objects.filter(pk=run.pk).update(not_before=None)
    work_lane(at_most=1)
    run.refresh_from_db()
    assert run.state == RunState.SUCCEEDED


def test_chain_when_worked_then_both_steps_have_results(work_lane, in_site_a: Person, case_a):
    upload = make.upload(in_site_a, case_a)
    first = make.run(in_site_a, case_a, [upload], mode="chain")

    assert work_lane() == 2

    second = Run.objects.get(follows=first)
    assert first.result.outcome == second.result.outcome
    assert first.result.facets == {"files": 1, "bytes": upload.size, "all_match": True}


def test_side_by_side_when_asked_together_then_each_has_its_result(work_lane, in_site_a: Person, case_a):
    together = [make.run(in_site_a, case_a), make.run(in_site_a, case_a, batch=True)]

    assert work_lane("cpu", at_most=1) + work_lane("cpu_batch", at_most=1) == 2

    assert Result.objects.filter(run__in=together).count() == 2


def test_nudge_when_it_comes_twice_then_the_work_is_done_once(work_lane, in_site_a: Person, case_a):
    make.run(in_site_a, case_a)

    assert [work_lane(at_most=1), work_lane(at_most=1)] == [1, 0]
    assert Result.objects.count() == 1


@pytest.mark.usefixtures("work_lane")
def test_turn_when_it_is_over_then_the_lane_is_told_again(in_site_a: Person, case_a, monkeypatch):
    for _ in range(3):
        make.run(in_site_a, case_a)
    told: list[str] = []
    monkeypatch.setattr(celery, "nudge", told.append)
    monkeypatch.setattr(tasks, "TURN_S", -1.0)

    tasks.execute_run("cpu")

    assert Result.objects.count() == 1
    assert told == ["cpu"]


@pytest.mark.usefixtures("work_lane")
def test_turn_when_the_lane_is_empty_then_it_ends_quietly(in_site_a: Person, case_a, monkeypatch):
    for _ in range(3):
        make.run(in_site_a, case_a)
    told: list[str] = []
    monkeypatch.setattr(celery, "nudge", told.append)

    tasks.execute_run("cpu")

    assert (Result.objects.count(), told) == (3, [])


def test_run_when_cancelled_while_at_work_then_its_answer_is_late(work_lane, in_site_a: Person, case_a, monkeypatch):
    run = make.run(in_site_a, case_a)
    monkeypatch.setattr("clinic.worker._take_time", lambda *_: runs.cancel(by=in_site_a.actor, run=run))

    work_lane()

    run.refresh_from_db()
    assert run.state == RunState.CANCELLED
    assert not Result.objects.exists()


def test_replay_facts_when_a_run_ends_then_machine_and_versions_are_kept(work_lane, in_site_a: Person, case_a):
    run = make.run(in_site_a, case_a)

    work_lane()

    assert run.result.replay["versions"]["python"]
    assert run.result.replay["machine"]
