"""Roles, rights, extension and queue of one database: the same for the embedded server and for a real one.

Safe to repeat: every start of the embedded server ends here, and so does every `manage.py prepare_database`.
"""

from typing import LiteralString

import psycopg
from pgmq.install import get_embedded_install_sql
from psycopg import Connection, sql

from clinic.embedded.unavailable import Unavailable

OWNER, APP, QUEUE = "rounds_owner", "rounds_app", "rounds_queue"
ROLES = (OWNER, APP, QUEUE)
SERVER_VERSION_MIN = 15
ONE_AT_A_TIME = 7_265_419  # an advisory lock: two machines may prepare the same server at once

DATABASE_RIGHTS: tuple[LiteralString, ...] = (
    "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
    "GRANT CONNECT ON DATABASE {database} TO {app}, {queue}",
)
# Only default rights: a right that a migration took away (audit, signed rows) must not come back at the next start.
SCHEMA_RIGHTS: tuple[LiteralString, ...] = (
    "ALTER SCHEMA public OWNER TO {owner}",
    "REVOKE ALL ON SCHEMA public FROM PUBLIC",
    "GRANT USAGE ON SCHEMA public TO {app}",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public"
    " GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {app}",
)


def prepare(superuser_dsn: str, database: str, passwords: dict[str, str]) -> None:
    with psycopg.connect(superuser_dsn, autocommit=True) as server:
        check_version(server)
        server.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])  # until this connection closes
        for role in ROLES:
            make_role(server, role, passwords[role])
        make_database(server, database)
        prepare_schema(superuser_dsn, database)
        with psycopg.connect(superuser_dsn, dbname=database) as inside:
            install_queue(inside, database)


def prepare_schema(superuser_dsn: str, database: str) -> None:
    """What migrations take for granted. Alone it serves databases without a queue, such as those of the tests."""
    with psycopg.connect(superuser_dsn, dbname=database) as inside:
        make_extension(inside)
        _run(inside, SCHEMA_RIGHTS, database)


def check_version(server: Connection) -> None:
    major = server.info.server_version // 10_000
    if major < SERVER_VERSION_MIN:
        raise Unavailable(f"the server is PostgreSQL {major}: {SERVER_VERSION_MIN} or newer is needed")


def make_role(server: Connection, role: str, password: str) -> None:
    name = sql.Identifier(role)
    if not server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
        server.execute(sql.SQL("CREATE ROLE {} LOGIN NOINHERIT").format(name))
    rights: LiteralString = "CREATEDB" if role == OWNER else "NOCREATEDB"  # tests clone databases
    # Hashed here: the statement, and with it the password, may be logged over there.
    hashed = server.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    server.execute(
        sql.SQL("ALTER ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE {} PASSWORD {}").format(
            name, sql.SQL(rights), sql.Literal(hashed)
        )
    )


def make_database(server: Connection, database: str) -> None:
    if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
        _run(server, ("CREATE DATABASE {database} OWNER {owner}",), database)
    _run(server, DATABASE_RIGHTS, database)


def make_extension(inside: Connection) -> None:
    try:
        inside.execute("CREATE EXTENSION IF NOT EXISTS vector")
    except psycopg.errors.FeatureNotSupported:
        raise Unavailable("the server has no extension vector: install pgvector there") from None


def install_queue(inside: Connection, database: str) -> None:
    """PGMQ is plain SQL here, owned by the queue's role, which may do nothing else."""
    if inside.execute("SELECT to_regnamespace('pgmq')").fetchone() != (None,):
        return
    # The script says CREATE SCHEMA IF NOT EXISTS, which wants this right even where the schema exists.
    _run(inside, ("GRANT CREATE ON DATABASE {database} TO {queue}", "SET LOCAL ROLE {queue}"), database)
    inside.execute(get_embedded_install_sql().encode())
    _run(inside, ("RESET ROLE", "REVOKE CREATE ON DATABASE {database} FROM {queue}"), database)


def _run(connection: Connection, statements: tuple[LiteralString, ...], database: str) -> None:
    names = {"database": database, "owner": OWNER, "app": APP, "queue": QUEUE}
    for statement in statements:
        connection.execute(sql.SQL(statement).format(**{key: sql.Identifier(name) for key, name in names.items()}))
