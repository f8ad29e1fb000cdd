"""Lists whose rows each stand in one place, as PostgreSQL works it out, with the choice of places above them."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from clinic.errors import Words
from clinic.views.asked import Asked
from clinic.views.keyset import Page

ALL = "all"
Rows = TypeVar("Rows", bound=QuerySet[Any])


def of_place(found: Rows, place: str) -> Rows:
    """`found` has each row's `place`."""
    return found if place == ALL else found.filter(Q(place=place))


def counts(found: QuerySet[Any]) -> Counter[str]:
    """How many stand in each place: one question for all of them."""
    rows: Any = found.order_by().values(*["place"]).annotate(count=Count("pk"))
    return Counter({str(row["place"]): row["count"] for row in rows})


@dataclass(frozen=True)
class Shelf:
    route: str  # of its page
    words: Mapping[str, Words]  # of its places, in their order
    icons: Mapping[str, str]

    def chosen(self, request: Asked) -> str:
        told = request.GET.get("in", "")
        return told if told in self.words else ALL

    def address(self, place: str, at: str = "") -> str:
        told = {name: value for name, value in (("in", place if place != ALL else ""), ("at", at)) if value}
        return f"{reverse(self.route)}?{urlencode(told)}" if told else reverse(self.route)

    def pages(self, place: str, page: Page[Any]) -> dict[str, str]:
        """For the pager under the list."""
        return {
            "next_url": self.address(place, page.next) if page.next else "",
            "previous_url": self.address(place, page.previous) if page.previous else "",
        }

    def filters(self, place: str, counted: Counter[str], *, always: Collection[str]) -> list[dict[str, Any]]:
        """Places where nothing stands are left out, unless they are always shown or looked at."""
        return [
            {"url": self.address(name), "words": words, "current": name == place, "icon": self.icons.get(name, ""),
             "count": counted.total() if name == ALL else counted[name]}
            for name, words in self.words.items() if name in always or counted[name] or name == place
        ]  # fmt: skip


def keys_of_documents() -> list[dict[str, str]]:
    """For the dock under a list of documents."""
    lines = (("j k", _("move")), ("Enter", _("open")), ("a", _("add documents")))
    return [{"keys": keys, "words": words} for keys, words in lines]
