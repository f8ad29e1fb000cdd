"""Pages of a list whose order depends on the time: who turns pages walks the order of when she began.

A cursor tells that time and the row where a page ended, never what put the row there: a blind reader would learn from
it what the engine thinks.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.utils import timezone

from clinic.errors import Code, Refusal
from clinic.views import keyset
from clinic.views.keyset import Page, Section

M = TypeVar("M", bound=Model)
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class ById(Section[M], Generic[M]):
    known: QuerySet[M]  # of the site, done or not: the last of a page may have been done since

    @property
    def told(self) -> tuple[str, ...]:
        return ("id",)

    def from_place(self, values: tuple[Any, ...], *, back: bool) -> QuerySet[M]:
        return super().from_place(self._place(values) if values else (), back=back)

    def _place(self, values: tuple[Any, ...]) -> tuple[Any, ...]:
        found = self.known.filter(pk=values[0]).first()
        if found is None:
            raise Refusal(Code.INVALID)
        return tuple(getattr(found, name) for name in self.columns)


def page(sections: Callable[[datetime], Sequence[Section[M]]], at: str, *, size: int) -> Page[M]:
    """`sections`: what the list is made of at a time."""
    when, place = _read(at) if at else (timezone.now(), "")
    found = keyset.page(sections(when), place, size=size)
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
