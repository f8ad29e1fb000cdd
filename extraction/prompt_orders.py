"""What is asked of runs about prompts, and what they leave. Light: web processes load this."""

from dataclasses import dataclass, field
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext

from clinic.errors import Code, Refusal
from clinic.pipeline import Outcome

TRIAL = "extraction.prompt_trial"
TRIAL_PARAMS: dict[str, Any] = {
    "type": "object", "properties": {"version": {"type": "string", "format": "uuid"}}, "required": ["version"],
    "additionalProperties": False,
}  # fmt: skip


@dataclass(frozen=True)
class TrialOutcome(Outcome):
    engine: ClassVar[str] = "extraction.prompt_trial 1"
    version: str
    sha256: str
    asked: str  # which engine
    figures: dict[str, Any] = field(default_factory=dict)

    def facets(self) -> dict[str, Any]:
        return {"asked": self.asked, "documents": self.figures["documents"], "valid": self.figures["valid"]}


def clean_trial(params: dict[str, Any]) -> dict[str, Any]:
    return {"version": uuid_of(params, "version")}


def uuid_of(params: dict[str, Any], name: str) -> str:
    try:
        return str(UUID(str(params[name])))
    except (KeyError, ValueError):
        raise Refusal(Code.INVALID, fields={name: [gettext("not known")]}) from None
