"""Dashboards: each number is what its list shows, nobody sees more than her role may, and questions stay as many."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinic.actions import cases, flags
from clinic.authorization.roles import Role
from clinic.capabilities import Capability
from clinic.engines.unfit import Spent
from clinic.figures import business, medical, outputs
from clinic.figures.outputs import Output
from clinic.models import ApiKey, CaseState, ReviewItem, Run
from tests import make
from tests.integration.reviewing import (
    RISKY,
    SURE,
    UNSURE,
    Said,
    answered,
    flagged,
    the_simpler_one,
    urgency_capability,
)
from tests.integration.reviews.test_decisions import read
from tests.make import Person, Staff

pytestmark = pytest.mark.django_db
HOURS = timedelta(hours=1)
REFUSES = Said(label="", scores={}, refusal="unreadable")


@dataclass(frozen=True)
class Dear(Said):
    """An engine that costs, and was asked after a dearer one in vain."""

    def facets(self) -> dict[str, Any]:
        return super().facets() | {"cost": 0.25, "tokens": 100}


MEDICAL = ("answers", "abstained", "read", "decided", "overruled", "missed", "disagreed", "waiting")
PAGES = {"medical": Role.LEAD, "business": Role.LEAD, "security": Role.ADMIN}


@pytest.fixture(autouse=True)
def urgency(monkeypatch: pytest.MonkeyPatch) -> Iterator[Capability]:
    """Nothing is drawn by chance."""
    monkeypatch.setattr(flags, "drawn", lambda _run_id: 1.0)
    with urgency_capability() as capability:
        yield capability


@pytest.fixture
def decided(staff_a: Staff, clinician_a: Person, case_a) -> None:
    """Five answers: three decided (as the engine said, another of its set, outside it), one waits, one is sure."""
    for label in ("routine", "urgent", "emergency"):
        read(staff_a[Role.REVIEWER], flagged(clinician_a, case_a, UNSURE), label, note="Because")
    flagged(clinician_a, case_a, RISKY)
    answered(clinician_a, case_a, SURE)


def counted(page: str) -> int:
    found = re.search(r"(\d+) counted", page)
    assert found
    return int(found[1])


def test_practice_when_people_decided_then_agreement_overruling_and_coverage_with_n(clinician_a: Person, decided):
    with clinician_a.at_work():
        (found,) = medical.of(clinician_a.site.pk, timezone.now() - HOURS)

    assert (found.answers, found.waiting) == (5, 1)
    assert found.agreed is not None and found.agreed.n == 3
    assert found.agreed.value == pytest.approx(1 / 3)
    assert found.overruled is not None and found.overruled.value == pytest.approx(2 / 3)
    assert found.covered is not None and found.covered.value == pytest.approx(2 / 3)
    assert found.overruled.low < 2 / 3 < found.overruled.high
    assert found.read is not None and found.read.value == pytest.approx(3 / 5)
    assert found.to_decision is not None


def test_practice_when_an_engine_would_not_say_then_it_abstained_and_nobody_overruled_it(clinician_a: Person, case_a):
    answered(clinician_a, case_a, REFUSES)

    with clinician_a.at_work():
        (found,) = medical.of(clinician_a.site.pk, timezone.now() - HOURS)

    assert found.abstained is not None and found.abstained.value == 1
    assert found.overruled is None


def test_practice_when_it_is_longer_ago_then_not_in_the_period(clinician_a: Person, decided):
    with clinician_a.at_work():
        assert medical.of(clinician_a.site.pk, timezone.now() + HOURS)[0].counts["answers"] == 0  # one still waits


@pytest.mark.parametrize("name", MEDICAL)
def test_number_when_its_list_is_opened_then_as_many_rows(as_person, staff_a: Staff, clinician_a, decided, name: str):
    with clinician_a.at_work():
        (found,) = medical.of(clinician_a.site.pk, timezone.now() - HOURS)

    page = as_person(staff_a[Role.LEAD]).get(f"/dashboards/counted/{name}/?days=1&of={found.digest or found.name}")

    assert counted(page.content.decode()) == found.counts[name]


def test_list_when_of_another_engine_then_empty(as_person, staff_a: Staff, decided):
    page = as_person(staff_a[Role.LEAD]).get("/dashboards/counted/answers/?days=1&of=another").content.decode()

    assert counted(page) == 0 and "Nothing was counted" in page


def test_list_when_a_clinician_opens_it_then_it_leads_to_the_decision_and_names_no_patient(
    as_person, clinician_a: Person, case_a, decided
):
    page = as_person(clinician_a).get("/dashboards/counted/overruled/?days=1").content.decode()

    assert f"C-{case_a.number}" in page and "Ana Alder" not in page
    assert page.count("/review/") >= 2


def test_list_when_an_answer_is_to_be_read_blind_then_left_out_and_told(as_person, clinician_a: Person, case_a):
    result = answered(clinician_a, case_a, REFUSES)
    with clinician_a.at_work():
        ReviewItem.objects.filter(result=result).update(is_blind=True)

    page = as_person(clinician_a).get("/dashboards/counted/abstained/?days=1").content.decode()

    assert "1 is left out here" in page and f"C-{case_a.number}" not in page


def test_page_when_of_another_site_then_nothing_of_it(as_person, staff_b: Staff, decided):
    page = as_person(staff_b[Role.LEAD]).get("/dashboards/medical/").content.decode()

    assert "No engine answered here in that time" in page


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("role", list(Role))
def test_page_when_the_role_may_not_then_closed(as_person, staff_a: Staff, name: str, role: Role):
    allowed = {
        "medical": {Role.CLINICIAN, Role.RADIOLOGIST, Role.REVIEWER, Role.ENGINEER, Role.LEAD, Role.INTEGRATION},
        "business": {Role.LEAD, Role.ADMIN}, "security": {Role.ADMIN, Role.AUDITOR},
    }  # fmt: skip
    if role == Role.INTEGRATION:
        return  # a program signs in to no page

    status = as_person(staff_a[role]).get(f"/dashboards/{name}/").status_code

    assert status == (200 if role in allowed[name] else 403)


@pytest.mark.parametrize(("name", "role"), [("opened", Role.CLINICIAN), ("keys", Role.LEAD), ("answers", Role.ADMIN)])
def test_list_when_the_dashboard_is_closed_to_her_then_the_list_too(as_person, staff_a: Staff, name: str, role: Role):
    assert as_person(staff_a[role]).get(f"/dashboards/counted/{name}/").status_code == 403


def test_list_when_there_is_no_such_number_then_not_found(as_person, staff_a: Staff):
    browser = as_person(staff_a[Role.LEAD])

    for name in ("nothing", "made-nothing", "made-practices"):
        assert browser.get(f"/dashboards/counted/{name}/").status_code == 404


def test_tabs_when_several_dashboards_are_open_to_her_then_between_those(as_person, staff_a: Staff):
    admin, auditor = as_person(staff_a[Role.ADMIN]), as_person(staff_a[Role.AUDITOR])

    tabs = admin.get("/operations/").content.decode().partition('<nav class="tabs')[2].partition("</nav>")[0]

    assert re.findall(r'href="/([^"]+)/"', tabs) == ["operations", "dashboards/business", "dashboards/security"]
    assert '<nav class="tabs' not in auditor.get("/dashboards/security/").content.decode()


# --- business ---------------------------------------------------------------------------------------------------------


def test_business_when_cases_came_and_went_then_counted_by_day_and_listed(
    as_person, staff_a: Staff, clinician_a: Person, case_a
):
    other = make.case(clinician_a)
    with clinician_a.at_work():
        cases.move(by=clinician_a.actor, case=other, to=CaseState.CLOSED, reason="Done")
    browser = as_person(staff_a[Role.LEAD])

    with clinician_a.at_work():
        days = business.by_day(clinician_a.site.pk, 7, timezone.now() - 7 * 24 * HOURS)

    assert len(days) == 8
    assert (days[-1].opened, days[-1].closed, days[-1].signed) == (2, 1, 0)
    assert counted(browser.get("/dashboards/counted/opened/").content.decode()) == 2
    assert counted(browser.get("/dashboards/counted/closed/").content.decode()) == 1


def test_business_when_runs_took_time_then_minutes_a_case(in_site_a: Person, case_a, work_lane):
    for _ in range(2):
        make.run(in_site_a, case_a)
    work_lane("cpu")
    now = timezone.now()
    Run.objects.update(started_at=now - timedelta(minutes=3), finished_at=now)

    spent, of = business.machine_of_cases(in_site_a.site.pk, now - HOURS)
    [row] = business.machine(in_site_a.site.pk, now - HOURS)

    assert (spent, of) == (timedelta(minutes=6), 1)
    assert (row["n"], row["cases"], row["spent"]) == (2, 1, timedelta(minutes=6))


def test_business_when_engines_cost_then_summed_with_those_asked_in_vain(in_site_a: Person, case_a):
    chosen = the_simpler_one()
    [passed] = chosen.receipt.passed
    vain = replace(passed, name="Dear 1", spent=Spent(calls=1, tokens=50, dollars=0.5))
    receipt = replace(chosen.receipt, passed=(vain,))
    answer = Dear(label="routine", scores={})
    result = answered(in_site_a, case_a, answer, chosen=replace(chosen, receipt=receipt))

    found = business.costs(in_site_a.site.pk, timezone.now() - HOURS)

    assert [(one.engine, one.answers, one.tokens, one.dollars) for one in found] == [
        ("Dear 1", 1, 50, 0.5), (result.engine, 1, 100, 0.25)
    ]  # fmt: skip


def test_made_when_fewer_than_five_people_stand_behind_it_then_not_told(in_site_a: Person, staff_a: Staff):
    """Runs stand in for what only a person does by herself."""
    of_people = Output("asked", "Asked", "clinic.Run", "requested_at", case="", person="requested_by")
    for person in list(staff_a)[:5]:
        run = make.run(in_site_a)
        before = business._made(in_site_a.actor, timezone.now() - HOURS, of_people).n
        Run.objects.filter(pk=run.pk).update(requested_by=person.user)

    assert before is None  # four people
    assert business._made(in_site_a.actor, timezone.now() - HOURS, of_people).n == 5


def test_outputs_when_capabilities_are_there_then_each_counts_rows_of_its_own(in_site_a: Person):
    found = {one.output.name: one.n for one in business.made(in_site_a.actor, timezone.now() - HOURS)}

    assert found == {"consults": 0, "documents": 0, "films": 0, "sheets": 0, "practices": None}
    assert not next(one for one in outputs.outputs() if one.name == "practices").case


# --- security ---------------------------------------------------------------------------------------------------------


def test_security_when_somebody_failed_to_come_in_then_counted_at_every_site(client, as_person, staff_a: Staff):
    client.post("/account/login/", {"login": "nobody@nowhere.example", "password": "wrong"})
    make.settle()

    page = as_person(staff_a[Role.AUDITOR]).get("/dashboards/counted/failed-sign-ins/?days=1").content.decode()

    assert counted(page) == 1


def test_security_when_refused_then_by_code_and_the_auditor_is_led_to_those_events(
    as_person, staff_a: Staff, clinician_a: Person, case_b
):
    assert as_person(clinician_a).get(f"/cases/{case_b.pk}/").status_code == 404
    assert as_person(clinician_a).get("/operations/").status_code == 403
    make.settle()
    auditor = as_person(staff_a[Role.AUDITOR])

    page = auditor.get("/dashboards/security/?days=1").content.decode()
    found = auditor.get("/audit/?sort=refused&code=not_found&days=1").content.decode()

    assert "/audit/?sort=refused&amp;code=not_found&amp;days=1" in page
    assert "This does not exist, or it belongs to another site." in page
    assert found.count("data-key-row") == 1


def test_security_when_an_admin_looks_then_no_way_into_the_audit(as_person, admin_a: Person):
    page = as_person(admin_a).get("/dashboards/security/").content.decode().partition("<main")[2]

    assert "/audit/" not in page and "/people/?show=no-factor" in page


def test_keys_when_they_end_soon_or_were_never_used_then_each_in_its_list(as_person, admin_a: Person, clinician_a):
    now = timezone.now()
    for number, days in enumerate((5, 90)):
        ApiKey.objects.create(site=clinician_a.site, owner=clinician_a.user, name=f"key {number}", prefix=f"p{number}",
                              secret_sha256="0" * 64, expires_at=now + timedelta(days=days),
                              last_used_at=None if number else now)  # fmt: skip
    browser = as_person(admin_a)

    pages = {name: browser.get(f"/dashboards/counted/{name}/").content.decode()
             for name in ("keys", "keys-ending", "keys-unused")}  # fmt: skip

    assert {name: counted(page) for name, page in pages.items()} == {"keys": 2, "keys-ending": 1, "keys-unused": 1}
    assert "key 0" in pages["keys-ending"] and "key 1" in pages["keys-unused"]


@pytest.mark.parametrize("name", PAGES)
def test_page_when_there_is_five_times_as_much_then_no_more_questions(
    as_person, staff_a: Staff, clinician_a: Person, name: str
):
    browser = as_person(staff_a[PAGES[name]])

    def asked() -> int:
        for _ in range(2):  # what is remembered for a moment is remembered
            with CaptureQueriesContext(connection) as questions:
                assert browser.get(f"/dashboards/{name}/").status_code == 200
        return len(questions)

    def work() -> None:
        read(staff_a[Role.REVIEWER], flagged(clinician_a, make.case(clinician_a), UNSURE), "urgent", note="Because")
        make.settle()

    work()
    first = asked()
    for _ in range(5):
        work()

    assert asked() <= first
