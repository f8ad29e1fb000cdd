"""What a capability lets a person begin from the page of a case. It registers from its `apps.py`."""

from dataclasses import dataclass

from django.utils.functional import Promise

from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission


@dataclass(frozen=True)
class Way:
    words: str | Promise
    url_name: str  # takes the case
    icon: str
    permission: Permission
    key: str = ""


_ways: list[Way] = []


def register(way: Way) -> None:
    _ways.append(way)


def ways_of(by: Actor) -> list[Way]:
    return [way for way in _ways if by.can(way.permission)]
