"""Pages by place, not by number: rows added meanwhile shift nothing, and the last page costs what the first does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from clinic.errors import Code, Refusal
from clinic.views import keyset
from clinic.views.keyset import Section


@dataclass(frozen=True)
class Page:
    rows: list[Any]
    next_cursor: str | None


def cut(sections: Sequence[Section[Any]], asked: dict[str, Any]) -> Page:
    return cut_by(lambda at, size: keyset.page(sections, at, size=size), asked)


def cut_by(find: Callable[[str, int], keyset.Page[Any]], asked: dict[str, Any]) -> Page:
    try:
        found = find(asked.get("cursor", ""), asked["page_size"])
    except Refusal as refusal:
        if refusal.code != Code.INVALID:
            raise
        raise Refusal(Code.INVALID, fields={"cursor": [_("Not a cursor of this list.")]}) from refusal
    return Page(found.rows, found.next or None)
