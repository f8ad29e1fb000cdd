"""The database's own programs and the owner's connection: dumping, putting back, and scratch databases."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import psycopg
from django.conf import settings
from django.db import connections
from psycopg import sql

from clinic.backups.archive import PIECE_BYTES
from clinic.command_files import Mistake
from clinic.embedded.binaries import client_programs
from clinic.sql.meaning import TABLE as MEANINGS

SEES_ALL = "-c rounds.maintenance=on -c timezone=UTC"  # FORCE row-level security holds for the owner too
SCHEMA = "public"


def place(database: str = "") -> dict[str, str]:
    """The owner's login: the application's may neither read all rows at once nor make tables."""
    if settings.DATABASE and not settings.DATABASE_OWNER:
        raise Mistake("DATABASE_OWNER_URL is not set: backups need the login of the database's owner.")
    told = connections["owner"].settings_dict
    return {"host": told["HOST"], "port": str(told["PORT"] or ""), "user": told["USER"],
            "password": told["PASSWORD"], "dbname": database or told["NAME"]}  # fmt: skip


def connect(database: str = "", *, autocommit: bool = False) -> psycopg.Connection:
    return psycopg.connect(**{key: value for key, value in place(database).items() if value},  # type: ignore[arg-type]
                           options=SEES_ALL, autocommit=autocommit, application_name="rounds-backup")  # fmt: skip


def dump(snapshot: str) -> "Dump":
    """Unlogged tables are words and vectors to search by, made anew from what is sealed; a message of the queue only
    says that there may be work; extensions are there before, as only a superuser may put them there."""
    words_and_vectors = f"--exclude-table={SCHEMA}.{MEANINGS}"
    return Dump(
        ["--format=custom", "--compress=1", "--exclude-schema=pgmq", "--exclude-extension=*", words_and_vectors,
         "--no-unlogged-table-data", "--enable-row-security", f"--snapshot={snapshot}"]
    )  # fmt: skip


class Dump:
    def __init__(self, options: list[str]) -> None:
        self._process = subprocess.Popen([str(_program("pg_dump")), *options], stdout=subprocess.PIPE,
                                         stderr=subprocess.PIPE, cwd="/", env=_environment())  # fmt: skip

    def pieces(self) -> Iterator[bytes]:
        out = _pipe(self._process.stdout)
        try:
            while piece := out.read(PIECE_BYTES):
                yield piece
            _demand_done(self._process, "The database could not be read")
        finally:
            self._process.kill()
            self._process.wait()


class Restore:
    """One transaction: all of it is there in the end, or nothing."""

    def __init__(self, database: str) -> None:
        options = ["--single-transaction", "--exit-on-error", "--no-owner", "--enable-row-security",
                   f"--dbname={database}"]  # fmt: skip
        self._process = subprocess.Popen([str(_program("pg_restore")), *options], stdin=subprocess.PIPE,
                                         stderr=subprocess.PIPE, cwd="/", env=_environment(database))  # fmt: skip

    def write(self, piece: bytes) -> None:
        try:
            _pipe(self._process.stdin).write(piece)
        except BrokenPipeError:
            _demand_done(self._process, "The database could not be put back")

    def finish(self) -> None:
        with suppress(BrokenPipeError):  # it has ended already; why is told below
            _pipe(self._process.stdin).close()
        _demand_done(self._process, "The database could not be put back")

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()


def is_empty(database: str = "") -> bool:
    with connect(database) as owner:
        return owner.execute(
            "SELECT NOT EXISTS (SELECT FROM pg_tables WHERE schemaname = %s)", [SCHEMA]
        ).fetchone() == (True,)


def make_scratch(name: str) -> None:
    """Nobody but the owner may look into it."""
    with connect(autocommit=True) as owner:
        if owner.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone():
            raise Mistake(f"There is a database {name} already. Name another, or drop it first.")
        for statement in ("CREATE DATABASE {} TEMPLATE template0", "REVOKE ALL ON DATABASE {} FROM PUBLIC"):
            owner.execute(sql.SQL(statement).format(sql.Identifier(name)))


def drop_scratch(name: str) -> None:
    with connect(autocommit=True) as owner:
        owner.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def known_to_django(name: str) -> Iterator[str]:
    """An alias for what asks Django for a connection."""
    alias, owner = f"restored-{name}", connections["owner"]
    told = dict(owner.settings_dict)
    told |= {"NAME": place(name)["dbname"], "OPTIONS": {**told["OPTIONS"], "options": SEES_ALL}}
    connections[alias] = type(owner)(told, alias)
    try:
        yield alias
    finally:
        connections[alias].close()
        del connections[alias]


def _program(name: str) -> Path:
    folder = client_programs()
    found = folder / name if folder else shutil.which(name)
    if found is None:
        raise Mistake(f"{name} of PostgreSQL is not on this machine: install its client programs.")
    return Path(found)


def _environment(database: str = "") -> dict[str, str]:
    """The password goes by the environment of the child: others can read a command line. How the connection is
    encrypted is said there too (PGSSLMODE and its like): a dump is not less guarded than what everybody else asks."""
    told = place(database)
    encrypted = {name: value for name, value in os.environ.items() if name.startswith("PGSSL")}
    named = {"PGHOST": told["host"], "PGPORT": told["port"], "PGUSER": told["user"], "PGPASSWORD": told["password"],
             "PGDATABASE": told["dbname"]}  # fmt: skip
    known = {"PATH": os.defpath, "LC_ALL": "C", "PGOPTIONS": SEES_ALL, **encrypted}
    return known | {k: v for k, v in named.items() if v}


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise AssertionError("asked for with a pipe")
    return stream


def _demand_done(process: "subprocess.Popen[bytes]", what: str) -> None:
    words = _pipe(process.stderr).read().decode(errors="replace")
    if process.wait():
        raise Mistake(f"{what}: {_first_error(words)}")


def _first_error(words: str) -> str:
    """Without what follows it: a context or a statement may quote what was read."""
    lines = [line for line in words.splitlines() if "error:" in line]
    return (lines or ["it gave no reason"])[0].partition("error:")[2].strip() or "it gave no reason"
