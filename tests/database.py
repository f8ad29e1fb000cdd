"""Databases for tests: the owner builds a template once per set of migrations, tests clone it and connect as the app.

Django's own way would create the test database with the application's role, which may not, and flush by TRUNCATE,
which the audit refuses.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from clinic.embedded import preparation
from clinic.embedded.home import CHECKOUT
from clinic.embedded.postgres import SUPERUSER, Embedded

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
ONE_BUILDER = 7_265_420  # an advisory lock: several xdist workers want the same template
_SHAPING = ("clinic/migrations/*.py", "*/migrations/*.py", "clinic/sql/*.py", "clinic/models/*.py",
            "clinic/embedded/preparation.py", "requirements.lock")  # fmt: skip


def name_of(what: str) -> str:
    """Of this process: its neighbours have theirs."""
    return f"rounds_{what}_{WORKER}"


def files_of(what: str) -> Path:
    return settings.HOME / f"files-{name_of(what)}"


def template(server: Embedded) -> str:
    name = f"rounds_template_{_digest()}"
    with _as_superuser(server) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [ONE_BUILDER])
        if not _exists(connection, name):
            _drop(connection, *_older_templates(connection))
            _build(server, connection, name)
    return name


def clone(server: Embedded, source: str, name: str) -> None:
    """A source takes no clone while anybody is connected to it."""
    close_all()
    with _as_superuser(server) as connection:
        _drop(connection, name)
        statement = "CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY OWNER rounds_owner"
        connection.execute(sql.SQL(statement).format(sql.Identifier(name), sql.Identifier(source)))
        preparation.make_database(connection, name)  # rights of a database are not cloned with it


def drop(server: Embedded, *names: str) -> None:
    close_all()
    with _as_superuser(server) as connection:
        _drop(connection, *names)


def use(name: str) -> None:
    close_all()
    for connection in connections.all():
        connection.settings_dict["NAME"] = name


@contextmanager
def entered(name: str) -> Iterator[None]:
    """Between tests only: whoever stands in a transaction would lose it."""
    use(name_of(name))
    try:
        yield
    finally:
        use(name_of("test"))


def close_all() -> None:
    for connection in connections.all():
        connection.close()


def _as_superuser(server: Embedded) -> psycopg.Connection:
    return psycopg.connect(server.dsn(SUPERUSER, "postgres"), autocommit=True)


def _build(server: Embedded, connection: psycopg.Connection, name: str) -> None:
    """Under another name until it is whole."""
    draft = "rounds_template_draft"
    _drop(connection, draft)
    preparation.make_database(connection, draft)
    preparation.prepare_schema(server.dsn(SUPERUSER, "postgres"), draft)
    use(draft)
    call_command("migrate", database="owner", verbosity=0)
    close_all()
    connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(draft), sql.Identifier(name)))


def _digest() -> str:
    files = sorted({path for pattern in _SHAPING for path in Path(CHECKOUT).glob(pattern)})
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:16]


def _exists(connection: psycopg.Connection, name: str) -> bool:
    return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def _older_templates(connection: psycopg.Connection) -> list[str]:
    rows = connection.execute(
        "SELECT datname FROM pg_database WHERE datname ~ '^rounds_(template|world|test|examples|acts|demo)_'"
    )
    return [name for (name,) in rows]


def _drop(connection: psycopg.Connection, *names: str) -> None:
    for name in names:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
