"""Finding texts by their words and by what they mean, within what somebody may see. Both rankings are exact; which
texts come first where they differ is decided by their places in both."""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from clinic.authorization.actor import Actor
from clinic.models import AskedSearch, Case, Findable, FindableKind, ItemState, Result, Review
from clinic.sql.meaning import VECTOR, vector
from clinic.words import prefix_query

SHOWN, RANKED = 30, 100
WORKER_HAS = timedelta(seconds=5)  # then what was found stays with words, and that is said
CLOSENESS = 60  # of the sum of both places: the usual constant of reciprocal rank fusion
LIKE_ENOUGH = 0.2  # below that a passage is about something else
START, STOP = "\x02", "\x03"
HEADLINE = f"MaxFragments=1, MaxWords=24, MinWords=10, StartSel={START}, StopSel={STOP}"


@dataclass(frozen=True)
class Filters:
    """Codes only. `label`: what people decided about the case (a finding, a specialty), never what an engine says to
    somebody who is to judge first; `reviewer`: who decided; `engine`: which one was asked."""

    kind: str = ""
    days: int = 0
    label: str = ""
    engine: str = ""
    reviewer: str = ""

    @classmethod
    def of(cls, told: dict[str, Any]) -> "Filters":
        return cls(**{name: told[name] for name in cls.__dataclass_fields__ if told.get(name)})


@dataclass(frozen=True)
class Hit:
    case: Case
    kind: str
    subject_id: UUID
    at: Any
    parts: tuple[tuple[bool, str], ...]  # of the passage: is it a word that was searched for, the words
    by_words: bool
    by_meaning: bool

    @property
    def title(self) -> str:
        return str(FindableKind(self.kind).label)


@dataclass(frozen=True)
class Ranking:
    """Passages, the best first, one of each text; which texts hold the words, and which mean it."""

    passages: tuple[UUID, ...] = ()
    words: frozenset[UUID] = frozenset()
    meant: frozenset[UUID] = frozenset()


def waits(row: AskedSearch) -> bool:
    """A worker may still say what is meant."""
    is_over = row.meaning is not None or row.has_no_meaning
    return not is_over and row.asked_at > timezone.now() - WORKER_HAS


def find(by: Actor, query: str, filters: Filters, meaning: list[float] | None) -> list[Hit]:
    ranking = ranked(by, query, filters, meaning)
    return hits(by, ranking, ranking.passages[:SHOWN], query)


def ranked(by: Actor, query: str, filters: Filters, meaning: list[float] | None) -> Ranking:
    rows = _within(by, filters)
    if _is_nothing(rows):
        return Ranking()
    words = _by_words(rows, query) if prefix_query(query) else []
    meant = _by_meaning(rows, meaning) if meaning else []
    of_words, of_meant = (frozenset(one for one, _id in ranking) for ranking in (words, meant))
    return Ranking(tuple(_together(words, meant)), of_words, of_meant)


def hits(by: Actor, ranking: Ranking, passages: Sequence[UUID], query: str) -> list[Hit]:
    """Of these passages those that she may see."""
    return list(_hits(by, passages, query, ranking.words, ranking.meant)) if passages else []


def _is_nothing(rows: QuerySet[Findable]) -> bool:
    """Who may read no kind of text sees none, and nobody is asked."""
    try:
        rows.query.sql_with_params()
    except EmptyResultSet:
        return True
    return False


def _within(by: Actor, filters: Filters) -> QuerySet[Findable]:
    rows = Findable.objects.visible_to(by)
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.days:
        rows = rows.filter(at__gt=timezone.now() - timedelta(days=filters.days))
    if filters.engine:
        answers = Result.objects.visible_to(by).filter(case=OuterRef("case_id"))
        rows = rows.filter(Exists(answers.filter(engine__startswith=filters.engine)))
    if filters.label or filters.reviewer:
        decided = Review.objects.visible_to(by).filter(case=OuterRef("case_id"), item__state=ItemState.DECIDED)
        decided = decided.filter(label=filters.label) if filters.label else decided
        decided = decided.filter(reader=UUID(filters.reviewer)) if filters.reviewer else decided
        rows = rows.filter(Exists(decided))
    return rows


def _ids(rows: QuerySet[Findable], condition: str, order: str, given: list[Any], ordered: list[Any]
         ) -> list[tuple[UUID, UUID]]:  # fmt: skip
    """Texts with their best passages, the best first. The rows are narrowed by the ORM, as everywhere; row-level
    security stands behind it."""
    narrowed, params = rows.order_by().values("id").query.sql_with_params()
    statement = f"""
        SELECT DISTINCT ON (subject_id) subject_id, id, score FROM (
            SELECT f.subject_id, f.id, {order} AS score FROM clinic_findable f
            WHERE f.id IN ({narrowed}) AND {condition} ORDER BY score DESC LIMIT {RANKED * 3}) best
        ORDER BY subject_id, score DESC
    """  # noqa: S608  (all of it is ours; values are parameters)
    with connection.cursor() as cursor:
        cursor.execute(statement, [*ordered, *params, *given])
        found = sorted(cursor.fetchall(), key=lambda row: -row[2])
    return [(subject, passage) for subject, passage, _score in found[:RANKED]]


def _by_words(rows: QuerySet[Findable], query: str) -> list[tuple[UUID, UUID]]:
    asked = prefix_query(query)
    condition = "f.vector @@ to_tsquery('simple', %s)"
    return _ids(rows, condition, "ts_rank_cd(f.vector, to_tsquery('simple', %s), 1)", [asked], [asked])


def _by_meaning(rows: QuerySet[Findable], meaning: list[float]) -> list[tuple[UUID, UUID]]:
    asked, away = vector(meaning), f"(f.meaning <=> %s::{VECTOR})"
    return _ids(rows, f"f.meaning IS NOT NULL AND {away} < %s", f"1 - {away}", [asked, 1 - LIKE_ENOUGH], [asked])


def _together(words: list[tuple[UUID, UUID]], meant: list[tuple[UUID, UUID]]) -> list[UUID]:
    """The passage that holds the words is shown, where there is one."""
    scores: dict[UUID, float] = {}
    passages: dict[UUID, UUID] = {}
    for ranking in (words, meant):
        for place, (subject, passage) in enumerate(ranking):
            scores[subject] = scores.get(subject, 0.0) + 1 / (CLOSENESS + place)
            passages.setdefault(subject, passage)
    return [passages[subject] for subject in sorted(scores, key=lambda one: -scores[one])]


def _hits(by: Actor, passages: Sequence[UUID], query: str, words: Set[UUID], meant: Set[UUID]) -> Iterator[Hit]:
    rows = {row.pk: row for row in Findable.objects.visible_to(by).filter(pk__in=passages)}
    mine = Case.objects.visible_to(by).filter(pk__in={row.case_id for row in rows.values()})
    cases = {case.pk: case for case in mine.select_related("patient", "assignee", "site")}
    marked = _headlines([row.pk for row in rows.values()], query)
    for passage in passages:
        row = rows.get(passage)
        if row is not None and row.case_id in cases:
            yield Hit(cases[row.case_id], row.kind, row.subject_id, row.at, _parts(marked.get(row.pk, "")),
                      row.subject_id in words, row.subject_id in meant)  # fmt: skip


def _headlines(passages: list[UUID], query: str) -> dict[UUID, str]:
    asked = prefix_query(query, "|") or "''"
    statement = (
        "SELECT id, ts_headline('simple', words, to_tsquery('simple', %s), %s) FROM clinic_findable WHERE id = ANY(%s)"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [asked, HEADLINE, passages])
        return dict(cursor.fetchall())


def _parts(marked: str) -> tuple[tuple[bool, str], ...]:
    found: list[tuple[bool, str]] = []
    for piece in marked.split(START):
        inside, stop, after = piece.partition(STOP)
        found += [(True, inside), (False, after)] if stop else [(False, piece)]
    return tuple((is_hit, text) for is_hit, text in found if text)
