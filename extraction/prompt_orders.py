"""What is asked of runs about prompts, and what they leave. Light: web processes load this."""

from dataclasses import dataclass, field
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext

from clinic.errors import Code, Refusal
from clinic.pipeline import Outcome

TRIAL = "extraction.prompt_trial"
COMPARISON = "extraction.prompt_comparison"
COMPARISON_PARAMS: dict[str, Any] = {
    "type": "object", "required": ["first", "second"], "additionalProperties": False,
    "properties": {name: {"type": "string", "format": "uuid"} for name in ("first", "second")},
}  # fmt: skip
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


@dataclass(frozen=True)
class Pair:
    """Both answers to one document, as JSON; None where there was none."""

    upload: UUID | None
    made_up: str
    first: dict[str, Any] | None
    second: dict[str, Any] | None


@dataclass(frozen=True)
class ComparisonOutcome(Outcome):
    """The pairs go to rows of their own, each sealed under the key of its patient, and are not kept with the run."""

    engine: ClassVar[str] = "extraction.prompt_comparison 1"
    first: str
    second: str
    asked: str
    pairs: tuple[Pair, ...] = ()

    def facets(self) -> dict[str, Any]:
        return {"asked": self.asked, "documents": len(self.pairs)}

    def as_json(self) -> dict[str, Any]:
        return {"first": self.first, "second": self.second, "asked": self.asked, "documents": len(self.pairs)}


def clean_comparison(params: dict[str, Any]) -> dict[str, Any]:
    return {name: uuid_of(params, name) for name in ("first", "second")}


def clean_trial(params: dict[str, Any]) -> dict[str, Any]:
    return {"version": uuid_of(params, "version")}


def uuid_of(params: dict[str, Any], name: str) -> str:
    try:
        return str(UUID(str(params[name])))
    except (KeyError, ValueError):
        raise Refusal(Code.INVALID, fields={name: [gettext("not known")]}) from None
