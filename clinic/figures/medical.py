"""How engines do in practice, from what people decided of their answers here: one question to the database a section.

Plain shares of what was decided. Flagged answers are decided more often than others, so none of them is the accuracy
over all traffic: that one is weighed, and stands on the page of drift (`clinic.live_quality`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Func, Q
from django.db.models.fields.json import KeyTextTransform, KeyTransform

from clinic.capabilities import capabilities
from clinic.doubt.intervals import Figure, wilson
from clinic.models import Deployment, Engine, EngineState, ItemState, Result, Review, ReviewItem
from clinic.models.reviews import OPEN_STATES
from clinic.operations import Percentile

TO_DECISION = F("decided_at") - F("created_at")
ABSTAINED = ~Q(facets__refusal="") & Q(facets__has_key="refusal")
WAITS = Q(state__in=OPEN_STATES)
Key = tuple[str, str]  # the digest of an engine and its name: rules of old had no digest


@dataclass(frozen=True)
class Practice:
    """Of one engine."""

    name: str
    digest: str
    is_live: bool
    answers: int = 0
    abstained: Figure | None = None
    read: Figure | None = None  # answers a person has decided on
    agreed: Figure | None = None  # readings that say what it said
    overruled: Figure | None = None  # last words that say something else
    covered: Figure | None = None  # last words that were in its set
    counts: dict[str, int] = field(default_factory=dict)  # by name of the list that shows them
    waiting: int = 0
    to_decision: timedelta | None = None


def answers(site: UUID, since: datetime) -> Any:
    return Result.objects.filter(site=site, at__gte=since, kind__in=[one.kind for one in capabilities()])


def is_read(site: UUID, since: datetime) -> ExpressionWrapper:
    """Asked of all at once, not of each: what was answered since then can only have been decided since then."""
    done = ReviewItem.objects.filter(site=site, state=ItemState.DECIDED, decided_at__gte=since, result__isnull=False)
    return ExpressionWrapper(Q(pk__in=done.values("result")), output_field=BooleanField())


def items(site: UUID) -> Any:
    """Of answers, with what the engine said and whether the last word was in its set."""
    inside = Func(KeyTransform("set", "result__facets"), F("decided_label"), function="jsonb_exists",
                  output_field=BooleanField())  # fmt: skip
    rows: Any = ReviewItem.objects.filter(site=site, result__isnull=False)
    return rows.annotate(said=KeyTextTransform("label", "result__facets"), inside=inside)


def decided(since: datetime) -> Q:
    """Where a person chose a class, and the engine had said one."""
    of_a_class = Q()
    for one in capabilities():
        of_a_class |= Q(capability=one.name, decided_label__in=list(one.classes))
    return Q(state=ItemState.DECIDED, decided_at__gte=since, result__facets__refusal="") & of_a_class


OVERRULED = ~Q(said=F("decided_label"))
CALIBRATED = Q(result__facets__is_calibrated=True)
MISSED = CALIBRATED & Q(inside=False)


def readings(site: UUID, since: datetime) -> Any:
    """Of people who read an answer, not who judged between readers."""
    return Review.objects.filter(site=site, at__gte=since, is_adjudication=False, agrees__isnull=False)


def of(site: UUID, since: datetime) -> list[Practice]:
    """Engines that answered or were decided on in that time, the one with most answers first."""
    answered, judged, read = _answers(site, since), _items(site, since), _readings(site, since)
    keys = {*answered, *judged, *read}
    names, live = _names(keys), _live(site)
    found = [
        _practice(names.get(key[0], key[1]), key[0], live, answered.get(key, {}), judged.get(key, {}),
                  read.get(key, {}))
        for key in keys
    ]  # fmt: skip
    return sorted(found, key=lambda one: (-one.answers, one.name, one.digest))


def _practice(name: str, digest: str, live: set[str], answered: dict[str, Any], judged: dict[str, Any],
              read: dict[str, Any]) -> Practice:  # fmt: skip
    n, last_words = answered.get("n", 0), judged.get("decided", 0)
    counts = {
        "answers": n, "abstained": answered.get("abstained", 0), "read": answered.get("read", 0),
        "disagreed": read.get("n", 0) - read.get("agreed", 0), "overruled": judged.get("overruled", 0),
        "missed": judged.get("calibrated", 0) - judged.get("covered", 0), "waiting": judged.get("waiting", 0),
        "decided": last_words,
    }  # fmt: skip
    return Practice(
        name, digest, digest in live, n,
        abstained=_share(counts["abstained"], n), read=_share(counts["read"], n),
        agreed=_share(read.get("agreed", 0), read.get("n", 0)), overruled=_share(counts["overruled"], last_words),
        covered=_share(judged.get("covered", 0), judged.get("calibrated", 0)),
        counts=counts, waiting=counts["waiting"], to_decision=judged.get("to_decision"),
    )  # fmt: skip


def _share(some: int, n: int) -> Figure | None:
    return wilson(some, n) if n else None


def _answers(site: UUID, since: datetime) -> dict[Key, dict[str, Any]]:
    rows = answers(site, since).annotate(was_read=is_read(site, since)).values("engine_digest", "engine").order_by()
    counted = rows.annotate(n=Count("pk"), abstained=Count("pk", filter=ABSTAINED),
                            read=Count("pk", filter=Q(was_read=True)))  # fmt: skip
    return _by_engine(counted, "")


def _items(site: UUID, since: datetime) -> dict[Key, dict[str, Any]]:
    done = decided(since)
    rows = items(site).filter(WAITS | done).values("result__engine_digest", "result__engine").order_by()
    counted = rows.annotate(
        waiting=Count("pk", filter=WAITS), decided=Count("pk", filter=done),
        overruled=Count("pk", filter=done & OVERRULED), calibrated=Count("pk", filter=done & CALIBRATED),
        covered=Count("pk", filter=done & CALIBRATED & Q(inside=True)),
        to_decision=Percentile(TO_DECISION, 0.5, filter=done),
    )  # fmt: skip
    return _by_engine(counted, "result__")


def _readings(site: UUID, since: datetime) -> dict[Key, dict[str, Any]]:
    rows = readings(site, since).values("result__engine_digest", "result__engine").order_by()
    counted = rows.annotate(n=Count("pk"), agreed=Count("pk", filter=Q(agrees=True)))
    return _by_engine(counted, "result__")


def _by_engine(rows: Iterable[dict[str, Any]], prefix: str) -> dict[Key, dict[str, Any]]:
    return {(row[f"{prefix}engine_digest"] or "", row[f"{prefix}engine"] or ""): row for row in rows}


def _names(keys: Iterable[Key]) -> dict[str, str]:
    known = Engine.objects.filter(digest__in=[digest for digest, _name in keys if digest])
    return {engine.digest: str(engine) for engine in known.only("name", "version", "digest")}


def _live(site: UUID) -> set[str]:
    held = Deployment.objects.filter(site=site, state=EngineState.LIVE)
    return set(held.values_list("engine__digest", flat=True))
