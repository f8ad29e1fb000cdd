"""How the database is reached: an address says where, the environment how it is encrypted, for all who ask alike."""

import subprocess
from typing import Any

import pytest

from clinic.backups import database
from clinic.environment import Environment


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """What the database's own programs are started with."""
    found: list[dict[str, str]] = []

    def start(_words: list[str], *, env: dict[str, str], **_: Any) -> None:
        found.append(env)

    monkeypatch.setattr(database, "_program", lambda name: name)
    monkeypatch.setattr(subprocess, "Popen", start)
    return found


def test_backup_when_connections_are_to_be_encrypted_then_so_are_those_of_dump_and_restore(started, monkeypatch):
    said = {"PGSSLMODE": "verify-full", "PGSSLROOTCERT": "/etc/rounds/ca.pem"}
    for name, value in (said | {"PGHOSTADDR": "192.0.2.1"}).items():
        monkeypatch.setenv(name, value)

    database.dump("a-snapshot")
    database.Restore("scratch")

    assert len(started) == 2
    for one in started:
        assert said.items() <= one.items()
        assert "PGHOSTADDR" not in one  # where it is, the address says


def test_address_when_it_carries_options_then_the_start_is_refused_and_the_password_not_told():
    env = Environment({"DATABASE_URL": "postgresql://rounds_app:hidden@db:5432/rounds?sslmode=verify-full"})

    env.database("DATABASE_URL")

    assert len(env.problems) == 1
    assert "PGSSLMODE" in env.problems[0] and "hidden" not in env.problems[0]
