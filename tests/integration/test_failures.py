"""What goes wrong where no view is reached: told in the words of the house, and in the log."""

import logging

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import OperationalError

from tests.make import Person


def away(_session: SessionStore) -> None:
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
