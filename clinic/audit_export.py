"""The audit as lines of JSON, as tools/verify_audit.py reads them. Streamed: memory holds a few rows, however many.

Of a site: its own events whole, and of the links between only their hash, so that the chain can be followed.
"""

import json
from collections.abc import Iterator
from typing import Any, LiteralString
from uuid import UUID

from django.db import connection

from clinic import chain
from clinic.sql import chain as sql

FORMAT, MEDIA_TYPE = "rounds-audit-1", "application/jsonl"
WHOLE = "all"

LINKS: LiteralString = """
SELECT l.seq, l.event, (extract(epoch FROM l.at) * 1000000)::bigint, l.prev, l.hash, e.body,
       e.event, e.site_id, e.actor_id, e.target_id, e.case_id, e.patient_id
FROM audit_link l LEFT JOIN audit_event e ON e.id = l.event ORDER BY l.seq
"""


def lines(site: UUID | None = None) -> Iterator[str]:
    """All of one moment: nothing that is written meanwhile makes it contradict itself."""
    with chain.one_moment():
        yield _line(format=FORMAT, scope=str(site or WHOLE), at=_begun_at())
        yield from _links(site)
        yield from _events_without_a_place(site)
        head_seq, head_hash = _head()
        yield _line(end=True, head={"seq": head_seq, "hash": head_hash.hex()})


def _begun_at() -> str:
    """By the clock that dates the checkpoints: what was signed later tells of events that are not in here."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        at = cursor.fetchone()[0]
    return str(at.isoformat())


def _links(site: UUID | None) -> Iterator[str]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(LINKS)
        for row in cursor:
            is_shown = site is None or row[7] == site
            yield _whole(row) if is_shown else _line(seq=row[0], hash=bytes(row[4]).hex())


def _whole(row: tuple[Any, ...]) -> str:
    seq, event_id, at_us, prev, link_hash, body, event, site, actor, target, case, patient = row
    columns = {"event": event, "site": site, "actor": actor, "target": target, "case": case, "patient": patient}
    return _line(seq=seq, event=event_id, at_us=at_us, prev=bytes(prev).hex(), hash=bytes(link_hash).hex(), body=body,
                 columns=columns)  # fmt: skip


def _events_without_a_place(site: UUID | None) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(sql.EVENTS_WITHOUT_A_PLACE)
        if row := cursor.fetchone():
            yield _line(no_place=None if site else row[0])


def _head() -> tuple[int, bytes]:
    with connection.cursor() as cursor:
        cursor.execute(sql.HEAD)
        row = cursor.fetchone()
    return (row[0], bytes(row[1])) if row else (0, b"")


def _line(**told: Any) -> str:
    return json.dumps(told, default=str, ensure_ascii=False, separators=(",", ":")) + "\n"
