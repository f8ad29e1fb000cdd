"""Cases handed over and second signatures asked for by programs; what only a person may do, no key does."""

from typing import Any

import pytest
from django.test import Client

from clinic.authorization.permissions import Permission as P
from clinic.authorization.roles import Role
from clinic.models import Case, Report
from tests import make
from tests.contract.asking import Api, as_program
from tests.integration import contradicting
from tests.make import Person, Staff
from tests.signing import prove, sign
from tests.telling import told_by

pytestmark = pytest.mark.django_db
NOTE = "Watch her breathing, the film is not read."


@pytest.fixture
def other(staff_a: Staff) -> Person:
    return staff_a[Role.RADIOLOGIST]


@pytest.fixture
def api_other(other: Person) -> Api:
    return as_program(other)


def offered(api: Api, case: Case, to: Person) -> Any:
    return api.post(f"cases/{case.pk}/handovers", {"to": str(to.user.pk), "note": NOTE})


def test_case_when_handed_over_then_the_note_and_what_is_open_come_with_it_and_it_is_hers_once_taken(
    clinician_a, other, case_a, api_a, api_other
):
    contradicting.one(clinician_a, case_a)
    [point] = api_a.get(f"cases/{case_a.pk}/open-points").json()["items"]
    offer = offered(api_a, case_a, other).json()
    [mine] = api_other.get("handovers?state=offered").json()["results"]

    assert (mine["id"], mine["note"], mine["open_points"]) == (offer["id"], NOTE, [point])
    assert point["code"] == "conflicts" and api_a.get("handovers").json()["results"] == []
    assert api_a.get(f"cases/{case_a.pk}").json()["assignee"] is None
    told = told_by(lambda: api_other.post(f"handovers/{offer['id']}/take"))
    assert told == ["case.handover_accepted", "case_list.read"]
    assert api_a.get(f"cases/{case_a.pk}").json()["assignee"]["id"] == str(other.user.pk)
    assert [one["state"] for one in api_a.get("handovers?side=from_me").json()["results"]] == ["accepted"]


def test_offer_when_not_taken_or_taken_back_then_each_is_said_and_nobody_answers_twice(other, case_a, api_a, api_other):
    first = offered(api_a, case_a, other).json()["id"]
    assert offered(api_a, case_a, other).json()["code"] == "already_exists"
    answer = api_other.post(f"handovers/{first}/decline", {"reason": "I am off at noon."}).json()
    assert (answer["state"], answer["answer"]) == ("declined", "I am off at noon.")
    assert api_other.post(f"handovers/{first}/take").json()["code"] == "already_decided"

    second = offered(api_a, case_a, other).json()["id"]
    assert api_other.post(f"handovers/{second}/withdraw").json()["code"] == "not_found"
    assert api_a.post(f"handovers/{second}/withdraw").json()["state"] == "withdrawn"
    states = [row["state"] for row in api_a.get(f"cases/{case_a.pk}/handovers").json()["results"]]
    assert states == ["withdrawn", "declined"]


def test_handovers_when_there_are_many_then_they_come_page_by_page(clinician_a, other, api_a, api_other):
    made = [offered(api_a, make.case(clinician_a), other).json()["id"] for _number in range(3)]

    first = api_other.get("handovers?page_size=2").json()
    rest = api_other.get(f"handovers?page_size=2&cursor={first['next_cursor']}").json()

    assert [row["id"] for row in first["results"] + rest["results"]] == made[::-1] and rest["next_cursor"] is None


def test_offer_when_a_key_may_only_look_or_it_is_of_another_site_then_not_taken(other, case_a, api_a, api_b,
                                                                                clinician_b):  # fmt: skip
    offer = offered(api_a, case_a, other).json()["id"]
    looks = as_program(other, P.CASE_VIEW)

    assert looks.post(f"handovers/{offer}/take").json()["code"] == "not_allowed"
    assert api_b.post(f"handovers/{offer}/take").json()["code"] == "not_found"
    assert api_b.get(f"cases/{case_a.pk}/handovers").status_code == 404
    assert offered(api_a, case_a, clinician_b).json()["code"] == "not_found"
    assert api_b.get("handovers").json()["results"] == []


def test_reviewer_when_a_case_is_handed_to_her_then_her_program_takes_it(staff_a, case_a, api_a):
    reviewer = staff_a[Role.REVIEWER]
    offer = offered(api_a, case_a, reviewer).json()["id"]

    assert as_program(reviewer).post(f"handovers/{offer}/take").json()["state"] == "accepted"


@pytest.fixture
def report(clinician_a: Person, case_a: Case) -> Report:
    return sign(clinician_a, case_a)


@pytest.fixture
def browser(other: Person, as_person: Any) -> Client:
    client: Client = as_person(other)
    return client


def asked(api: Api, report: Report, whom: Person) -> Any:
    return api.post(f"reports/{report.pk}/cosignatures", {"whom": str(whom.user.pk)})


def test_second_signature_when_asked_for_by_a_program_then_no_key_gives_or_declines_it(other, report, api_a, api_other):
    row = asked(api_a, report, other).json()
    [mine] = api_other.get("cosignatures?state=asked").json()["results"]

    assert (mine["id"], mine["state"], mine["holds"]) == (row["id"], "asked", None)
    for answer, body in (("sign", None), ("decline", {"reason": "Not my field."})):
        assert api_other.post(f"cosignatures/{row['id']}/{answer}", body).json()["code"] == "person_needed"
    assert api_other.get("cosignatures").json()["results"][0]["state"] == "asked"


def test_second_signature_when_she_proves_who_she_is_at_a_browser_then_it_holds_and_is_read(other, report, api_a,
                                                                                            browser):  # fmt: skip
    row = asked(api_a, report, other).json()["id"]
    api = Api(browser=browser)

    refused = api.post(f"cosignatures/{row}/sign")
    prove(browser)
    told = told_by(lambda: api.post(f"cosignatures/{row}/sign"))
    [now] = api_a.get(f"reports/{report.pk}/cosignatures").json()["results"]

    assert refused.json()["code"] == "step_up_needed" and told == ["report.cosigned", "report.read"]
    assert (now["state"], now["holds"], len(now["signature"])) == ("signed", True, 128)
    assert api.post(f"cosignatures/{row}/sign").json()["code"] == "already_decided"


def test_second_signature_when_declined_at_a_browser_then_whoever_asked_reads_why(other, report, api_a, browser):
    row = asked(api_a, report, other).json()["id"]

    Api(browser=browser).post(f"cosignatures/{row}/decline", {"reason": "Not my field."})

    [mine] = api_a.get("cosignatures?side=from_me").json()["results"]
    assert (mine["state"], mine["reason"], mine["holds"]) == ("declined", "Not my field.", None)


def test_asking_when_of_a_stranger_or_of_who_may_not_sign_or_by_a_narrow_key_then_refused(
    clinician_a, clinician_b, staff_a, other, report, api_a, api_b
):
    assert asked(api_a, report, clinician_b).json()["code"] == "not_found"
    assert asked(api_a, report, staff_a[Role.REVIEWER]).json()["code"] == "not_a_member"
    assert asked(as_program(clinician_a, P.CASE_VIEW), report, other).json()["code"] == "not_allowed"
    assert asked(api_b, report, other).json()["code"] == "not_found"
    row = asked(api_a, report, other).json()["id"]
    assert asked(api_a, report, other).json()["code"] == "already_exists"
    assert api_b.post(f"cosignatures/{row}/sign").json()["code"] == "not_found"
