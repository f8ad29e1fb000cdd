"""Asking for work, taking it back, trying it again."""

from collections import Counter
from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from clinic.actions import cases, runs, work
from clinic.authorization.permissions import Permission
from clinic.authorization.roles import Role
from clinic.errors import Code, Refusal
from clinic.models import Case, CaseState, EntryKind, Run, RunError, RunState, Upload, UploadKind
from clinic.models.runs import MAX_ATTEMPTS
from clinic.pipeline import RunKind, kind_named
from tests import make
from tests.make import Person
from tests.threads import at_once


def ask(person: Person, case: Case | None, uploads: tuple[Upload, ...] = (), **params: object) -> tuple[Run, bool]:
    return runs.request(by=person.actor, kind="clinic.check", case=case, uploads=uploads, params=dict(params))


def kill(run: Run) -> None:
    held = work.claim(lane=run.lane, worker="alder")
    assert held is not None and held.run_id == run.pk
    work.fail(held, error=RunError.INPUT_REFUSED)


# --- asking -----------------------------------------------------------------------------------------------------------


def test_request_when_made_then_queued_and_on_the_timeline(in_site_a: Person, case_a):
    run, is_new = ask(in_site_a, case_a)

    assert is_new
    assert (run.state, run.lane, run.requested_by_id) == (RunState.QUEUED, "cpu", in_site_a.user.pk)
    assert case_a.entries.filter(kind=EntryKind.RUN_REQUESTED, subject_id=run.pk).count() == 1


def test_request_when_the_same_is_under_way_then_the_same_run(in_site_a: Person, case_a):
    upload = make.upload(in_site_a, case_a)
    first, _ = ask(in_site_a, case_a, (upload,), label="x")

    assert ask(in_site_a, case_a, (upload,), label="x") == (first, False)
    assert ask(in_site_a, case_a, (upload,), label="y")[1]
    assert ask(in_site_a, case_a, (), label="x")[1]
    assert Run.objects.count() == 3


def test_request_when_the_same_is_asked_of_another_case_then_another_run(in_site_a: Person, case_a):
    other = make.case(in_site_a)

    assert ask(in_site_a, case_a)[0] != ask(in_site_a, other)[0]


def test_request_when_the_first_has_ended_then_new_work(in_site_a: Person, case_a):
    first, _ = ask(in_site_a, case_a)
    kill(first)

    again, is_new = ask(in_site_a, case_a)

    assert is_new
    assert again != first


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_request_when_twenty_ask_at_once_then_one_run(clinician_a: Person):
    case = make.case(clinician_a)

    def one(_number: int) -> tuple[Run, bool]:
        with clinician_a.at_work():
            return ask(clinician_a, case, label="once")

    answers = at_once(20, one)

    assert len({run.pk for run, _is_new in answers}) == 1
    assert Counter(is_new for _run, is_new in answers) == {True: 1, False: 19}
    with clinician_a.at_work():
        assert Run.objects.count() == case.entries.filter(kind=EntryKind.RUN_REQUESTED).count() == 1


@pytest.mark.hazard("H07")
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_claim_when_ten_workers_take_from_five_runs_then_each_run_goes_to_one(clinician_a: Person):
    asked = {make.run(clinician_a).pk for _ in range(5)}

    held = at_once(10, lambda number: work.claim(lane="cpu", worker=f"worker-{number}"))

    assert sorted(claim.run_id for claim in held if claim) == sorted(asked)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_last_runs_when_they_end_at_the_same_moment_then_the_case_goes_on(clinician_a: Person):
    case = make.case(clinician_a)
    held = []
    for _ in range(4):
        make.run(clinician_a, case)
        held.append(work.claim(lane="cpu", worker="alder"))
    with clinician_a.at_work():
        cases.move(by=clinician_a.actor, case=case, to=CaseState.AWAITING_AI)

    def end(number: int) -> bool:
        claim = held[number]
        assert claim is not None
        with clinician_a.at_work():
            return work.fail(claim, error=RunError.INPUT_REFUSED)

    assert all(at_once(4, end))

    with clinician_a.at_work():
        assert Case.objects.get(pk=case.pk).state == CaseState.AWAITING_HUMAN


def test_request_when_the_kind_is_unknown_then_refused_with_those_there_are(in_site_a: Person, case_a):
    with pytest.raises(Refusal) as refused:
        runs.request(by=in_site_a.actor, kind="clinic.nothing", case=case_a)

    assert refused.value.code == Code.UNKNOWN_KIND
    known = refused.value.facts["known"]
    assert isinstance(known, list) and "clinic.check" in known


@pytest.mark.parametrize("params", [
    {"mode": "other"}, {"seconds": -1}, {"seconds": "1"}, {"seconds": True}, {"seconds": float("nan")},
    {"label": "x" * 41}, {"label": 1}, {"name": "Ana Alder"},
])  # fmt: skip
def test_request_when_the_parameters_are_wrong_then_the_field_is_named(in_site_a: Person, case_a, params):
    with pytest.raises(Refusal) as refused:
        ask(in_site_a, case_a, **params)

    assert refused.value.code == Code.INVALID
    assert list(refused.value.fields) == list(params)


def test_request_when_the_file_is_of_another_case_then_refused(in_site_a: Person, case_a):
    foreign = make.upload(in_site_a, make.case(in_site_a))

    with pytest.raises(Refusal) as refused:
        ask(in_site_a, case_a, (foreign,))

    assert refused.value.code == Code.UPLOADS_DO_NOT_FIT
    assert not Run.objects.exists()


def test_request_when_the_files_do_not_fit_the_kind_then_refused(in_site_a: Person, case_a, monkeypatch):
    letter = make.upload(in_site_a, case_a)
    films_only = replace(kind_named("clinic.check"), upload_kinds=frozenset({UploadKind.FILM}), uploads_min=1)
    monkeypatch.setattr(runs, "kind_named", lambda _name: films_only)

    for uploads in ((), (letter,), (letter,) * 21):
        with pytest.raises(Refusal) as refused:
            ask(in_site_a, case_a, uploads)
        assert refused.value.code == Code.UPLOADS_DO_NOT_FIT


def test_request_when_the_case_is_closed_then_refused(in_site_a: Person, case_a):
    closed = cases.move(by=in_site_a.actor, case=case_a, to=CaseState.CLOSED)

    with pytest.raises(Refusal) as refused:
        ask(in_site_a, closed)

    assert refused.value.code == Code.CASE_IS_CLOSED


@pytest.mark.parametrize("role", list(Role))
def test_actions_when_the_role_lacks_the_right_then_refused(in_site_a: Person, staff_a, case_a, role: Role):
    actor = staff_a[role].actor
    run, _ = ask(in_site_a, case_a)
    looks_after_jobs = actor.can(Permission.JOBS_MANAGE)
    for may, do in (
        (actor.can(Permission.RUN_REQUEST), lambda: runs.request(by=actor, kind="clinic.check", case=case_a)),
        (actor.can(Permission.RUN_CANCEL) or looks_after_jobs, lambda: runs.cancel(by=actor, run=run)),
        (actor.can(Permission.RUN_REPLAY) or looks_after_jobs, lambda: runs.replay(by=actor, run=run)),
    ):
        if may:
            do()
        else:
            with pytest.raises(Refusal) as refused:
                do()
            assert refused.value.code == Code.NOT_ALLOWED


# --- taking back ------------------------------------------------------------------------------------------------------


def test_cancel_when_queued_then_no_worker_takes_it(in_site_a: Person, case_a):
    run, _ = ask(in_site_a, case_a)

    runs.cancel(by=in_site_a.actor, run=run)

    assert work.claim(lane="cpu", worker="alder") is None
    assert case_a.entries.filter(kind=EntryKind.RUN_CANCELLED).count() == 1


def test_cancel_when_it_has_ended_then_refused(in_site_a: Person, case_a):
    run, _ = ask(in_site_a, case_a)
    kill(run)

    with pytest.raises(Refusal) as refused:
        runs.cancel(by=in_site_a.actor, run=run)

    assert refused.value.code == Code.ALREADY_FINAL


# --- trying again -----------------------------------------------------------------------------------------------------


def test_replay_when_dead_then_a_new_run_of_the_same_and_the_old_stays(in_site_a: Person, case_a):
    upload = make.upload(in_site_a, case_a)
    dead, _ = ask(in_site_a, case_a, (upload,), label="x")
    kill(dead)

    fresh = runs.replay(by=in_site_a.actor, run=dead)

    dead.refresh_from_db()
    assert (fresh.state, fresh.attempts, fresh.params) == (RunState.QUEUED, 0, dead.params)
    assert runs.uploads_of(fresh) == [upload]
    assert (dead.state, dead.replayed_by_id) == (RunState.FAILED, fresh.pk)
    assert list(Run.objects.dead()) == []


def test_replay_when_replayed_already_or_not_dead_then_refused(in_site_a: Person, case_a):
    dead, _ = ask(in_site_a, case_a)
    kill(dead)
    fresh = runs.replay(by=in_site_a.actor, run=dead)

    for run in (dead, fresh):
        with pytest.raises(Refusal) as refused:
            runs.replay(by=in_site_a.actor, run=run)
        assert refused.value.code == Code.NOT_DEAD


def test_replay_when_it_was_in_the_batch_lane_then_there_again(in_site_a: Person, case_a):
    dead = make.run(in_site_a, case_a, batch=True)
    kill(dead)

    assert runs.replay(by=in_site_a.actor, run=dead).lane == "cpu_batch"


def test_dead_letter_when_its_kind_was_taken_out_then_replay_says_so(in_site_a: Person, case_a, monkeypatch):
    dead, _ = ask(in_site_a, case_a)
    kill(dead)
    monkeypatch.setattr("clinic.pipeline._kinds", dict[str, RunKind]())

    with pytest.raises(Refusal) as refused:
        runs.replay(by=in_site_a.actor, run=dead)

    assert refused.value.code == Code.UNKNOWN_KIND


def test_attempts_when_more_than_the_cap_then_the_database_refuses(in_site_a: Person, case_a):
    run, _ = ask(in_site_a, case_a)

    with pytest.raises(IntegrityError, match="run_attempts_capped"), transaction.atomic():
        Run.objects.filter(pk=run.pk).update(attempts=MAX_ATTEMPTS + 1)
