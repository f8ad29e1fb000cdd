"""What somebody has in hand at a site and lets go of when she may no longer hold it: cases, items of the queue, wishes.

A capability registers what of its own a person can hold, from `apps.py`. Not in hand is what runs out or goes on by
itself: a recording that was begun becomes a file of its case, a practice without anybody closes itself, a broken glass
lasts half an hour and asks for her role at each look.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from clinic.authorization.permissions import Permission
from clinic.pipeline import load


@dataclass(frozen=True, kw_only=True)
class Sort:
    name: str  # in the audit
    words: Callable[[int], str]  # so many of them
    needs: Permission | None  # whoever has not this holds none; without one: whoever has no role here
    rows: str  # 'app.module:function' (person, site) -> what she holds
    let_go: str  # 'app.module:function' (by=, row=), inside an action that locks, tells and writes its own event

    def held(self, person: UUID, site: UUID) -> QuerySet[Any]:
        found: QuerySet[Any] = load(self.rows)(person, site)
        return found

    def may_hold(self, permissions: Iterable[Permission]) -> bool:
        return self.needs in permissions if self.needs else bool(permissions)


_sorts: dict[str, Sort] = {}


def register(sort: Sort) -> None:
    _sorts[sort.name] = sort


def sorts() -> list[Sort]:
    return list(_sorts.values())


def told(person: UUID, site: UUID, permissions: Iterable[Permission] = ()) -> list[str]:
    """In words, what she would let go of with these permissions left."""
    counts = [(sort, sort.held(person, site).count()) for sort in _sorts.values() if not sort.may_hold(permissions)]
    return [sort.words(count) for sort, count in counts if count]
