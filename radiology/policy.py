"""How a site reads its films now: the newest row, or what holds where nobody has said anything."""

from uuid import UUID

from clinic.review_rules import drawn
from radiology.models import BlindRule, ReadingPolicy


def policy_of(site_id: UUID) -> ReadingPolicy:
    newest = ReadingPolicy.objects.filter(site=site_id).order_by("-at").first()
    return newest or ReadingPolicy(site_id=site_id)


def is_drawn(film_id: UUID, percent: int, *, purpose: str) -> bool:
    return drawn(film_id, purpose) < percent / 100


def reads_first(film_id: UUID, policy: ReadingPolicy) -> bool:
    """Whether the engine's answer on this film stays closed until a reader has sealed hers."""
    if policy.blind == BlindRule.SAMPLE:
        return is_drawn(film_id, policy.blind_percent, purpose="blind")
    return policy.blind == BlindRule.ALWAYS
