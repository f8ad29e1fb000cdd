"""Whose rows this connection may see, told to PostgreSQL and taken back in `finally`.

A context variable holds the scope and a receiver applies it to every new connection, so it cannot be forgotten:
a connection without a scope sees no row at all. A scope goes around `atomic()`, never inside: a failed transaction
cannot be told anything, which is why a scope left in that state closes the connection.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple
from uuid import UUID

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

ALIAS = "default"


class Scope(NamedTuple):
    site: str = ""
    person: str = ""
    machine: str = ""  # 'on' while the machinery looks over every site's runs (claiming, sweeping)
    glass: str = ""  # the broken glass through which one case of another site is looked at


NO_ROWS = Scope()
_current: ContextVar[Scope] = ContextVar("row_scope", default=NO_ROWS)


def current() -> Scope:
    return _current.get()


def _tell(connection: BaseDatabaseWrapper, scope: Scope) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('rounds.site', %s, false), set_config('rounds.person', %s, false),"
            " set_config('rounds.machine', %s, false), set_config('rounds.glass', %s, false)",
            scope,
        )


def _on_connect(sender: object, connection: BaseDatabaseWrapper, **_: object) -> None:
    if connection.alias == ALIAS:
        _tell(connection, _current.get())


def follow_new_connections() -> None:
    connection_created.connect(_on_connect, dispatch_uid="clinic.row_scope")


@contextmanager
def _entered(scope: Scope) -> Iterator[None]:
    connection = connections[ALIAS]
    token = _current.set(scope)
    try:
        if connection.connection is not None:
            _tell(connection, scope)
        yield
    finally:
        _current.reset(token)
        if connection.connection is not None:
            try:
                _tell(connection, _current.get())
            except Exception:  # broken, or in a failed transaction: nobody may inherit it
                connection.close()


@contextmanager
def scope(*, site: UUID | None = None, person: UUID | None = None) -> Iterator[None]:
    with _entered(Scope(site=str(site or ""), person=str(person or ""))):
        yield


@contextmanager
def machinery() -> Iterator[None]:
    """Sees the runs and the hearings of every site, and nothing else of any: for claiming, sweeping, counting work."""
    with _entered(_current.get()._replace(machine="on")):
        yield


@contextmanager
def through_glass(glass: UUID) -> Iterator[None]:
    """Besides her own site's rows those of one case, to read, as long as this person's grant stands."""
    with _entered(_current.get()._replace(glass=str(glass))):
        yield
