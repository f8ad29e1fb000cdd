"""Workers that live but do not beat, as the supervisor finds them."""

import socket
from collections.abc import Iterator

import psycopg
import pytest

from clinic.embedded import stuck
from clinic.embedded.postgres import Embedded
from clinic.embedded.stuck import StuckWorkers
from clinic.models import WorkerBeat


@pytest.fixture
def ended(server: Embedded, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[StuckWorkers, list[tuple[str, int]]]]:
    monkeypatch.setattr(stuck, "LOOK_EVERY_SECONDS", 0)
    with psycopg.connect(server.dsn("rounds_owner"), autocommit=True) as owner:
        owner.execute("CREATE TABLE clinic_workerbeat (name text, pid int, host text, at timestamptz)")
        for name, process_id, host, seconds in (
            ("batch@here", 11, socket.gethostname(), 60),
            ("interactive-a@here", 12, socket.gethostname(), 2),
            ("batch@there", 13, "another-machine", 60),
        ):
            owner.execute(
                "INSERT INTO clinic_workerbeat VALUES (%s, %s, %s, now() - make_interval(secs => %s))",
                [name, process_id, host, seconds],
            )
        found: list[tuple[str, int]] = []
        yield StuckWorkers(server.dsn("rounds_app"), lambda name, process_id: found.append((name, process_id))), found
        owner.execute("DROP TABLE clinic_workerbeat")


def test_worker_when_silent_at_two_looks_then_ended(ended: tuple[StuckWorkers, list[tuple[str, int]]]) -> None:
    workers, found = ended

    workers.look()
    after_one_look = list(found)
    workers.look()

    assert (after_one_look, found) == ([], [("batch", 11)])


def test_look_when_the_database_is_away_then_nobody_is_ended() -> None:
    workers = StuckWorkers("host=/nowhere connect_timeout=1", lambda *_: pytest.fail("ended somebody"))

    workers.look()

    assert workers.suspected == set()


def test_query_when_compared_with_the_model_then_names_its_table_and_columns() -> None:
    names = {field.column for field in WorkerBeat._meta.get_fields() if hasattr(field, "column")}

    assert f"FROM {WorkerBeat._meta.db_table} " in stuck.SILENT
    assert {"name", "pid", "host", "at"} <= names
