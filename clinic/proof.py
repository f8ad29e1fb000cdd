"""Does the audit still hold what was written with a row? Computed anew from the stored text, as the database did it."""

import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from clinic.models import AuditEvent, AuditLink, Entry

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_COLUMNS = ("pk", "body", "link__seq", "link__at", "link__prev", "link__hash")


@dataclass(frozen=True)
class Proof:
    state: str  # ok, bad, or wait: written, but its transaction has no place in the chain yet
    position: int | None = None
    url: str = ""


MISSING = Proof("bad")


def proofs(entries: Iterable[Entry]) -> dict[UUID, Proof]:
    """Of each entry by its id; one question however many there are."""
    asked = list(entries)
    wanted = {entry.audit_event_id for entry in asked if entry.audit_event_id}
    events: dict[UUID | None, tuple[Any, ...]] = {
        row[0]: row for row in AuditEvent.objects.filter(pk__in=wanted).values_list(*_COLUMNS)
    }
    return {entry.pk: _proof(entry, events.get(entry.audit_event_id)) for entry in asked}


def _proof(entry: Entry, event: tuple[Any, ...] | None) -> Proof:
    if event is None:
        return MISSING
    event_id, body, seq, at, prev, sealed = event
    if seq is None:
        return Proof("wait")
    is_same = hmac.compare_digest(link_hash(event_id, body, seq, at, bytes(prev)), bytes(sealed))
    is_of_this_case = json.loads(body).get("case") == str(entry.case_id)
    return Proof("ok" if is_same and is_of_this_case else "bad", seq)


def digest_of(entries: Iterable[Entry]) -> str:
    """Of these lines together: SHA-256 over their acts as the audit has them, in this order."""
    wanted = [entry.audit_event_id for entry in entries if entry.audit_event_id]
    bodies = dict(AuditEvent.objects.filter(pk__in=wanted).values_list("pk", "body"))
    return hashlib.sha256(b"".join(one.bytes + bodies[one].encode() for one in wanted if one in bodies)).hexdigest()


def link_hash(event_id: UUID, body: str, seq: int, at: datetime, prev: bytes) -> bytes:
    """The sum in clinic/sql/audit.py, in Python."""
    microseconds = (at - _EPOCH) // timedelta(microseconds=1)
    parts = (prev, seq.to_bytes(8, "big"), event_id.bytes, microseconds.to_bytes(8, "big"), body.encode())
    return hashlib.sha256(b"".join(parts)).digest()


def position_of(event_id: UUID | None) -> int | None:
    return AuditLink.objects.filter(event=event_id).values_list("seq", flat=True).first() if event_id else None


def chain_ends_at() -> int:
    """The newest position there is, of whatever case."""
    return AuditLink.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
