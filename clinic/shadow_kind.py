"""The kind of run in which an engine in the shadow answers what others have answered."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from clinic.authorization.permissions import Permission
from clinic.engines.manifests import SHA256
from clinic.errors import Code, Refusal
from clinic.lanes import Resource
from clinic.pipeline import Outcome, RunKind, register

KIND = "clinic.shadow"
BATCH = 50  # answers in one run
LIMIT_S = 900


@dataclass(frozen=True)
class ShadowReading:
    result: UUID
    case: UUID | None
    facets: dict[str, Any]
    milliseconds: float
    error: str = ""


@dataclass(frozen=True)
class ShadowOutcome(Outcome):
    answers: tuple[ShadowReading, ...]

    @property
    def broke(self) -> int:
        return sum(bool(each.error) for each in self.answers)

    def facets(self) -> dict[str, Any]:
        return {"answers": len(self.answers), "broke": self.broke}


def clean(params: dict[str, Any]) -> dict[str, Any]:
    digest = params.get("engine")
    if set(params) != {"engine"} or not isinstance(digest, str) or not SHA256.fullmatch(digest):
        raise Refusal(Code.INVALID, fields={"engine": [str(_("The digest of an engine."))]})
    return {"engine": digest}


register(
    RunKind(
        name=KIND,
        title=_("Answers in the shadow"),
        resource=Resource.CPU,
        limit_s=LIMIT_S,
        handler="clinic.shadow_worker:handle",
        params="clinic.shadow_kind:clean",
        recorder="clinic.actions.shadows:record",
        follow_ups="clinic.actions.shadows:next_batch",
        uploads_max=0,
        stages=("ask",),
        stage_titles={"ask": _("Ask the engine")},
        fact_titles={"engine": _("Engine"), "answers": _("Answers"), "broke": _("Broke")},
        permission=Permission.ENGINES_MANAGE,
        is_offered=False,
    )
)
