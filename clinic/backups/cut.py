"""How everything stands at one moment, while everybody works on: counted, dumped and listed in the same snapshot."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg import sql

from clinic.actions import janitor
from clinic.backups import database
from clinic.uploads import DELETING

TABLES = """
SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relpersistence = 'p'
ORDER BY relname
"""
# Of the rows as a set: the order they come in says nothing. 64 bits of SHA-256 of each, added up.
DIGEST = """
SELECT count(*), coalesce(sum(('x' || left(encode(sha256(convert_to(t::text, 'UTF8')), 'hex'), 16))::bit(64)::bigint
                              ::numeric), 0)::text FROM ONLY {} t
"""


@dataclass(frozen=True)
class Cut:
    connection: psycopg.Connection
    snapshot: str
    at: datetime
    seq: int
    hash: str

    def objects(self) -> Iterator[str]:
        return _objects(self.connection)


@contextmanager
def now() -> Iterator[Cut]:
    """Nothing is deleted from the store until it ends: what is listed must still be there when its turn comes."""
    with database.connect() as owner:
        owner.execute("SELECT pg_advisory_lock(%s)", [DELETING])
        owner.commit()
        owner.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        snapshot, at = _row(owner, sql.SQL("SELECT pg_export_snapshot(), now()"))
        last = owner.execute("SELECT seq, encode(hash, 'hex') FROM audit_link ORDER BY seq DESC LIMIT 1").fetchone()
        seq, digest = last or (0, "")
        yield Cut(owner, snapshot, at, seq, digest)


def tables(owner: psycopg.Connection) -> dict[str, tuple[int, str]]:
    """Rows and a digest of each table."""
    names = [name for (name,) in owner.execute(TABLES).fetchall()]
    return {name: _row(owner, sql.SQL(DIGEST).format(sql.Identifier(name))) for name in names}


def _objects(owner: psycopg.Connection) -> Iterator[str]:
    """By a cursor of the server: there may be a million. Of files whose time was over the row stays and the bytes are
    gone."""
    with owner.cursor(name="objects") as cursor:
        cursor.execute(" UNION ALL ".join(_listing()).encode())
        for (name,) in cursor:
            yield name


def _listing() -> Iterator[str]:
    for model in janitor.holders():
        where = " WHERE expired_at IS NULL" if janitor.is_dated(model) else ""
        yield f"SELECT object_name FROM {model._meta.db_table}{where}"  # noqa: S608  (names of our own tables)


def _row(owner: psycopg.Connection, statement: sql.SQL | sql.Composed) -> Any:
    return owner.execute(statement).fetchone()
