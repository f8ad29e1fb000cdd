"""Writing the audit: one event for one act, in the same transaction as what it tells, and last in it.

Last, because an event locks the chain's head at commit and a deferred foreign key may be waiting before it.
An event holds names of fields, never their values.
"""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

from django.db import DatabaseError, connection, transaction

from clinic.authorization.actor import Actor
from clinic.models import Case, Patient


class Unwritable(DatabaseError):
    """What happened could not be written down, so it did not happen, and nothing is shown."""


class Target(Protocol):
    pk: Any


class Machinery:
    """What an event is about that concerns the installation itself, which is no row."""

    pk: None = None


@dataclass
class Act:
    """One act under way. `about` says what it touched; `facts` holds codes and counts."""

    by: Actor
    event: str
    id: UUID = field(default_factory=uuid.uuid4)
    target: Target | None = None
    case: Case | None = None
    patient_id: UUID | None = None
    fields: tuple[str, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)
    happened: bool = True

    def about(self, target: Target, *, case: Case | None = None, fields: tuple[str, ...] = (), **facts: Any) -> None:
        self.target, self.fields = target, fields
        self.case = case or (target if isinstance(target, Case) else None)
        self.patient_id = target.pk if isinstance(target, Patient) else self.case.patient_id if self.case else None
        self.facts |= facts

    def nothing_happened(self) -> None:
        """The act found its effect already there (the same upload again, a lost race): no event."""
        self.happened = False

    def body(self) -> str:
        told = {
            "v": 1,
            "event": self.event,
            "said_at": datetime.now(UTC).isoformat(),
            "actor": self.by.label,
            "actor_id": self.by.user_id,
            "roles": sorted(self.by.roles),
            "key": self.by.key_id,
            "site": self.by.site_id,
            "target": self.target.__class__.__name__ if self.target is not None else None,
            "target_id": self.target.pk if self.target is not None and isinstance(self.target.pk, UUID) else None,
            "case": self.case.pk if self.case else None,
            "patient": self.patient_id,
            "fields": list(self.fields),
            "facts": self.facts,
            "request": self.by.request_id,
        }
        if self.by.glass_id:
            told["glass"] = self.by.glass_id
        return json.dumps(told, default=str, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


# Events of acts under way. An act inside another hands its event up, so that all are written last.
_told: ContextVar[list[tuple[UUID, str]] | None] = ContextVar("audit_events_told", default=None)


def _write(events: list[tuple[UUID, str]]) -> None:
    """Plain SQL: the other columns are computed from the body by the database and take no value."""
    try:
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO audit_event (id, body) VALUES (%s, %s)", events)
    except DatabaseError as problem:
        raise Unwritable from problem


def is_unwritable(problem: BaseException) -> bool:
    """Also where an event was refused its place in the chain, which is at the end of whichever transaction it was."""
    diagnosis = getattr(problem.__cause__, "diag", None)
    return isinstance(problem, Unwritable) or "audit_link_new" in (getattr(diagnosis, "context", None) or "")


@contextmanager
def together() -> Iterator[list[tuple[UUID, str]]]:
    """One transaction for several acts and what belongs to them; their events are written when it ends."""
    above = _told.get()
    events = [] if above is None else above
    mark, token = len(events), _told.set(events)
    try:
        with transaction.atomic():
            yield events
            if above is None and events:
                _write(events)
    except BaseException:
        del events[mark:]  # what was rolled back did not happen
        raise
    finally:
        _told.reset(token)


@contextmanager
def act(by: Actor, event: str) -> Iterator[Act]:
    """The frame of every action: one transaction, one event. An act that names nothing is a mistake."""
    with together() as events:
        doing = Act(by=by, event=event)
        yield doing
        if doing.happened:
            if doing.target is None:
                raise AssertionError(f"{event} says nothing about what it touched")
            events.append((doing.id, doing.body()))


def note_read(by: Actor, event: str, target: Target, *, case: Case | None = None, **facts: Any) -> None:
    """Patient data is about to be shown. If this cannot be written, nothing is shown."""
    with act(by, event) as reading:
        reading.about(target, case=case, **facts)


def note_refusal(by: Actor, what: str, code: str, target_id: UUID | None = None) -> None:
    """Written after the refused transaction has been rolled back, in one of its own."""
    refused = Act(by=by, event="refused", facts={"what": what, "code": code, "asked_for": target_id})
    with transaction.atomic():
        _write([(refused.id, refused.body())])
