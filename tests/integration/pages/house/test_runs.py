"""One run: its page, the fragment that follows it, and what may be done to it."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from clinic.actions import work
from clinic.authorization.roles import Role
from clinic.models import Case, Run, RunState
from clinic.worker import read_share
from tests import make
from tests.make import Person

HTMX = {"HX-Request": "true"}


@pytest.fixture
def run(clinician_a: Person, case_a: Case) -> Run:
    return make.run(clinician_a, case_a, inputs=(make.upload(clinician_a, case_a),))


def claimed(run: Run) -> work.Claim:
    held = work.claim(lane=run.lane, worker="test")
    assert held is not None and held.run_id == run.pk
    return held


def test_page_when_the_run_is_done_then_shows_result_inputs_and_what_happened(
    as_person, clinician_a: Person, run, work_lane
):
    work_lane("cpu")
    make.settle()

    page = as_person(clinician_a).get(f"/runs/{run.pk}/").content.decode()

    for words in (
        "All match",
        "What happened",
        "Asked for",
        "Started",
        "try 1",
        "clinic.check 1",
        clinician_a.user.name,
    ):
        assert words in page
    assert "every 1s" not in page


def test_page_when_the_result_is_shown_then_that_is_noted(as_person, clinician_a: Person, run, work_lane):
    work_lane("cpu")
    as_person(clinician_a).get(f"/runs/{run.pk}/")

    assert len(make.audit_events("result.read")) == 1


def test_page_when_the_viewer_may_not_read_cases_then_no_input_no_result_no_parameters(
    as_person, admin_a: Person, run, work_lane
):
    work_lane("cpu")

    page = as_person(admin_a).get(f"/runs/{run.pk}/").content.decode()

    for words in ("All match", "Inputs", "Asked with", str(run.case_id)):
        assert words not in page
    assert make.audit_events("result.read") == []


def test_page_when_the_run_is_of_another_site_then_it_does_not_exist(as_person, clinician_b: Person, run):
    for address in ("", "status/", "body/"):
        assert as_person(clinician_b).get(f"/runs/{run.pk}/{address}").status_code == 404
    for act in ("cancel", "replay"):
        assert as_person(clinician_b).post(f"/runs/{run.pk}/{act}/").status_code == 404


def test_page_when_there_is_no_such_run_then_404(as_person, clinician_a: Person):
    assert as_person(clinician_a).get(f"/runs/{uuid4()}/").status_code == 404


def test_page_when_the_run_failed_then_plain_words_a_code_and_a_way_on(
    as_person, clinician_a: Person, case_a, work_lane
):
    run = make.run(clinician_a, case_a, mode="refuse")
    work_lane("cpu")

    page = as_person(clinician_a).get(f"/runs/{run.pk}/").content.decode()

    for words in ("The input was refused", "Check that the right file was chosen", "input_refused", "Run again"):
        assert words in page


def test_page_when_the_run_is_part_of_a_chain_then_links_both_ways(as_person, clinician_a: Person, case_a, work_lane):
    first = make.run(clinician_a, case_a, mode="chain")
    work_lane("cpu")
    with clinician_a.at_work():
        second = Run.objects.get(follows=first)
    browser = as_person(clinician_a)

    assert f"/runs/{second.pk}/" in browser.get(f"/runs/{first.pk}/").content.decode()
    assert f"/runs/{first.pk}/" in browser.get(f"/runs/{second.pk}/").content.decode()


def test_status_when_under_way_then_asks_again_and_shows_the_stage(as_person, clinician_a: Person, run):
    held = claimed(run)
    with clinician_a.at_work():
        work.report(held, "settle", 92)

    response = as_person(clinician_a).get(f"/runs/{run.pk}/status/", headers=HTMX)

    page = response.content.decode()
    assert "every 1s" in page
    assert "92 %" in page
    assert "HX-Trigger-After-Swap" not in response.headers


def test_status_when_it_has_ended_then_asks_no_more_and_says_so(as_person, clinician_a: Person, run, work_lane):
    work_lane("cpu")

    response = as_person(clinician_a).get(f"/runs/{run.pk}/status/", headers=HTMX)

    assert b"every 1s" not in response.content
    assert b"data-announce" in response.content
    assert response["HX-Trigger-After-Swap"] == "run-ended"


def test_status_when_enough_of_the_kind_are_known_then_tells_the_time_left(
    as_person, clinician_a: Person, case_a, run, work_lane
):
    for _ in range(3):
        make.run(clinician_a, case_a)
    work_lane("cpu")
    running = make.run(clinician_a, case_a)
    claimed(running)
    now = timezone.now()
    with clinician_a.at_work():
        Run.objects.filter(state=RunState.SUCCEEDED).update(started_at=now - timedelta(seconds=60), finished_at=now)

    page = as_person(clinician_a).get(f"/runs/{running.pk}/status/", headers=HTMX).content.decode()

    assert re.search(r"about (59\.\d|60\.0) s left", page)


def lasting(by: Person, *seconds: float) -> None:
    """As if those that are done had taken so long."""
    with by.at_work():
        for run, took in zip(Run.objects.filter(state=RunState.SUCCEEDED), seconds, strict=True):
            assert run.started_at is not None
            Run.objects.filter(pk=run.pk).update(finished_at=run.started_at + timedelta(seconds=took))


def test_status_when_those_known_were_asked_for_otherwise_then_promises_nothing(
    as_person, clinician_a: Person, case_a, work_lane
):
    for _ in range(3):
        make.run(clinician_a, case_a)
    work_lane("cpu")
    running = make.run(clinician_a, case_a, seconds=3.0)
    claimed(running)

    page = as_person(clinician_a).get(f"/runs/{running.pk}/status/", headers=HTMX).content.decode()

    assert "so far" in page
    assert "usually" not in page


def test_status_when_those_known_differ_widely_then_promises_nothing(as_person, clinician_a: Person, case_a, work_lane):
    for _ in range(4):
        make.run(clinician_a, case_a)
    work_lane("cpu")
    lasting(clinician_a, 1, 2, 60, 300)
    running = make.run(clinician_a, case_a)
    claimed(running)

    page = as_person(clinician_a).get(f"/runs/{running.pk}/status/", headers=HTMX).content.decode()

    assert "so far" in page
    assert "left" not in page


@pytest.mark.parametrize(("size", "seconds", "percent"), [(0, 0, 95), (10_000, 3, 1), (50_000_000, 0.5, 48)])
def test_check_when_time_is_asked_for_then_the_bar_is_shared_between_reading_and_waiting(size, seconds, percent):
    assert read_share(size, seconds) == percent


def test_status_when_too_few_are_known_then_promises_nothing(as_person, clinician_a: Person, run):
    claimed(run)

    page = as_person(clinician_a).get(f"/runs/{run.pk}/status/", headers=HTMX).content.decode()

    assert "so far" in page
    assert "left" not in page


def test_cancel_when_running_then_the_fragment_says_so(as_person, clinician_a: Person, run):
    claimed(run)

    response = as_person(clinician_a).post(f"/runs/{run.pk}/cancel/", headers={**HTMX, "HX-Target": f"run-{run.pk}"})

    assert response.status_code == 200
    assert b"Cancelled" in response.content
    assert make.fresh_run(clinician_a, run).state == RunState.CANCELLED


def test_cancel_when_it_has_just_ended_then_no_error(as_person, clinician_a: Person, run, work_lane):
    work_lane("cpu")

    response = as_person(clinician_a).post(f"/runs/{run.pk}/cancel/", follow=True)

    assert b"already ended" in response.content
    assert make.fresh_run(clinician_a, run).state == RunState.SUCCEEDED


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.LEAD])
def test_cancel_when_the_role_only_looks_then_refused(as_person, staff_a, run, role: Role):
    response = as_person(staff_a[role]).post(f"/runs/{run.pk}/cancel/")

    assert response.status_code == 403
    assert make.fresh_run(staff_a[Role.CLINICIAN], run).state == RunState.QUEUED


@pytest.mark.parametrize("role", [Role.ADMIN, Role.ENGINEER])
def test_cancel_when_the_role_looks_after_jobs_then_done(as_person, staff_a, run, role: Role):
    as_person(staff_a[role]).post(f"/runs/{run.pk}/cancel/")

    assert make.fresh_run(staff_a[Role.CLINICIAN], run).state == RunState.CANCELLED


def test_replay_when_dead_then_a_new_run_and_the_old_one_stays(as_person, clinician_a: Person, case_a, work_lane):
    dead = make.run(clinician_a, case_a, mode="fail")
    work_lane("cpu")

    response = as_person(clinician_a).post(f"/runs/{dead.pk}/replay/")

    again = make.fresh_run(clinician_a, dead).replayed_by_id
    assert again is not None
    assert response["Location"] == f"/runs/{again}/"
    assert make.fresh_run(clinician_a, dead).state == RunState.FAILED


def test_replay_when_it_succeeded_then_refused_with_its_code(as_person, clinician_a: Person, run, work_lane):
    work_lane("cpu")

    response = as_person(clinician_a).post(f"/runs/{run.pk}/replay/")

    assert response.status_code == 409
    assert b"not_dead" in response.content


def test_kind_when_it_is_no_longer_there_then_its_runs_are_still_shown(
    as_person, clinician_a: Person, run, monkeypatch
):
    monkeypatch.setattr("clinic.pipeline._kinds", {})
    browser = as_person(clinician_a)

    assert b"clinic.check" in browser.get(f"/runs/{run.pk}/").content
    assert browser.get("/jobs/").status_code == 200
