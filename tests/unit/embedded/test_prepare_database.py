"""A real PostgreSQL is prepared by the same code; here the embedded one plays the real one."""

from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError, call_command

from clinic.embedded.postgres import SUPERUSER, Embedded


@pytest.fixture
def variables(server: Embedded, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Passwords stay those of the server: other tests use it too."""
    monkeypatch.setenv("ROUNDS_SUPERUSER_URL", server.dsn(SUPERUSER, "postgres"))
    monkeypatch.setenv("DATABASE_URL", server.dsn("rounds_app", "hospital"))
    monkeypatch.setenv("DATABASE_OWNER_URL", server.dsn("rounds_owner", "hospital"))
    monkeypatch.setenv("ROUNDS_QUEUE_PASSWORD", server.passwords["rounds_queue"])
    return monkeypatch


def test_prepare_database_when_run_twice_then_the_database_is_ready(
    server: Embedded, variables: pytest.MonkeyPatch
) -> None:
    said = StringIO()

    call_command("prepare_database", stdout=said)
    call_command("prepare_database", stdout=said)

    assert said.getvalue().count("hospital is ready") == 2
    with psycopg.connect(server.dsn("rounds_owner", "hospital")) as owner:
        owner.execute("CREATE TABLE kept (near vector(2))")
    with psycopg.connect(server.dsn("rounds_app", "hospital")) as app:
        app.execute("INSERT INTO kept DEFAULT VALUES")
    with psycopg.connect(server.dsn("rounds_queue", "hospital")) as queue:
        queue.execute("SELECT pgmq.create('io')")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("ROUNDS_SUPERUSER_URL", "", "ROUNDS_SUPERUSER_URL is not set"),
        ("DATABASE_URL", "postgresql://somebody:word@host/hospital", "must name the user rounds_app"),
        ("DATABASE_URL", "postgresql://rounds_app@host/hospital", "must name the user rounds_app, a password"),
        ("DATABASE_URL", "no url", "is no PostgreSQL URL"),
        ("DATABASE_OWNER_URL", "postgresql://rounds_owner:word@host/other", "name different databases"),
        ("ROUNDS_SUPERUSER_URL", "host=/nowhere user=postgres", "The server refused"),
    ],
)
def test_prepare_database_when_something_is_missing_or_wrong_then_says_what(
    variables: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    variables.setenv(name, value)

    with pytest.raises(CommandError, match=words):
        call_command("prepare_database")
