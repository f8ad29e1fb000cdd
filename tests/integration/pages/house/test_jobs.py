"""The list of jobs: who sees it, what it shows, and what may be done from it."""

import pytest
from django.test import Client

from clinic.authorization.roles import Role
from clinic.models import Case, Run, RunState
from tests import make
from tests.make import Person

HTMX = {"HX-Request": "true"}


@pytest.fixture
def dead(clinician_a: Person, case_a: Case, work_lane):
    run = make.run(clinician_a, case_a, mode="fail")
    work_lane("cpu")
    return run


def again_of(person: Person, dead: Run) -> Run:
    with person.at_work():
        return Run.objects.get(replay_of=dead)


def test_jobs_when_there_are_none_then_says_what_would_be_here(as_person, clinician_a: Person):
    assert b"No jobs yet" in as_person(clinician_a).get("/jobs/").content


def test_jobs_when_runs_exist_then_those_of_this_site(as_person, clinician_a: Person, clinician_b, case_a, case_b):
    mine, theirs = make.run(clinician_a, case_a), make.run(clinician_b, case_b)

    page = as_person(clinician_a).get("/jobs/").content.decode()

    assert str(mine.pk) in page
    assert str(theirs.pk) not in page


def test_jobs_when_the_viewer_looks_after_jobs_only_then_no_case_is_opened(
    as_person, admin_a: Person, clinician_a, case_a
):
    run = make.run(clinician_a, case_a)

    page = as_person(admin_a).get("/jobs/").content.decode()

    assert case_a.reference in page
    assert str(run.pk) in page
    assert str(case_a.pk) not in page
    assert case_a.question not in page


@pytest.mark.parametrize("role", [Role.AUDITOR])
def test_jobs_when_the_role_may_not_see_them_then_refused(as_person, staff_a, role: Role):
    assert as_person(staff_a[role]).get("/jobs/").status_code == 403


@pytest.mark.parametrize(("show", "is_there"), [("", True), ("dead", True), ("active", False), ("done", False)])
def test_filter_when_chosen_then_the_list_is_of_that_kind(
    as_person, clinician_a: Person, dead, show: str, is_there: bool
):
    page = as_person(clinician_a).get(f"/jobs/?show={show}").content.decode()

    assert (str(dead.pk) in page) is is_there


def test_filter_when_a_lane_is_named_then_only_its_jobs(as_person, clinician_a: Person, case_a):
    now, night = make.run(clinician_a, case_a), make.run(clinician_a, case_a, batch=True)

    page = as_person(clinician_a).get("/jobs/?lane=cpu_batch").content.decode()

    assert str(night.pk) in page
    assert str(now.pk) not in page


def test_filter_when_nonsense_is_asked_for_then_everything_is_shown(as_person, clinician_a: Person, dead):
    response = as_person(clinician_a).get("/jobs/?show=x&lane=y&kind=z")

    assert response.status_code == 200
    assert str(dead.pk) in response.content.decode()


def test_list_when_something_runs_then_it_asks_again_else_it_rests(as_person, clinician_a: Person, case_a, work_lane):
    browser = as_person(clinician_a)
    make.run(clinician_a, case_a)

    assert b"every 2s" in browser.get("/jobs/").content

    work_lane("cpu")

    assert b"every 2s" not in browser.get("/jobs/live/").content


def test_list_when_asked_for_by_itself_then_only_the_list(as_person, clinician_a: Person):
    page = as_person(clinician_a).get("/jobs/live/", headers=HTMX).content

    assert b"<html" not in page


def test_list_when_it_is_long_then_it_goes_on_at_the_next_place(as_person, clinician_a: Person, monkeypatch, case_a):
    monkeypatch.setattr("clinic.views.job_lists.SIZE", 2)
    runs = [make.run(clinician_a, case_a) for _ in range(3)]
    browser = as_person(clinician_a)

    first = browser.get("/jobs/")
    second = browser.get(first.context["next_url"]).content.decode()

    assert str(runs[0].pk) in second
    assert str(runs[2].pk) not in second


def test_jobs_when_there_are_many_then_queries_do_not_grow(
    as_person, clinician_a: Person, case_a, django_assert_max_num_queries
):
    for _ in range(20):
        make.run(clinician_a, case_a)
    browser = as_person(clinician_a)

    with django_assert_max_num_queries(15):
        browser.get("/jobs/")


def test_replay_when_jobs_are_chosen_then_those_start_again_in_bulk(as_person, clinician_a: Person, case_a, work_lane):
    chosen, left = make.run(clinician_a, case_a, mode="fail"), make.run(clinician_a, case_a, mode="refuse")
    work_lane("cpu")

    response = as_person(clinician_a).post("/jobs/replay/", {"show": "dead", "run": [chosen.pk, "no-id"]}, follow=True)

    assert b"1 job was started again" in response.content
    assert again_of(clinician_a, chosen).lane == "cpu_batch"
    assert make.fresh_run(clinician_a, left).replayed_by_id is None


def test_replay_when_all_are_asked_for_then_all_dead_ones_of_the_site(
    as_person, admin_a: Person, clinician_a: Person, clinician_b: Person, case_a, case_b, work_lane
):
    mine = [make.run(clinician_a, case_a, mode=mode) for mode in ("fail", "refuse")]
    theirs = make.run(clinician_b, case_b, mode="fail")
    work_lane("cpu")

    as_person(admin_a).post("/jobs/replay/", {"show": "dead", "all": "on"})

    assert all(make.fresh_run(clinician_a, run).replayed_by_id for run in mine)
    assert make.fresh_run(clinician_b, theirs).replayed_by_id is None


def test_replay_when_nothing_is_chosen_then_nothing_starts(as_person, clinician_a: Person, dead):
    response = as_person(clinician_a).post("/jobs/replay/", {"show": "dead"}, follow=True)

    assert b"Nothing was started" in response.content
    assert make.fresh_run(clinician_a, dead).replayed_by_id is None


def test_replay_when_the_role_only_looks_then_nothing_starts(as_person, staff_a, clinician_a: Person, dead):
    as_person(staff_a[Role.LEAD]).post("/jobs/replay/", {"show": "dead", "all": "on"})

    assert make.fresh_run(clinician_a, dead).replayed_by_id is None


def test_cancel_when_asked_from_the_list_then_the_list_is_told(as_person, clinician_a: Person, case_a):
    run = make.run(clinician_a, case_a)

    response = as_person(clinician_a).post(f"/runs/{run.pk}/cancel/", headers=HTMX)

    assert (response.status_code, response["HX-Trigger"]) == (204, "jobs-changed")
    assert make.fresh_run(clinician_a, run).state == RunState.CANCELLED


def test_bell_when_something_runs_then_lists_at_rest_are_told(as_person, clinician_a: Person, case_a):
    browser: Client = as_person(clinician_a)

    assert "HX-Trigger" not in browser.get("/bell/").headers

    make.run(clinician_a, case_a)

    assert browser.get("/bell/")["HX-Trigger"] == "jobs-running"
