"""What goes wrong where no view is reached: told in the words of the house, and in the log."""

import logging

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import OperationalError
from django.test import Client

from clinic.models.timeline import NotificationQuerySet
from tests.make import Person

RAIL = '<nav class="rail"'


def away(_asked: object) -> None:
    raise OperationalError("host of the database")


@pytest.mark.parametrize("address", ["/cases/", "/api/v1/cases"])
def test_database_when_away_before_a_view_is_reached_then_says_so_and_logs_it(
    as_person, clinician_a: Person, monkeypatch, caplog, address: str
):
    client = as_person(clinician_a)
    client.raise_request_exception = False
    monkeypatch.setattr(SessionStore, "_get_session_from_db", away)

    with caplog.at_level(logging.ERROR, logger="rounds.failures"):
        answer = client.get(address)

    assert answer.status_code == 503
    assert b"database_down" in answer.content
    assert b"host of the database" not in answer.content
    assert [(record.code, record.reason) for record in caplog.records] == [("database_down", "OperationalError")]


@pytest.mark.parametrize(("address", "status"), [("/nowhere/", 404), ("/people/new/", 403), ("/cases/?at=x", 400)])
def test_refusal_when_the_person_is_known_then_the_way_on_is_where_it_always_is(
    as_person, clinician_a: Person, address: str, status: int
):
    answer = as_person(clinician_a).get(address)

    assert answer.status_code == status
    assert RAIL in answer.content.decode()


def test_refusal_when_nobody_is_signed_in_then_plain(client: Client, db: None):
    answer = client.get("/nowhere/")

    assert answer.status_code == 404
    assert RAIL not in answer.content.decode()


def test_refusal_when_the_database_goes_away_meanwhile_then_plain(as_person, clinician_a: Person, monkeypatch):
    browser = as_person(clinician_a)
    monkeypatch.setattr(NotificationQuerySet, "unread", away)

    answer = browser.get("/nowhere/")

    assert answer.status_code == 404
    assert b"not_found" in answer.content
    assert RAIL not in answer.content.decode()


def test_method_when_the_address_does_not_take_it_then_the_page_says_so(as_person, clinician_a: Person):
    answer = as_person(clinician_a).get("/cases/search/")

    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert b"method_not_allowed" in answer.content
    assert RAIL in answer.content.decode()
