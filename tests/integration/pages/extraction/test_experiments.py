"""The pages of experiments: the plan before, the interval at any time, the verdict only when it is one."""

import pytest

from clinic.authorization.roles import Role
from extraction.models import Experiment
from tests.integration.extraction.comparing import WHY, checked_documents, running
from tests.integration.extraction.prompted import shipped
from tests.make import Person, Staff
from tests.telling import told_by

pytestmark = pytest.mark.django_db
LIST = "/extraction/experiments/"


@pytest.fixture
def engineer(staff_a: Staff) -> Person:
    return staff_a[Role.ENGINEER]


@pytest.fixture
def browser(as_person, engineer):
    return as_person(engineer)


def test_experiment_when_drafted_and_started_then_its_plan_stands_before_the_first_document(browser, engineer):
    version = shipped(engineer)
    assert browser.get(f"{LIST}new/").status_code == 200
    told = {"name": "Itself", "hypothesis": WHY, "first": str(version.pk), "second": str(version.pk), "effect": "5"}
    assert told_by(lambda: browser.post(f"{LIST}new/", told)) == ["experiment.drafted"]
    with engineer.at_work():
        made = Experiment.objects.get()

    page = browser.get(f"{LIST}{made.pk}/").content.decode()
    assert "Documents needed" in page and "assumed: too few documents" in page and "A version against itself" in page
    assert told_by(lambda: browser.post(f"{LIST}{made.pk}/start/")) == ["experiment.started"]
    assert "Running" in browser.get(LIST).content.decode()


@pytest.mark.parametrize("wrong", [{"effect": "0.1"}, {"effect": "60"}, {"hypothesis": "So"}, {"first": "x"}])
def test_draft_when_it_is_not_in_order_then_the_form_comes_back(browser, engineer, wrong):
    version = shipped(engineer)
    told = {"name": "Itself", "hypothesis": WHY, "first": str(version.pk), "second": str(version.pk), "effect": "5"}

    assert browser.post(f"{LIST}new/", told | wrong).status_code == 422


def test_verdict_when_there_is_none_then_there_is_no_button_for_it(browser, engineer, clinician_a):
    made = running(engineer)
    checked_documents(clinician_a, made, 60, lambda _second, n: 8 + n % 2)

    page = browser.get(f"{LIST}{made.pk}/").content.decode()
    assert "No verdict yet" in page and "conclude" not in page and "give_up" in page and "60" in page

    end = f"{LIST}{made.pk}/end/"
    assert browser.post(end, {"act": "conclude", "reason": "I would like it to win"}).status_code == 409
    assert browser.post(end, {"act": "give_up", "reason": "No"}).status_code == 422
    assert told_by(lambda: browser.post(end, {"act": "give_up", "reason": "No time for it"})) == ["experiment.ended"]
    assert "Ended without a result" in browser.get(LIST).content.decode()


def test_harm_when_it_is_beyond_chance_then_the_page_offers_to_end_with_that(browser, engineer, clinician_a):
    made = running(engineer)
    checked_documents(clinician_a, made, 200, lambda second, _n: 3 if second else 8)

    page = browser.get(f"{LIST}{made.pk}/").content.decode()

    assert "The second is worse, beyond chance" in page and 'value="conclude"' in page


def test_experiment_of_another_site_when_asked_for_then_it_does_not_exist(browser, staff_b):
    foreign = running(staff_b[Role.ENGINEER])

    assert browser.get(f"{LIST}{foreign.pk}/").status_code == 404
    assert browser.post(f"{LIST}{foreign.pk}/start/").status_code == 404


def test_whoever_may_only_look_when_there_then_sees_no_way_to_act(as_person, clinician_a, engineer):
    made = running(engineer)

    page = as_person(clinician_a).get(f"{LIST}{made.pk}/").content.decode()

    assert "/end/" not in page and as_person(clinician_a).post(f"{LIST}{made.pk}/end/").status_code == 403
