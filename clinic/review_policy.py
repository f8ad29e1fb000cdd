"""What holds at a site now: limits per class, and how its readers work. The newest agreed row, else the defaults."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from clinic.capabilities import Capability, capabilities
from clinic.models import Engine, ReviewPolicy, Threshold
from clinic.review_rules import DEFAULT_LIMIT, Rules


def limits_of(site_id: UUID, capability: Capability, engine_digest: str = "") -> dict[str, float]:
    """Per class. What a site agreed on goes before what the engine's card advises, and that before the default."""
    agreed = Threshold.objects.filter(site=site_id, capability=capability.name).order_by("-at").first()
    named: Mapping[str, float] = agreed.values if agreed else _of_card(engine_digest)
    return {name: float(named.get(name, DEFAULT_LIMIT)) for name in capability.classes}


def _of_card(engine_digest: str) -> Mapping[str, float]:
    engine = Engine.objects.filter(digest=engine_digest).only("card").first() if engine_digest else None
    advised: Any = engine.card.get("thresholds") if engine else None
    return advised if isinstance(advised, dict) else {}


def rules_of(site_id: UUID, capability: str) -> Rules:
    agreed = ReviewPolicy.objects.filter(site=site_id, capability=capability).order_by("-at").first()
    return Rules.of(agreed.rules) if agreed else Rules()


def all_rules(site_id: UUID) -> dict[str, Rules]:
    """Of every capability there is here."""
    newest = ReviewPolicy.objects.filter(site=site_id).order_by("capability", "-at").distinct("capability")
    agreed = {row.capability: Rules.of(row.rules) for row in newest}
    return {capability.name: agreed.get(capability.name, Rules()) for capability in capabilities()}
