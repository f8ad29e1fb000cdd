"""What the machinery does with runs: whoever holds the newest attempt may change a run, nobody else."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

import pytest
from django.utils import timezone

from clinic import celery
from clinic.actions import cases, lost_work, runs, timeline, work
from clinic.actions.work import Claim
from clinic.models import CaseState, EntryKind, NoticeKind, Notification, Result, Run, RunError, RunState, Urgency
from clinic.models.runs import MAX_ATTEMPTS
from clinic.pipeline import FollowUp, Outcome, kind_named
from clinic.worker import CheckOutcome
from tests import make
from tests.make import Person

CHECK = kind_named("clinic.check")


@dataclass(frozen=True)
class Answer(Outcome):
    engine: ClassVar[str] = "test 1"
    words: str = "an answer"


def claim(worker: str = "alder", lane: str = "cpu") -> Claim:
    held = work.claim(lane=lane, worker=worker)
    assert held is not None
    return held


def finish(held: Claim, outcome: Outcome | None = None) -> bool:
    return work.succeed(held, sort=CHECK, outcome=outcome or Answer(), replay={})


def expire(run: Run) -> None:
    Run.objects.filter(pk=run.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def entries_of(run: Run, kind: EntryKind) -> int:
    assert run.case
    return run.case.entries.filter(kind=kind, subject_id=run.pk).count()


# --- claiming ---------------------------------------------------------------------------------------------------------


def test_claim_when_nothing_waits_then_none_and_nothing_written(in_site_a: Person):
    assert work.claim(lane="cpu", worker="alder") is None
    assert make.audit_events("run.started") == []


def test_claim_when_a_run_waits_then_it_is_running_under_a_lease(in_site_a: Person, case_a):
    run = make.run(in_site_a, case_a)

    held = claim()

    run.refresh_from_db()
    assert (held.run_id, held.site_id, held.attempt) == (run.pk, run.site_id, 1)
    assert (run.state, run.attempts, run.worker) == (RunState.RUNNING, 1, "alder")
    assert run.lease_until is not None and run.lease_until > timezone.now()


def test_claim_when_the_run_is_of_another_lane_then_not_touched(in_site_a: Person, case_a):
    make.run(in_site_a, case_a, batch=True)

    assert work.claim(lane="cpu", worker="alder") is None
    assert claim(lane="cpu_batch")


def test_claim_when_several_wait_then_the_urgent_before_the_older(in_site_a: Person):
    of_urgency = {
        urgency: make.run(in_site_a, make.case(in_site_a, urgency=urgency))
        for urgency in (Urgency.ROUTINE, Urgency.URGENT, Urgency.EMERGENCY)
    }
    second_emergency = make.run(in_site_a, make.case(in_site_a, urgency=Urgency.EMERGENCY))

    order = [claim().run_id for _ in range(4)]

    assert order == [
        of_urgency[Urgency.EMERGENCY].pk, second_emergency.pk, of_urgency[Urgency.URGENT].pk,
        of_urgency[Urgency.ROUTINE].pk,
    ]  # fmt: skip


def test_claim_when_a_second_try_waits_a_little_then_the_next_is_taken(in_site_a: Person, case_a):
    first = make.run(in_site_a, case_a)
    second = make.run(in_site_a, case_a)
    work.fail(claim(), error=RunError.UNEXPECTED, may_retry=True)

    assert claim().run_id == second.pk
    assert work.claim(lane="cpu", worker="alder") is None

    Run.objects.filter(pk=first.pk).update(not_before=timezone.now() - timedelta(seconds=1))
    assert claim().run_id == first.pk


def test_claim_when_runs_of_two_sites_wait_then_both_are_worked(clinician_a: Person, clinician_b: Person):
    mine, theirs = make.run(clinician_a), make.run(clinician_b)

    assert [claim().site_id, claim().site_id] == [mine.site_id, theirs.site_id]


# --- finishing --------------------------------------------------------------------------------------------------------


def test_succeed_when_held_then_status_result_and_entry_are_there(in_site_a: Person, case_a):
    run = make.run(in_site_a, case_a)

    assert finish(claim())

    run.refresh_from_db()
    assert (run.state, run.percent, run.lease_until) == (RunState.SUCCEEDED, 100, None)
    assert run.result.outcome == {"words": "an answer"}
    assert run.result.engine == "test 1"
    assert entries_of(run, EntryKind.RUN_FINISHED) == 1


def test_succeed_when_told_twice_then_the_second_changes_nothing(in_site_a: Person, case_a):
    run = make.run(in_site_a, case_a)
    held = claim()

    assert [finish(held), finish(held)] == [True, False]
    assert Result.objects.filter(run=run).count() == 1
    assert entries_of(run, EntryKind.RUN_FINISHED) == 1


def test_late_worker_when_its_run_was_taken_over_then_it_can_change_nothing(in_site_a: Person, case_a):
    run = make.run(in_site_a, case_a)
    late = claim("alder")
    expire(run)
    assert lost_work.sweep() == 1
    current = claim("birch")

    assert not work.renew(late)
    work.report(late, "settle", 77)
    assert not finish(late, Answer("late"))
    assert not work.fail(late, error=RunError.UNEXPECTED)

    run.refresh_from_db()
    assert (run.state, run.worker, run.attempts, run.percent) == (RunState.RUNNING, "birch", 2, 0)
    assert finish(current, Answer("current"))
    assert Result.objects.get(run=run).outcome == {"words": "current"}


def test_late_worker_when_of_the_same_name_then_the_attempt_fences_it(in_site_a: Person, case_a):
    run = make.run(in_site_a, case_a)
    late = claim("alder")
    expire(run)
    lost_work.sweep()
    claim("alder")

    assert not finish(late)


def test_worker_when_its_run_was_cancelled_then_its_answer_is_not_kept(in_site_a: Person, case_a):
    run = make.run(in_site_a, case_a)
    held = claim()
    runs.cancel(by=in_site_a.actor, run=run)

    assert not work.renew(held)
    assert not finish(held)
    assert not Result.objects.filter(run=run).exists()
    run.refresh_from_db()
    assert run.state == RunState.CANCELLED


def test_succeed_when_the_recording_breaks_then_neither_result_nor_status(in_site_a: Person, case_a, monkeypatch):
    run = make.run(in_site_a, case_a)
    held = claim()
    monkeypatch.setattr(timeline, "add", _breaks)

    with pytest.raises(RuntimeError):
        finish(held)

    run.refresh_from_db()
    assert run.state == RunState.RUNNING
    assert not Result.objects.filter(run=run).exists()


def _breaks(*_args: object, **_kwargs: object) -> None:
    raise RuntimeError


def test_result_when_the_same_is_answered_again_then_the_same_digest(in_site_a: Person, case_a):
    digests = []
    for _ in range(2):
        make.run(in_site_a, case_a)
        held = claim()
        finish(held)
        digests.append(Result.objects.get(run=held.run_id).output_sha256)

    assert digests[0] == digests[1]


def test_succeed_when_the_run_has_no_case_then_sealed_under_the_site(in_site_a: Person):
    run = make.run(in_site_a)

    finish(claim())

    assert Result.objects.get(run=run).outcome == {"words": "an answer"}


# --- failing ----------------------------------------------------------------------------------------------------------


def test_fail_when_a_retry_may_help_then_at_most_three_attempts(in_site_a: Person, case_a):
    run = make.run(in_site_a, case_a)

    for attempt in range(1, MAX_ATTEMPTS + 1):
        Run.objects.filter(pk=run.pk).update(not_before=None)
        held = claim()
        assert held.attempt == attempt
        work.fail(held, error=RunError.UNEXPECTED, may_retry=True)

    run.refresh_from_db()
    assert (run.state, run.attempts, run.error) == (RunState.FAILED, MAX_ATTEMPTS, RunError.UNEXPECTED)
    assert entries_of(run, EntryKind.RUN_FAILED) == 1


def test_fail_when_no_retry_can_help_then_dead_at_once(in_site_a: Person, case_a):
    run = make.run(in_site_a, case_a)

    work.fail(claim(), error=RunError.INPUT_REFUSED, detail_code="too_dark")

    run.refresh_from_db()
    assert (run.state, run.attempts, run.error, run.detail_code) == ("failed", 1, "input_refused", "too_dark")


def test_fail_when_dead_then_who_asked_is_told_once_and_without_patient_data(in_site_a: Person, case_a):
    run = make.run(in_site_a, case_a)

    work.fail(claim(), error=RunError.INPUT_REFUSED)

    notice = Notification.objects.get(person=in_site_a.user)
    assert (notice.kind, notice.run_id, notice.case_id) == (NoticeKind.RUN_DEAD, run.pk, case_a.pk)


def test_fail_when_a_later_step_dies_then_who_asked_for_the_first_is_told(in_site_a: Person, case_a):
    make.run(in_site_a, case_a, mode="chain")
    finish_chain(claim())

    work.fail(claim(), error=RunError.INPUT_REFUSED)

    assert Notification.objects.filter(person=in_site_a.user, kind=NoticeKind.RUN_DEAD).count() == 1


# --- taking back ------------------------------------------------------------------------------------------------------


def test_sweep_when_the_lease_holds_then_nothing(in_site_a: Person, case_a):
    make.run(in_site_a, case_a)
    claim()

    assert lost_work.sweep() == 0


def test_lease_when_the_clock_of_a_machine_is_wrong_then_that_of_the_database_counts(
    in_site_a: Person, case_a, monkeypatch
):
    run = make.run(in_site_a, case_a)
    held, right = claim(), timezone.now

    monkeypatch.setattr(timezone, "now", lambda: right() - timedelta(minutes=5))
    assert work.renew(held)
    monkeypatch.setattr(timezone, "now", lambda: right() + timedelta(minutes=5))

    assert lost_work.sweep() == 0
    run.refresh_from_db()
    assert run.lease_until is not None and run.lease_until > right()


def test_sweep_when_the_lease_ran_out_then_back_to_the_queue_and_the_lane_is_told(
    in_site_a: Person, case_a, monkeypatch, django_capture_on_commit_callbacks
):
    run = make.run(in_site_a, case_a)
    claim()
    expire(run)
    told: list[str] = []
    monkeypatch.setattr(celery, "nudge", told.append)

    with django_capture_on_commit_callbacks(execute=True):
        assert lost_work.sweep() == 1

    run.refresh_from_db()
    assert (run.state, run.lease_until) == (RunState.QUEUED, None)
    assert told == ["cpu"]


def test_sweep_when_the_third_worker_was_lost_then_dead_with_notice(in_site_a: Person, case_a):
    run = make.run(in_site_a, case_a)
    for _ in range(MAX_ATTEMPTS):
        claim()
        expire(run)
        assert lost_work.sweep() == 1

    run.refresh_from_db()
    assert (run.state, run.attempts, run.error) == (RunState.FAILED, MAX_ATTEMPTS, RunError.WORKER_LOST)
    assert Notification.objects.filter(person=in_site_a.user, kind=NoticeKind.RUN_DEAD).count() == 1
    assert work.claim(lane="cpu", worker="alder") is None


def test_sweep_when_one_run_cannot_be_taken_back_then_the_others_are(in_site_a: Person, case_a, monkeypatch, caplog):
    lost = [make.run(in_site_a, case_a) for _ in range(3)]
    for run in lost:
        claim()
        expire(run)
    real = lost_work._take_back

    def take_back(each: Claim, how: str) -> int:
        if each.run_id == lost[0].pk:
            raise ValueError
        return real(each, how)

    monkeypatch.setattr(lost_work, "_take_back", take_back)

    assert lost_work.sweep() == 2
    assert [r.getMessage() for r in caplog.records] == ["run_not_taken_back"]


def test_reclaim_when_a_worker_starts_then_what_its_dead_namesake_held_is_back(in_site_a: Person, case_a):
    mine, other = make.run(in_site_a, case_a), make.run(in_site_a, case_a)
    claim("alder")
    claim("birch")

    assert lost_work.reclaim(worker="alder") == 1

    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.state, other.state) == (RunState.QUEUED, RunState.RUNNING)


def test_sweep_when_of_two_sites_then_each_in_its_own(clinician_a: Person, clinician_b: Person):
    made = [(clinician_a, make.run(clinician_a)), (clinician_b, make.run(clinician_b))]
    for person, run in made:
        claim()
        with person.at_work():
            expire(run)

    assert lost_work.sweep() == 2
    assert all(make.fresh_run(person, run).state == RunState.QUEUED for person, run in made)


def test_left_waiting_when_nobody_was_told_then_the_lanes_and_how_much(in_site_a: Person, case_a):
    for _ in range(2):
        make.run(in_site_a, case_a)
    make.run(in_site_a, case_a, batch=True)
    delayed = make.run(in_site_a, case_a)
    Run.objects.update(requested_at=timezone.now() - timedelta(minutes=1))
    Run.objects.filter(pk=delayed.pk).update(not_before=timezone.now() + timedelta(minutes=1))
    make.run(in_site_a, case_a)

    assert lost_work.left_waiting(timedelta(seconds=30)) == {"cpu": 2, "cpu_batch": 1}


# --- steps and cases --------------------------------------------------------------------------------------------------


def finish_chain(held: Claim) -> None:
    outcome = CheckOutcome(files=0, bytes_read=0, digests=(), all_match=True)
    assert work.succeed(held, sort=CHECK, outcome=outcome, replay={})


def test_chain_when_the_first_step_ends_then_the_second_waits_in_the_same_lane(in_site_a: Person, case_a):
    upload = make.upload(in_site_a, case_a)
    first = make.run(in_site_a, case_a, [upload], batch=True, mode="chain")

    finish_chain(claim(lane="cpu_batch"))

    second = Run.objects.get(follows=first)
    assert (second.state, second.lane, second.case_id) == (RunState.QUEUED, "cpu_batch", case_a.pk)
    assert runs.uploads_of(second) == [upload]
    assert second.requested_by_id == in_site_a.user.pk


def test_chain_when_the_finish_is_rolled_back_then_no_second_step(in_site_a: Person, case_a, monkeypatch):
    first = make.run(in_site_a, case_a, mode="chain")
    held = claim()
    monkeypatch.setattr(runs, "let_case_go_on", _breaks)

    with pytest.raises(RuntimeError):
        finish_chain(held)

    assert not Run.objects.filter(follows=first).exists()


def test_chain_when_the_case_was_closed_meanwhile_then_the_answer_is_kept_and_no_step_follows(
    in_site_a: Person, case_a
):
    first = make.run(in_site_a, case_a, mode="chain")
    held = claim()
    cases.move(by=in_site_a.actor, case=case_a, to=CaseState.CLOSED)

    finish_chain(held)

    assert Result.objects.filter(run=first).exists()
    assert not Run.objects.filter(follows=first).exists()


def test_follow_up_when_it_names_uploads_then_only_those(in_site_a: Person, case_a, monkeypatch):
    letter, other = make.upload(in_site_a, case_a), make.upload(in_site_a, case_a)
    first = make.run(in_site_a, case_a, [letter, other])
    step = FollowUp("clinic.check", {"label": "next"}, upload_ids=(other.pk,))
    monkeypatch.setattr(type(CHECK), "next_steps", lambda *_: [step])

    finish(claim())

    assert runs.uploads_of(Run.objects.get(follows=first)) == [other]


@pytest.mark.parametrize("ends", ["succeeded", "failed", "cancelled"])
def test_case_awaiting_ai_when_its_last_run_ends_then_it_is_a_persons_turn(in_site_a: Person, case_a, ends: str):
    first, last = make.run(in_site_a, case_a), make.run(in_site_a, case_a)
    cases.move(by=in_site_a.actor, case=case_a, to=CaseState.AWAITING_AI)

    finish(claim())
    case_a.refresh_from_db()
    assert case_a.state == CaseState.AWAITING_AI

    assert first.pk != last.pk
    match ends:
        case "succeeded":
            finish(claim())
        case "failed":
            work.fail(claim(), error=RunError.INPUT_REFUSED)
        case "cancelled":
            runs.cancel(by=in_site_a.actor, run=last)
    case_a.refresh_from_db()
    assert case_a.state == CaseState.AWAITING_HUMAN


def test_case_when_a_second_step_follows_then_it_goes_on_waiting(in_site_a: Person, case_a):
    make.run(in_site_a, case_a, mode="chain")
    cases.move(by=in_site_a.actor, case=case_a, to=CaseState.AWAITING_AI)

    finish_chain(claim())
    case_a.refresh_from_db()
    assert case_a.state == CaseState.AWAITING_AI

    finish_chain(claim())
    case_a.refresh_from_db()
    assert case_a.state == CaseState.AWAITING_HUMAN
