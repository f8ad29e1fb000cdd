"""How long a sign-in holds, and what keeps it alive."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from tests.make import Person


@pytest.fixture
def browser(as_person, clinician_a: Person) -> Client:
    client: Client = as_person(clinician_a)
    client.get("/profile/")
    return client


def later(**span: float) -> time_machine.travel:
    return time_machine.travel(timezone.now() + timedelta(**span), tick=False)


def test_session_when_idle_for_fifteen_minutes_then_it_ends_and_says_why(browser: Client):
    with later(minutes=15, seconds=2):
        response = browser.get("/jobs/")

    assert response["Location"] == "/account/login/?reason=idle&next=/jobs/"


def test_session_when_used_then_it_lives_on(browser: Client):
    for minutes in (14, 28, 42):
        with later(minutes=minutes):
            assert browser.get("/jobs/").status_code == 200


@pytest.mark.parametrize("address", ["/bell/", "/jobs/live/"])
def test_session_when_only_the_page_asks_then_it_ends_all_the_same(browser: Client, address: str):
    for minutes in (7, 14):
        with later(minutes=minutes):
            assert browser.get(address, headers={"HX-Request": "true"}).status_code == 200

    with later(minutes=15, seconds=2):
        response = browser.get(address, headers={"HX-Request": "true"})

    assert response.status_code == 401
    assert response["HX-Redirect"] == "/account/login/?reason=idle"


def test_session_when_twelve_hours_old_then_it_ends_however_busy(browser: Client):
    for minutes in range(10, 12 * 60, 10):
        with later(minutes=minutes):
            assert browser.get("/jobs/").status_code == 200

    with later(hours=12, seconds=2):
        assert browser.get("/jobs/").status_code == 302


def test_page_when_the_session_ended_by_idleness_then_the_sign_in_page_says_so(browser: Client):
    with later(minutes=16):
        response = browser.get("/jobs/", follow=True)

    assert b"signed out after a time without activity" in response.content
