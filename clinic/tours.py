"""Two minutes through a capability, in steps that lead to the real pages; each registers its own from `apps.py`."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission

Words = str | Promise


@dataclass(frozen=True)
class Step:
    words: Words
    link: Words
    page: str  # the name of its address
    find: str = ""  # 'app.tour:newest' (Actor) -> UUID | None, where the page is of one thing

    def address(self, by: Actor) -> str | None:
        """None where there is nothing yet to show."""
        if not self.find:
            return reverse(self.page)
        found: UUID | None = import_string(self.find.replace(":", "."))(by)
        return reverse(self.page, args=[found]) if found else None


@dataclass(frozen=True)
class Tour:
    name: str
    title: Words
    says: Words
    permission: Permission  # who may not go there is not sent there
    steps: tuple[Step, ...]


_tours: list[str] = []


def register(tour: str) -> None:
    """'app.tour:TOUR'"""
    if tour not in _tours:
        _tours.append(tour)


def tours() -> Iterator[Tour]:
    for name in _tours:
        yield import_string(name.replace(":", "."))
