"""How extraction did at a site, from what happened: runs and their answers, documents, decisions. Nothing is sampled;
PostgreSQL counts, by the engine that answered and the prompt it was asked with.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from clinic.doubt.intervals import Figure, wilson
from extraction import accepting, decided
from extraction.accepting import Split
from extraction.fields import NAME

DAYS = 90

# A run that failed has no answer, and no engine: it stands in a line of its own, with the time it took.
_RUNS = """
SELECT COALESCE(t.engine, ''), COALESCE(t.engine_digest, ''), COALESCE(t.facets ->> 'prompt', ''),
       count(*), count(*) FILTER (WHERE r.state = 'succeeded'), count(*) FILTER (WHERE r.state = 'failed'),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM r.finished_at - COALESCE(f.requested_at,
           r.requested_at))) FILTER (WHERE r.state = 'succeeded'),
       percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM r.finished_at - COALESCE(f.requested_at,
           r.requested_at))) FILTER (WHERE r.state = 'succeeded'),
       count(*) FILTER (WHERE i.run_id IS NOT NULL),
       COALESCE(sum(extract(epoch FROM r.finished_at - r.started_at)), 0),
       COALESCE(sum((t.facets ->> 'calls')::numeric), 0), COALESCE(sum((t.facets ->> 'tokens')::numeric), 0),
       COALESCE(sum((t.facets ->> 'cost')::numeric), 0),
       COALESCE(sum((t.facets ->> 'estimated_tokens')::numeric), 0)
FROM clinic_run r LEFT JOIN clinic_result t ON t.run_id = r.id LEFT JOIN clinic_run f ON f.id = r.follows_id
LEFT JOIN (SELECT DISTINCT run_id FROM clinic_reviewitem WHERE site_id = %(site)s) i ON i.run_id = r.id
WHERE r.site_id = %(site)s AND r.kind = %(kind)s AND r.finished_at >= %(since)s AND r.finished_at < %(until)s
GROUP BY 1, 2, 3 ORDER BY 4 DESC
"""
_ANSWERED = """
SELECT t.run_id, t.engine, t.engine_digest, COALESCE(t.facets ->> 'prompt', '')
FROM clinic_result t JOIN extraction_factsheet s ON s.finished_run_id = t.run_id
WHERE s.site_id = %(site)s AND s.finished_at >= %(since)s AND s.finished_at < %(until)s
"""
_SHADOW = """
SELECT count(*), COALESCE(sum(a.milliseconds), 0) / 1000, COALESCE(sum((a.facets ->> 'tokens')::numeric), 0),
       COALESCE(sum((a.facets ->> 'cost')::numeric), 0),
       COALESCE(sum((a.facets ->> 'estimated_tokens')::numeric), 0) FROM clinic_shadowanswer a
JOIN clinic_engine e ON e.id = a.engine_id
WHERE a.site_id = %(site)s AND e.capability = %(kind)s AND a.at >= %(since)s AND a.at < %(until)s
"""
# Engines that were asked and gave no answer: the receipt of who answered instead says what that took.
_IN_VAIN = """
SELECT passed ->> 'name', count(*), sum((passed -> 'spent' ->> 'calls')::numeric),
       sum((passed -> 'spent' ->> 'tokens')::numeric), sum((passed -> 'spent' ->> 'dollars')::numeric),
       COALESCE(sum((passed -> 'spent' ->> 'estimated_tokens')::numeric), 0)
FROM clinic_run r JOIN clinic_result t ON t.run_id = r.id,
     jsonb_array_elements((t.receipt -> 'why_not_better') || (t.receipt -> 'also_passed')) AS passed
WHERE r.site_id = %(site)s AND r.kind = %(kind)s AND r.finished_at >= %(since)s AND r.finished_at < %(until)s
      AND passed ? 'spent'
GROUP BY 1 ORDER BY 1
"""
Key = tuple[str, str, str]  # engine, its digest, digest of the prompt


@dataclass(frozen=True)
class Fields:
    """What became of the facts of one kind."""

    kind: str
    facts: int
    changed: int
    added: int
    distance: int

    @property
    def correction(self) -> Figure | None:
        """Of the facts that the engine gave and those that people had to add: how many were not right as they were."""
        return wilson(self.changed, self.facts) if self.facts else None

    @property
    def distance_each(self) -> float:
        """Characters changed for each fact that was not right."""
        return self.distance / self.changed if self.changed else 0.0


@dataclass(frozen=True)
class Version:
    engine: str
    digest: str
    prompt: str
    runs: int
    succeeded: int
    failed: int
    median_s: float | None
    p95_s: float | None
    in_review: int
    worked_s: float
    calls: int  # of a language model, those that failed among them
    tokens: int
    dollars: float
    estimated_tokens: int  # of `tokens`
    documents: int = 0  # checked to the end
    fields: list[Fields] = field(default_factory=list)
    split: Split = field(default_factory=Split)  # over all time: what might stand without a second look

    @property
    def success(self) -> Figure | None:
        return wilson(self.succeeded, self.runs) if self.runs else None

    @property
    def review(self) -> Figure | None:
        return wilson(self.in_review, self.succeeded) if self.succeeded else None

    @property
    def seconds_each(self) -> float | None:
        return self.worked_s / self.runs if self.runs else None


@dataclass(frozen=True)
class InVain:
    """What one engine took where it then gave no answer and another one did."""

    engine: str
    runs: int
    calls: int
    tokens: int
    dollars: float
    estimated_tokens: int  # of `tokens`


@dataclass(frozen=True)
class Measured:
    since: datetime
    until: datetime
    versions: list[Version]
    shadow_answers: int
    shadow_s: float
    shadow_tokens: int  # of calls that came to nothing, too
    shadow_dollars: float
    shadow_estimated: int
    in_vain: list[InVain]

    @property
    def asked(self) -> list[Version | InVain]:
        """Whoever was asked for an answer, and gave one or not."""
        return [*self.versions, *self.in_vain]

    @property
    def tokens(self) -> int:
        return sum(one.tokens for one in self.asked) + self.shadow_tokens

    @property
    def estimated_tokens(self) -> int:
        return sum(one.estimated_tokens for one in self.asked) + self.shadow_estimated

    @property
    def dollars(self) -> float:
        return sum(one.dollars for one in self.asked) + self.shadow_dollars

    @property
    def runs(self) -> int:
        return sum(one.runs for one in self.versions)

    @property
    def documents(self) -> int:
        return sum(one.documents for one in self.versions)


def as_told(site_id: UUID, days: int) -> dict[str, Any]:
    """For programs."""
    found = measured(site_id, days)
    return {**vars(found), "runs": found.runs, "documents": found.documents, "days": days}


def measured(site_id: UUID, days: int = DAYS) -> Measured:
    until = timezone.now()
    since = until - timedelta(days=days)
    told = {"site": site_id, "kind": NAME, "since": since, "until": until}
    fields, documents = _fields(told)
    splits = {digest: accepting.split_of(site_id, digest) for digest in {key[1] for key in documents}}
    versions = [_version(row, fields, documents, splits) for row in _rows(_RUNS, told)]
    shadow_answers, shadow_s, tokens, dollars, guess = _rows(_SHADOW, told)[0]
    in_vain = [InVain(name, runs, int(calls), int(tokens), float(dollars), int(estimated))
               for name, runs, calls, tokens, dollars, estimated in _rows(_IN_VAIN, told)]  # fmt: skip
    return Measured(since, until, versions, shadow_answers, float(shadow_s), int(tokens), float(dollars), int(guess),
                    in_vain)  # fmt: skip


def _rows(statement: str, told: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, told)
        return list(cursor.fetchall())


def _version(row: tuple[Any, ...], fields: dict[Key, list[Fields]], documents: dict[Key, int],
             splits: dict[str, Split]) -> Version:  # fmt: skip
    key: Key = (row[0], row[1], row[2])
    runs, succeeded, failed, median, p95, in_review, worked, calls, tokens, dollars, guess = row[3:]
    return Version(
        *key, runs=runs, succeeded=succeeded, failed=failed, median_s=median, p95_s=p95, in_review=in_review,
        worked_s=float(worked), calls=int(calls), tokens=int(tokens), dollars=float(dollars),
        estimated_tokens=int(guess), documents=documents.get(key, 0), fields=fields.get(key, []),
        split=splits.get(row[1], Split()),
    )  # fmt: skip


def _fields(told: dict[str, Any]) -> tuple[dict[Key, list[Fields]], dict[Key, int]]:
    by_run: dict[UUID, Key] = {row[0]: (row[1], row[2], row[3]) for row in _rows(_ANSWERED, told)}
    sums: dict[tuple[Key, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for one in decided.counted(told["site"], told["since"], told["until"]):
        held = sums[by_run.get(one.run_id, ("", "", "")), one.kind]
        for at, value in enumerate((one.all, one.changed, one.added, one.distance)):
            held[at] += value
    found: dict[Key, list[Fields]] = defaultdict(list)
    for (key, kind), counts in sorted(sums.items()):
        found[key].append(Fields(kind, *counts))
    documents: dict[Key, int] = defaultdict(int)
    for key in by_run.values():
        documents[key] += 1
    return found, documents
