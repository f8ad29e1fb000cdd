"""What people make with a capability: consults, documents, films. A capability registers itself from `places.py`, since
the core knows none of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.utils.functional import Promise

from clinic.authorization.actor import Actor

LEAST = 5  # people: figures about fewer are shown to nobody


@dataclass(frozen=True)
class Output:
    name: str
    words: str | Promise
    model: str  # 'consult.Consult'
    at: str  # its column that says when it was made
    case: str = "case"  # empty: it belongs to no case, and nothing of it is listed
    person: str = ""  # the column of whose it is, where it is about her and nobody else

    def rows(self, by: Actor, since: datetime) -> Any:
        model: Any = apps.get_model(self.model)
        return model.objects.filter(site=by.here, **{f"{self.at}__gte": since})


_outputs: dict[str, Output] = {}


def register(output: Output) -> None:
    _outputs[output.name] = output


def outputs() -> list[Output]:
    return list(_outputs.values())


def named(name: str) -> Output | None:
    return _outputs.get(name)
