"""What is asked of a replay, what it leaves, and why a result cannot be replayed. Light: web processes load this."""

from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext

from clinic.capabilities import of_kind
from clinic.errors import Code, Refusal
from clinic.models import Deployment, Engine, EngineState, Result
from clinic.pipeline import Outcome

KIND = "clinic.replay"


@dataclass(frozen=True)
class ReplayOutcome(Outcome):
    """Numbers and class names only. `unlike`: what of the record is otherwise here (a version, the processor)."""

    engine: ClassVar[str] = "clinic.replay 1"
    run: str
    engine_digest: str
    is_identical: bool
    same_label: bool
    is_close: bool
    label_was: str
    label_now: str
    largest_gap: float
    numbers: tuple[tuple[str, float | None, float | None], ...]
    others: tuple[str, ...]
    unlike: tuple[tuple[str, str, str], ...]
    sha256_was: str
    sha256_now: str

    def facets(self) -> dict[str, Any]:
        gap = self.largest_gap if self.largest_gap != float("inf") else None
        return {"is_identical": self.is_identical, "same_label": self.same_label, "largest_gap": gap,
                "same_build": not self.unlike}  # fmt: skip


def clean(params: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"run": str(UUID(str(params["run"])))}
    except (KeyError, ValueError):
        raise Refusal(Code.INVALID, fields={"run": [gettext("The id of a run.")]}) from None


def check(result: Result) -> Engine:
    """Said before anything is computed: never is another engine asked instead."""
    capability = of_kind(result.kind)
    if capability is None or not result.engine_digest:
        raise Refusal(Code.NOT_REPLAYABLE)
    engine = Engine.objects.filter(digest=result.engine_digest).first()
    if engine is None:
        raise Refusal(Code.ENGINE_GONE)
    if not engine.manifest.get("is_replayable", True):
        raise Refusal(Code.NOT_REPLAYABLE, detail=gettext("The engine itself says that it never answers twice alike."))
    held = Deployment.objects.filter(site=result.site_id, engine=engine).first()
    if held is None or held.state == EngineState.RETIRED:
        raise Refusal(Code.ENGINE_RETIRED)
    return engine
