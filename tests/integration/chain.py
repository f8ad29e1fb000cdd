"""Checking the audit chain, link by link, in one statement."""

from django.db import connection

# The first place that does not hold, 0 for an event without a place; no row when all of it holds. What was cut from the
# end is found by comparing with a place known from before, not by this.
BROKEN_AT = r"""
SELECT COALESCE(seq, 0) FROM (
    SELECT l.seq, l.event, e.id, l.prev, l.hash,
           lag(l.hash, 1, '\x00') OVER w AS before, lag(l.seq, 1, 0::bigint) OVER w AS seq_before,
           sha256(l.prev || int8send(l.seq) || uuid_send(e.id)
                  || int8send((extract(epoch FROM l.at) * 1000000)::bigint) || convert_to(e.body, 'UTF8')) AS again
    FROM audit_link l FULL JOIN audit_event e ON e.id = l.event WINDOW w AS (ORDER BY l.seq)) chain
WHERE event IS NULL OR id IS NULL OR seq <> seq_before + 1 OR prev <> before OR hash <> again
ORDER BY seq NULLS LAST LIMIT 1
"""


def broken_at() -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(BROKEN_AT)
        row = cursor.fetchone()
    return row[0] if row else None
