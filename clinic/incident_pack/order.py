"""What is asked of the run that writes a pack and what it leaves. Light: web processes load this, not the writing."""

from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext

from clinic.errors import Code, Refusal
from clinic.pipeline import Outcome


@dataclass(frozen=True)
class Written:
    form: str
    size: int
    sha256: str
    object_name: str


@dataclass(frozen=True)
class PackOutcome(Outcome):
    engine: ClassVar[str] = "clinic.incident_pack 1"
    incident: str
    cases: int
    written: tuple[Written, ...]

    def facets(self) -> dict[str, Any]:
        return {"cases": self.cases, "bytes": sum(one.size for one in self.written)}


def clean(params: dict[str, Any]) -> dict[str, Any]:
    languages = [code for code, _name in settings.LANGUAGES]
    try:
        incident = str(UUID(str(params["incident"])))
    except (KeyError, ValueError):
        raise Refusal(Code.INVALID, fields={"incident": [gettext("The id of an incident.")]}) from None
    language = params.get("language")
    return {"incident": incident, "language": language if language in languages else languages[0]}
