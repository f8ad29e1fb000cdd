"""How the house is doing: figures that are right, link to their lists, and survive what they tell of."""

from datetime import timedelta

import pytest
from django.utils import timezone

from clinic import charts, operations
from clinic.authorization.roles import Role
from clinic.lanes import LANES
from clinic.models import Run, RunState, WorkerBeat
from clinic.storage.errors import StorageDown
from tests import make
from tests.make import Person


@pytest.fixture
def worked(clinician_a: Person, case_a, work_lane) -> None:
    for mode in ("pass", "pass", "pass", "fail"):
        make.run(clinician_a, case_a, mode=mode)
    work_lane("cpu")


@pytest.mark.parametrize("role", [Role.ADMIN, Role.ENGINEER])
def test_page_when_the_role_looks_after_the_machine_then_every_figure(as_person, staff_a, worked, role: Role):
    page = as_person(staff_a[role]).get("/operations/").content.decode()

    for words in (
        "Runs, 24 h",
        "25 %",
        "Request to start",
        "Space free",
        "Audit",
        "Processor (bulk)",
        "It was asked to fail",
    ):
        assert words.replace("25 %", "25.0 <small>%</small>") in page or words in page


def test_page_leads_to_what_features_count_and_the_rail_does_not(as_person, staff_a):
    browser = as_person(staff_a[Role.ENGINEER])

    operations_page, elsewhere = (browser.get(path).content.decode() for path in ("/operations/", "/profile/"))

    assert operations_page.count('href="/coaching/figures/"') == 1
    assert '/coaching/figures/"' not in elsewhere


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.REVIEWER, Role.LEAD, Role.AUDITOR])
def test_page_when_the_role_does_not_then_refused(as_person, staff_a, role: Role):
    assert as_person(staff_a[role]).get("/operations/").status_code == 403


def test_page_when_nothing_has_run_then_says_so(as_person, admin_a: Person):
    page = as_person(admin_a).get("/operations/").content.decode()

    assert "No run in 24 hours" in page
    assert "None failed" in page


def test_page_when_the_store_is_away_then_the_page_says_it(as_person, admin_a: Person, monkeypatch):
    class Away:
        def check(self) -> None:
            raise StorageDown

        free_bytes = check

    monkeypatch.setattr("clinic.uploads.store", Away)
    from clinic import health

    health.parts.forget()
    health.storage_answers.forget()

    response = as_person(admin_a).get("/operations/")

    assert response.status_code == 200
    assert "File store" in response.content.decode().split("do not answer")[1][:300]
    health.parts.forget()


def test_figures_when_of_another_site_then_not_counted(as_person, admin_b: Person, worked):
    page = as_person(admin_b).get("/operations/").content.decode()

    assert "No run in 24 hours" in page


def test_lanes_when_work_waits_then_depth_and_age_over_all_sites(clinician_a, clinician_b, case_a, case_b):
    make.run(clinician_a, case_a)
    make.run(clinician_b, case_b)
    now = timezone.now()
    WorkerBeat.objects.create(name="a@x", lanes=["cpu"], host="x", pid=1, started_at=now, at=now, memory_bytes=1)

    found = {lane.name: lane for lane in operations.lanes()}

    assert set(found) == set(LANES)
    assert (found["cpu"].waiting, found["cpu"].running, found["cpu"].workers) == (2, 0, ["a@x"])
    assert found["cpu"].oldest is not None and found["io"].oldest is None


def test_kinds_when_some_failed_then_their_time_does_not_count(in_site_a: Person, worked):
    now = timezone.now()
    done = Run.objects.filter(state=RunState.SUCCEEDED)
    for run, seconds in zip(done, (1, 2, 9), strict=True):
        Run.objects.filter(pk=run.pk).update(started_at=now - timedelta(seconds=seconds), finished_at=now)

    [row] = operations.by_kind(Run.objects.jobs_for(in_site_a.actor))

    assert (row["n"], row["failed"], row["median"].total_seconds()) == (4, 1, 2)


def test_hours_when_counted_then_24_with_the_empty_ones(in_site_a: Person, worked):
    hours = operations.by_hour(Run.objects.jobs_for(in_site_a.actor))

    assert len(hours) == 24
    assert (hours[-1].done, hours[-1].failed) == (3, 1) or (hours[-2].done, hours[-2].failed) == (3, 1)


@pytest.mark.parametrize(("most", "top"), [(0, 4), (4, 4), (5, 6), (9, 10), (11, 20), (41, 60), (100, 100), (101, 200)])
def test_chart_when_drawn_then_its_top_is_a_number_people_count_in(most: int, top: int):
    assert charts.nice(most) == top


def test_chart_when_bars_are_stacked_then_they_stay_inside():
    chart = charts.stacked([(3, 1), (0, 0), (10, 10)], ["a", "", "c"], "Runs")

    assert len(chart.bars) == 4
    assert all(bar.y >= charts.TOP - 0.1 and bar.y + bar.height <= charts.BOTTOM + 0.1 for bar in chart.bars)
