"""How right engines are in practice, from what people decided: coverage of the sets and accuracy, over all traffic.

Each decision is weighed by the chance with which its answer came to a person (see clinic.doubt.coverage), and the
interval holds however often somebody looks. Pages include `partials/live_quality.html` with what `of` gives.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Count, F, Func, Q
from django.db.models.fields.json import KeyTextTransform, KeyTransform

from clinic.capabilities import Capability
from clinic.doubt.coverage import Decided, Live, live
from clinic.models import Engine, ItemState, ReviewItem
from clinic.review_policy import rules_of

ACCURACY_TARGET = 0.9


@dataclass(frozen=True)
class Quality:
    engine: str
    digest: str
    coverage: Live | None  # None: nobody has decided yet, or it gives no sets
    accuracy: Live | None
    n: int


def of(site_id: UUID, capability: Capability) -> list[Quality]:
    """Per engine, the one with most decisions first."""
    chance = rules_of(site_id, capability.name).sample_percent / 100
    by_engine: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in _counts(site_id, capability):
        by_engine[row["result__engine_digest"], row["result__engine"]].append(row)
    names = _names({digest for digest, _engine in by_engine})
    found = [_quality(names.get(digest, engine), digest, rows, chance) for (digest, engine), rows in by_engine.items()]
    return sorted(found, key=lambda one: -one.n)


def _counts(site_id: UUID, capability: Capability) -> list[dict[str, Any]]:
    decided = ReviewItem.objects.filter(
        site=site_id, capability=capability.name, state=ItemState.DECIDED, sampling__gt=0,
        decided_label__in=list(capability.classes), result__facets__refusal="",
    )  # fmt: skip
    said = KeyTextTransform("label", "result__facets")
    inside = Func(KeyTransform("set", "result__facets"), F("decided_label"), function="jsonb_exists",
                  output_field=BooleanField())  # fmt: skip
    counted: Any = (
        decided.annotate(said=said, inside=inside)
        .values("result__engine_digest", "result__engine", "sampling")
        .annotate(
            n=Count("pk"),
            right=Count("pk", filter=Q(said=F("decided_label"))),
            calibrated=Count("pk", filter=Q(result__facets__is_calibrated=True)),
            covered=Count("pk", filter=Q(inside=True, result__facets__is_calibrated=True)),
        )
        .order_by("sampling")
    )
    return list(counted)


def _names(digests: set[str]) -> dict[str, str]:
    return {
        engine.digest: str(engine)
        for engine in Engine.objects.filter(digest__in=digests).only("name", "version", "digest")
    }


def _quality(name: str, digest: str, rows: list[dict[str, Any]], chance: float) -> Quality:
    unread = [Decided(chance, 0, 0)] if chance > 0 else []
    right = [Decided(row["sampling"], row["right"], row["n"] - row["right"]) for row in rows]
    covered = [Decided(row["sampling"], row["covered"], row["calibrated"] - row["covered"]) for row in rows]
    return Quality(name, digest, live([*covered, *unread]), live([*right, *unread], target=ACCURACY_TARGET),
                   sum(row["n"] for row in rows))  # fmt: skip
