"""What capabilities add to a case that leaves, and what they keep in. The core asks, and knows none of them.

A capability registers from its `apps.py` one function: resources (an imaging study, facts), files (a structured report)
and the files of the case that must not leave yet.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.module_loading import import_string

from clinic.authorization.actor import Actor
from clinic.models import Case

Resource = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class AddedFile:
    """`path` below the capability's own folder: small letters, digits, `-`, `.` and `/`."""

    path: str
    title: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Parts:
    """References between resources are written as `Patient/<id>`; the patient's id and the case's (as an encounter) are
    their own."""

    resources: tuple[Resource, ...] = ()
    write: Callable[[], Iterable[AddedFile]] = tuple  # asked when the case does leave: reads rows now, files when taken
    withheld: Mapping[UUID, str] = field(default_factory=dict)  # uploads that may not leave, and the code of why


_contributors: dict[str, str] = {}


def register(folder: str, parts: str) -> None:
    """`parts`: 'app.case_export:parts' (Actor, Case) -> Parts. `folder`: where its files lie."""
    _contributors[folder] = parts


def of_case(by: Actor, case: Case) -> Iterable[tuple[str, Parts]]:
    for folder, dotted in sorted(_contributors.items()):
        ask: Callable[[Actor, Case], Parts] = import_string(dotted.replace(":", "."))
        yield folder, ask(by, case)
