"""Where engines stand at a site, and every move from one state to another. What goes and what comes change in one
transaction, so that a rung never has two live ones and never none; the database's unique index stands behind it."""

from typing import Any
from uuid import UUID

from django.utils import timezone

from clinic import audit
from clinic.authorization.actor import Actor
from clinic.engines import trust
from clinic.models import Deployment, Engine, EngineMove, EngineState, Site


def enter(*, by: Actor, site: Site, engine: Engine, rung: int, comes_with_product: bool = False) -> Deployment:
    """An engine arrives at a site. What comes with the product goes live where nothing else of the rung is, or where
    the live one came with an older product and is no longer shipped; all else waits as a candidate."""
    with audit.act(by, "engine.entered") as doing:
        live = _live(_locked(site.pk, engine.capability), rung)
        goes_live = comes_with_product and (live is None or _is_of_an_older_product(live))
        if live and goes_live:
            _change(by, live, EngineState.RETIRED, cause="replaced")
        state = EngineState.LIVE if goes_live else EngineState.CANDIDATE
        deployment = Deployment(site=site, engine=engine, capability=engine.capability, rung=rung, state=state)
        deployment.save(force_insert=True)
        _note(by, deployment, old="", cause="installed")
        doing.about(deployment, state=state.value, rung=rung, engine=engine.digest)
    return deployment


def _is_of_an_older_product(deployment: Deployment) -> bool:
    engine = deployment.engine
    return engine.signer == trust.PINNED and not trust.is_pinned(engine.digest)


def _locked(site_id: UUID, capability: str) -> list[Deployment]:
    """All of the capability at the site, always in the same order: two moves at once follow one another."""
    rows = Deployment.objects.filter(site=site_id, capability=capability).order_by("pk")
    return list(rows.select_for_update(no_key=True, of=("self",)).select_related("engine"))


def _live(rows: list[Deployment], rung: int) -> Deployment | None:
    return next((row for row in rows if row.rung == rung and row.state == EngineState.LIVE), None)


def _change(by: Actor, deployment: Deployment, state: EngineState, *, cause: str, **told: Any) -> None:
    old = deployment.state
    deployment.state, deployment.since, deployment.percent = state, timezone.now(), 0
    deployment.save(update_fields=["state", "since", "percent"])
    _note(by, deployment, old=old, cause=cause, **told)


def _note(by: Actor, deployment: Deployment, *, old: str, cause: str, **told: Any) -> None:
    EngineMove.objects.create(
        site_id=deployment.site_id, deployment=deployment, old=old, new=deployment.state, percent=deployment.percent,
        cause=cause, by_id=by.user_id, **told,
    )  # fmt: skip
