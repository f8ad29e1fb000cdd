"""An engine on trial for a share of the work: the trial ends by itself when it breaks too often, or when its sealed
cases fail. The work it could not do was done by the live one, whose receipts are what is counted here."""

from uuid import UUID

from django.db.models import Q

from clinic import golden
from clinic.actions import engine_moves
from clinic.authorization.actor import Actor
from clinic.doubt.intervals import wilson
from clinic.engines.receipts import Why
from clinic.models import Deployment, EngineMove, EngineState, Result

TOLERATED = 0.02  # of the work on trial may break
BROKE = {Why.BROKE.value, Why.UNFIT.value}


def look_after(*, by: Actor, site_id: UUID, capability: str) -> None:
    """Called when one on trial was passed over, and whenever sealed cases were asked."""
    on_trial = Deployment.objects.filter(site=site_id, capability=capability, state=EngineState.SHADOW, percent__gt=0)
    for deployment in on_trial.select_related("engine"):
        if cause := why_to_abort(deployment):
            engine_moves.set_percent(by=by, deployment=deployment, percent=0, cause=cause)


def why_to_abort(deployment: Deployment) -> str:
    asked = golden.standing(deployment.engine).latest
    if deployment.out_since is not None or (asked and not asked.is_ok):
        return "aborted_golden"
    broke, tried = errors_of(deployment)
    return "aborted_errors" if broke and wilson(broke, tried).low > TOLERATED else ""


def errors_of(deployment: Deployment) -> tuple[int, int]:
    """Since the trial began: how often it broke or could not be opened, of how often it was its turn."""
    moves = EngineMove.objects.filter(deployment=deployment, cause="rollout").order_by("-at")
    began = moves.values("at")[:1]
    results = Result.objects.filter(site=deployment.site_id, kind=deployment.capability, at__gte=began)
    digest = deployment.engine.digest
    passed = Q()
    for place in ("also_passed", "why_not_better"):
        for why in BROKE:
            passed |= Q(**{f"receipt__{place}__contains": [{"digest": digest, "why": why}]})
    broke = results.filter(passed).count()
    return broke, broke + results.filter(engine_digest=digest).count()
