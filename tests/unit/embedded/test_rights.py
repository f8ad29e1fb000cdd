"""Who may do what in the embedded database, and what a repeated preparation leaves alone."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from clinic.embedded import cluster, preparation
from clinic.embedded.postgres import SUPERUSER, Embedded


@pytest.fixture
def probe(server: Embedded) -> Iterator[None]:
    with psycopg.connect(server.dsn("rounds_owner"), autocommit=True) as owner:
        owner.execute("CREATE TABLE probe (id bigserial PRIMARY KEY, near vector(2))")
        yield
        owner.execute("DROP TABLE probe")


def ask(server: Embedded, role: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(server.dsn(role)) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def test_app_when_owner_made_a_table_then_may_use_but_not_alter_it(server: Embedded, probe: None) -> None:
    ask(server, "rounds_app", "INSERT INTO probe (near) VALUES ('[1,0]')")

    assert ask(server, "rounds_app", "SELECT id, near <-> '[0,0]' FROM probe") == [(1, 1.0)]
    for statement in (
        "ALTER TABLE probe ADD x int",
        "TRUNCATE probe",
        "DROP TABLE probe",
        "CREATE TABLE x ()",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            ask(server, "rounds_app", statement)


def test_app_when_it_wants_a_temporary_table_then_refused(server: Embedded) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(server, "rounds_app", "CREATE TEMP TABLE x ()")


def test_queue_role_when_working_then_has_its_queues_and_nothing_else(server: Embedded, probe: None) -> None:
    ask(server, "rounds_queue", "SELECT pgmq.create('io')")
    ask(server, "rounds_queue", "SELECT pgmq.send('io', '{}')")

    assert len(ask(server, "rounds_queue", "SELECT msg_id FROM pgmq.read('io', 5, 1)")) == 1
    for statement in ("SELECT * FROM public.probe", "CREATE SCHEMA other", "CREATE TABLE public.x ()"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            ask(server, "rounds_queue", statement)


@pytest.mark.parametrize("role", ["rounds_owner", "rounds_app", "rounds_queue"])
def test_role_when_made_then_can_step_around_nothing(server: Embedded, role: str) -> None:
    powers = "SELECT rolsuper, rolbypassrls, rolcreaterole, rolreplication FROM pg_roles WHERE rolname = current_user"

    assert ask(server, role, powers) == [(False,) * 4]


def test_login_when_password_is_wrong_or_missing_then_refused(server: Embedded) -> None:
    place = server.dsn("rounds_app")

    for login in (make_conninfo(place, password="wrong"), make_conninfo(place, password="")):
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(login)


def test_preparation_when_repeated_then_gives_no_right_back(server: Embedded, probe: None) -> None:
    """A migration takes rights away from evidence tables; the next start must not return them."""
    ask(server, "rounds_owner", "REVOKE UPDATE, DELETE ON probe FROM rounds_app")

    preparation.prepare(server.dsn(SUPERUSER, "postgres"), server.database, server.passwords)

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(server, "rounds_app", "DELETE FROM probe")


def test_settings_when_not_throwaway_then_durable_closed_and_silent() -> None:
    settings = cluster.SETTINGS

    assert {settings[name] for name in ("fsync", "full_page_writes", "synchronous_commit")} == {"on"}
    assert (settings["listen_addresses"], settings["log_statement"]) == ("", "none")


def test_log_when_a_statement_fails_then_holds_no_value(server: Embedded) -> None:
    with pytest.raises(psycopg.errors.InvalidTextRepresentation):
        ask(server, "rounds_app", "SELECT 'Ana Torres'::int")

    assert "Ana Torres" not in server.log.read_text()
