"""Engines in the shadow answer what the live one has answered: behind it, in the bulk lane, a batch at a time."""

from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from clinic import audit
from clinic.actions import runs
from clinic.authorization.actor import Actor
from clinic.models import Deployment, Engine, EngineState, Result, Run, ShadowAnswer
from clinic.models.runs import ACTIVE
from clinic.pipeline import FollowUp
from clinic.shadow_kind import KIND, ShadowOutcome


def ask(*, by: Actor, site_id: UUID, capability: str) -> int:
    """After an answer has been committed: nobody waits for this. A batch that waits already takes this one with it."""
    standing = Deployment.objects.filter(site=site_id, capability=capability, state=EngineState.SHADOW, out_since=None)
    digests = list(standing.values_list("engine__digest", flat=True))
    return sum(_ask_one(by, digest) for digest in digests)


def _ask_one(by: Actor, digest: str) -> bool:
    if Run.objects.filter(site=by.here, kind=KIND, state__in=ACTIVE, params={"engine": digest}).exists():
        return False
    _run, is_new = runs.request(by=by, kind=KIND, params={"engine": digest}, batch=True)
    return is_new


def waiting(deployment: Deployment) -> QuerySet[Result]:
    """What was answered by others since it stands in the shadow, and not yet by it; the oldest first."""
    own = ShadowAnswer.objects.filter(engine=deployment.engine_id, result=OuterRef("pk"))
    found = Result.objects.filter(site=deployment.site_id, kind=deployment.capability, at__gte=deployment.since)
    return found.exclude(engine_digest=deployment.engine.digest).exclude(Exists(own)).order_by("at", "pk")


def record(*, run: Run, outcome: ShadowOutcome, by: Actor) -> None:
    """In the transaction that ends the batch."""
    engine = Engine.objects.get(digest=run.params["engine"])
    with audit.act(by, "engine.answered_in_shadow") as doing:
        ShadowAnswer.objects.bulk_create(
            (ShadowAnswer(site_id=run.site_id, engine=engine, result_id=each.result, case_id=each.case,
                          facets=each.facets, milliseconds=each.milliseconds, error=each.error)
             for each in outcome.answers),
            ignore_conflicts=True,
        )  # fmt: skip
        doing.about(engine, count=len(outcome.answers), broke=outcome.broke)


def next_batch(run: Run, _outcome: ShadowOutcome) -> list[FollowUp]:
    """Whether more has come meanwhile: asked when the batch ends, so that none is left behind."""
    deployment = in_the_shadow(run.site_id, run.params["engine"])
    return [FollowUp(KIND, dict(run.params))] if deployment and waiting(deployment).exists() else []


def in_the_shadow(site_id: UUID, digest: str) -> Deployment | None:
    held = Deployment.objects.filter(site=site_id, engine__digest=digest, state=EngineState.SHADOW, out_since=None)
    return held.select_related("engine").first()
