"""A row that one person has in hand for a while: others see it, it runs out by itself. Items of the review queue and
films are held alike, in the columns `claimed_by`, `claimed_at` and `claimed_until`."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from clinic.authorization.actor import Actor
from clinic.errors import Code, Refusal

LOCK = timedelta(minutes=15)
COLUMNS = ("claimed_by", "claimed_at", "claimed_until")
FREE: dict[str, None] = dict.fromkeys(COLUMNS)


def take(row: Any, by: Actor) -> None:
    """Taken again it runs longer, and the time spent counts on. Refused while it is in other hands."""
    now = timezone.now()
    if is_held_by_another(row, by, now):
        raise Refusal(Code.CLAIMED_BY_OTHER)
    if not (row.claimed_by_id == by.user_id and _runs(row, now)):
        row.claimed_at = now
    row.claimed_by_id, row.claimed_until = by.myself, now + LOCK


def put_back(row: Any) -> None:
    row.claimed_by, row.claimed_at, row.claimed_until = None, None, None


def demand_held(row: Any, by: Actor) -> None:
    """By her, even when the time is up: nobody has taken it since, or it would be in other hands."""
    if row.claimed_by_id != by.myself:
        raise Refusal(Code.CLAIMED_BY_OTHER if is_held_by_another(row, by, timezone.now()) else Code.NOT_CLAIMED)


def is_held_by_another(row: Any, by: Actor, now: datetime) -> bool:
    return _runs(row, now) and row.claimed_by_id != by.user_id


def holder(by: Actor, row: Any) -> str:
    """The colleague who has it in hand now."""
    is_hers = is_held_by_another(row, by, timezone.now())
    return str(row.claimed_by.name) if is_hers and row.claimed_by else ""


def _runs(row: Any, now: datetime) -> bool:
    return row.claimed_until is not None and row.claimed_until > now
