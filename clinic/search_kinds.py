"""What workers are asked for searching: reading what is to be found, and reading a question. Neither is about a case,
and no word of either stands in a run."""

from dataclasses import dataclass, field
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clinic.authorization.permissions import Permission
from clinic.errors import Code, Refusal
from clinic.lanes import Resource
from clinic.pipeline import NO_PARAMS, Outcome, RunKind, register

INDEX, ASK = "clinic.index", "clinic.search"
ASK_PARAMS: dict[str, Any] = {
    "type": "object", "properties": {"search": {"type": "string", "format": "uuid"}}, "required": ["search"],
    "additionalProperties": False,
}  # fmt: skip


def clean_ask(params: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"search": str(UUID(str(params["search"])))}
    except (KeyError, ValueError):
        raise Refusal(Code.INVALID, fields={"search": [gettext("not known")]}) from None


@dataclass(frozen=True)
class Indexed(Outcome):
    """`private` reaches the recorder of the run and nobody else."""

    engine: ClassVar[str] = "clinic.index 1"
    texts: int = 0
    parts: int = 0
    by_meaning: bool = False
    private: tuple[Any, ...] = field(default=(), repr=False)

    def facets(self) -> dict[str, Any]:
        return {"texts": self.texts, "parts": self.parts, "by_meaning": self.by_meaning}

    def as_json(self) -> dict[str, Any]:
        return self.facets()


@dataclass(frozen=True)
class Understood(Outcome):
    engine: ClassVar[str] = "clinic.search 1"
    by_meaning: bool = False
    private: tuple[float, ...] = field(default=(), repr=False)

    def facets(self) -> dict[str, Any]:
        return {"by_meaning": self.by_meaning}

    def as_json(self) -> dict[str, Any]:
        return self.facets()


_OURS: dict[str, Any] = {
    "permission": Permission.CASE_VIEW, "uploads_max": 0, "is_clinical": False, "is_in_reports": False,
    "is_offered": False,
}  # fmt: skip

register(
    RunKind(
        name=INDEX, title=_("Read what is to be found"), resource=Resource.CPU, limit_s=600,
        handler="clinic.search_worker:index", params="clinic.pipeline:no_params", params_schema=NO_PARAMS,
        recorder="clinic.actions.searching:indexed", stages=("read", "compare"),
        stage_titles={"read": _("Read texts"), "compare": _("Work out what they mean")},
        fact_titles={"texts": _("Texts"), "parts": _("Passages"), "by_meaning": _("By meaning too")}, **_OURS,
    )
)  # fmt: skip
register(
    RunKind(
        name=ASK, title=_("Search by meaning"), resource=Resource.CPU, limit_s=20, handler="clinic.search_worker:ask",
        params="clinic.search_kinds:clean_ask", params_schema=ASK_PARAMS,
        recorder="clinic.actions.searching:understood", stages=("compare",),
        stage_titles={"compare": _("Work out what is meant")},
        fact_titles={"search": _("Search"), "by_meaning": _("By meaning too")}, **_OURS,
    )
)  # fmt: skip
