"""What capabilities add to the demo. Each registers from its `apps.py`, in a dotted string as all it registers."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.module_loading import import_string

from clinic.authorization.actor import Actor
from clinic.authorization.roles import Role
from clinic.models import Case, Patient, Site


@dataclass(frozen=True)
class Stage:
    """The demo as it stands when a capability adds to it."""

    site: Site
    people: Mapping[Role, Actor]
    patients: tuple[Patient, ...]
    cases: Mapping[str, Case]  # by their questions


_parts: list[str] = []


def register(part: str) -> None:
    """'app.demo:tell' (Stage) -> None"""
    _parts.append(part)


def tell(stage: Stage) -> None:
    for part in _parts:
        import_string(part.replace(":", "."))(stage)
