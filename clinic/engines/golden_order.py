"""What is asked of the run that puts sealed cases to an engine, and what it leaves. Light: web processes load this."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext

from clinic.engines.manifests import SHA256
from clinic.errors import Code, Refusal
from clinic.pipeline import Outcome

CAUSES = ("start", "nightly", "asked", "gate")


@dataclass(frozen=True)
class GoldenOutcome(Outcome):
    engine: ClassVar[str] = "clinic.golden 1"
    asked: str
    cases: int
    failed: int
    is_ok: bool

    def facets(self) -> dict[str, Any]:
        return {"asked": self.asked, "cases": self.cases, "failed": self.failed, "is_ok": self.is_ok}


def clean(params: dict[str, Any]) -> dict[str, Any]:
    engine, cause = params.get("engine"), params.get("cause", "asked")
    if not (isinstance(engine, str) and SHA256.fullmatch(engine)):
        raise Refusal(Code.INVALID, fields={"engine": [gettext("The digest of an engine.")]})
    if cause not in CAUSES:
        raise Refusal(Code.INVALID, fields={"cause": [gettext("one of %s") % ", ".join(CAUSES)]})
    return {"engine": engine, "cause": cause}
