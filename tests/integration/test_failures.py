"""What goes wrong where no view is reached: told in the words of the house, and in the log."""

import logging
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import OperationalError, connection
from django.test import Client

from clinic.embedded.postgres import SUPERUSER, Embedded
from clinic.models.timeline import NotificationQuerySet
from tests import make
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


@pytest.mark.hazard("H10")
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "statement",
    [
        "REVOKE INSERT ON audit_event FROM rounds_app",  # refused when the event is written
        "REVOKE UPDATE ON audit_head FROM rounds_owner",  # refused at the commit, when it gets its place
    ],
)
@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("/cases/{pk}/", {}),
        ("/api/v1/cases/{pk}", {}),
        ("/cases/{pk}/notes/", {"data": {"body": "x"}}),
        ("/api/v1/cases/{pk}/notes", {"data": {"body": "x"}, "content_type": "application/json"}),
    ],
)
def test_audit_when_it_cannot_be_written_then_503_and_nothing_is_shown_or_changed(
    as_person, clinician_a: Person, statement: str, address: str, sent: dict[str, Any]
):
    case = make.case(clinician_a, question="Is there a fracture?")
    browser = as_person(clinician_a)
    with psycopg.connect(Embedded(settings.HOME).dsn(SUPERUSER, connection.settings_dict["NAME"])) as superuser:
        superuser.execute(statement.encode())

    ask = browser.post if sent else browser.get
    answer = ask(address.format(pk=case.pk), **sent)

    assert answer.status_code == 503
    assert b"audit_down" in answer.content
    assert b"fracture" not in answer.content
    with clinician_a.at_work():
        assert not case.notes.exists()
