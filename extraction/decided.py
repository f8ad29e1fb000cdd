"""What people said of the facts of documents, counted by PostgreSQL: of each document and kind, how many facts stand as
the engine gave them, were corrected, rejected, or added.

A decision that was taken back does not count: of the acts on one fact, each taking back undoes the latest that stands,
so the one in force is the latest that was made at the height at which the heap of them ended. What a rule accepted is
no person's word, and what she said of it afterwards was not asked of all alike: neither counts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

_IN_FORCE = """
WITH steps AS (
    SELECT d.run_id, d.key, d.act, d.distance, d.number,
           sum(CASE d.act WHEN 'undone' THEN -1 ELSE 1 END)
               OVER (PARTITION BY d.run_id, d.key ORDER BY d.number) AS height,
           sum(CASE d.act WHEN 'undone' THEN -1 ELSE 1 END) OVER (PARTITION BY d.run_id, d.key) AS ends,
           bool_or(d.act = 'by_rule') OVER (PARTITION BY d.run_id, d.key) AS is_ruled
    FROM extraction_factsheet s JOIN extraction_fielddecision d ON d.sheet_id = s.id AND d.run_id = s.finished_run_id
    WHERE {which}
), in_force AS (
    SELECT DISTINCT ON (run_id, key) run_id, split_part(key, '.', 1) AS kind, act, distance
    FROM steps WHERE act <> 'undone' AND NOT is_ruled AND height = ends AND ends > 0 ORDER BY run_id, key, number DESC
)
SELECT run_id, kind, count(*) FILTER (WHERE act = 'accepted'), count(*) FILTER (WHERE act = 'edited'),
       count(*) FILTER (WHERE act = 'rejected'), count(*) FILTER (WHERE act = 'added'), sum(distance)
FROM in_force GROUP BY run_id, kind
"""


@dataclass(frozen=True)
class Counted:
    run_id: UUID
    kind: str
    accepted: int
    edited: int
    rejected: int
    added: int
    distance: int

    @property
    def all(self) -> int:
        return self.accepted + self.edited + self.rejected + self.added

    @property
    def changed(self) -> int:
        return self.all - self.accepted


def counted(site_id: UUID, since: datetime, until: datetime) -> Iterator[Counted]:
    """Of documents that were checked to the end in that time, in the row scope of the site."""
    return _counted("s.site_id = %s AND s.finished_at >= %s AND s.finished_at < %s", [site_id, since, until])


def of_runs(runs: Sequence[UUID]) -> Iterator[Counted]:
    """Of those documents, where they were checked to the end."""
    return _counted("s.finished_run_id = ANY(%s)", [list(runs)])


def _counted(which: str, values: list[Any]) -> Iterator[Counted]:
    """`which`: a condition of ours, never of whoever asks."""
    with connection.cursor() as cursor:
        cursor.execute(_IN_FORCE.format(which=which), values)
        for row in cursor.fetchall():
            run_id, kind, accepted, edited, rejected, added, distance = row
            yield Counted(run_id, kind, accepted, edited, rejected, added, int(distance))
