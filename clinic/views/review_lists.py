"""The queue in pages. Its order depends on the time: a reader who turns pages walks the order of when she began.

A cursor tells that time and the item where a page ended, never what the item weighs: a blind reader would learn from it
what the engine thinks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from clinic.authorization.actor import Actor
from clinic.errors import Code, Refusal
from clinic.models import ReviewItem
from clinic.review_queue import HEAVIEST, OLDEST, late, not_late, weighed
from clinic.review_rules import Rules
from clinic.views import keyset
from clinic.views.keyset import Page, Section

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class ByItem(Section[ReviewItem]):
    known: QuerySet[ReviewItem]  # of the site, decided or not: the last of a page may have been decided since

    @property
    def told(self) -> tuple[str, ...]:
        return ("id",)

    def from_place(self, values: tuple[Any, ...], *, back: bool) -> QuerySet[ReviewItem]:
        return super().from_place(self._weights(values) if values else (), back=back)

    def _weights(self, values: tuple[Any, ...]) -> tuple[Any, ...]:
        found = self.known.filter(pk=values[0]).first()
        if found is None:
            raise Refusal(Code.INVALID)
        return tuple(getattr(found, name) for name in self.columns)


def page(by: Actor, waiting: QuerySet[ReviewItem], rules: Mapping[str, Rules], at: str, *, size: int,
         ) -> Page[ReviewItem]:  # fmt: skip
    when, place = _read(at) if at else (timezone.now(), "")
    known = weighed(ReviewItem.objects.visible_to(by), when)
    sections = [
        ByItem(late(waiting, rules, when), OLDEST, known),
        ByItem(not_late(waiting, rules, when), HEAVIEST, known),
    ]
    found = keyset.page(sections, place, size=size)
    return Page(found.rows, _with_time(when, found.next), _with_time(when, found.previous))


def _read(at: str) -> tuple[datetime, str]:
    """A time to come is refused: everything would be late."""
    when, _dot, place = at.partition(".")
    try:
        read = BEGINNING + int(when) * MICROSECOND
    except (ValueError, OverflowError) as e:
        raise Refusal(Code.INVALID) from e
    if not BEGINNING <= read <= timezone.now():
        raise Refusal(Code.INVALID)
    return read, place


def _with_time(when: datetime, place: str) -> str:
    return f"{(when - BEGINNING) // MICROSECOND}.{place}" if place else ""
