"""Where engines stand at a site, and every move from one state to another. What goes and what comes change in one
transaction, so that a rung never has two live ones and never none; the database's unique index stands behind it."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit
from clinic.actions import golden
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.engines import manifests, opening, trust
from clinic.engines.unfit import Fault, Unfit
from clinic.errors import Code, Refusal
from clinic.golden import standing
from clinic.models import Deployment, Engine, EngineFault, EngineMove, EngineState, IncidentCause, Site

LEAST_REASON = 10
CANDIDATE, SHADOW, LIVE, RETIRED = EngineState.CANDIDATE, EngineState.SHADOW, EngineState.LIVE, EngineState.RETIRED


def enter(*, by: Actor, site: Site, engine: Engine, rung: int, comes_with_product: bool = False) -> Deployment:
    """An engine arrives at a site. What comes with the product goes live where nothing else of the rung is, or where
    the live one came with an older product and is no longer shipped; all else waits as a candidate."""
    with audit.act(by, "engine.entered") as doing:
        live = _live(_locked(site.pk, engine.capability), rung)
        goes_live = comes_with_product and (live is None or _is_of_an_older_product(live))
        if live and goes_live:
            _change(by, live, RETIRED, cause="replaced")
        state = LIVE if goes_live else CANDIDATE
        deployment = Deployment(site=site, engine=engine, capability=engine.capability, rung=rung, state=state)
        deployment.save(force_insert=True)
        _note(by, deployment, old="", cause="installed")
        doing.about(deployment, state=state.value, rung=rung, engine=engine.digest)
    return deployment


def _is_of_an_older_product(deployment: Deployment) -> bool:
    engine = deployment.engine
    return engine.signer == trust.PINNED and not trust.is_pinned(engine.digest)


# --- by one person: nothing of it reaches a patient, or it makes things as they were ----------------------------------


def start_shadow(*, by: Actor, deployment: Deployment, reason: str) -> Deployment:
    """From now on it sees what the live one answers. Nobody sees what it says."""
    by.require(Permission.ENGINES_MANAGE)
    with audit.act(by, "engine.shadowed") as doing:
        held = _held(deployment, CANDIDATE, RETIRED)
        _change(by, held, SHADOW, cause="shadow", reason=worded(reason))
        doing.about(held, fields=("state", "reason"), engine=held.engine.digest)
    return held


def retire(*, by: Actor, deployment: Deployment, reason: str) -> Deployment:
    """One that is not live. A live one is replaced, or taken out of service."""
    by.require(Permission.ENGINES_MANAGE)
    with audit.act(by, "engine.retired") as doing:
        held = _held(deployment, CANDIDATE, SHADOW)
        _change(by, held, RETIRED, cause="retired", reason=worded(reason))
        doing.about(held, fields=("state", "reason"), engine=held.engine.digest)
    return held


def roll_back(*, by: Actor, deployment: Deployment, reason: str) -> Deployment:
    """To the engine that was live before this one. Holds for the next run on: nothing is started again."""
    by.require(Permission.ENGINES_MANAGE)
    words = worded(reason)
    with audit.act(by, "engine.rolled_back") as doing:
        live, earlier = _with_the_one_before(deployment)
        if earlier is None:
            raise Refusal(Code.NO_EARLIER_ENGINE)
        _swap(by, live, earlier, cause="rolled_back", reason=words)
        doing.about(earlier, fields=("state", "reason"), instead_of=live.engine.digest, engine=earlier.engine.digest)
    return earlier


def demote(*, by: Actor, deployment: Deployment, cause: str, words: str) -> Deployment | None:
    """By policy, when an alarm says that a live engine is no longer what it was: the one before it takes over. None
    where there is none that is fit: then this one is out of service and its work goes to people."""
    with audit.act(by, "engine.demoted") as doing:
        live, earlier = _with_the_one_before(deployment)
        if earlier is not None and _is_fit(earlier):
            _swap(by, live, earlier, cause="demoted")
            golden.tell_that_it_is_out(by=by, deployment=live, words=words, cause=IncidentCause.DRIFT)
            doing.about(live, fields=("state",), cause=cause, engine=live.engine.digest,
                        instead=earlier.engine.digest)  # fmt: skip
            return earlier
        doing.nothing_happened()
        golden.take_out(by=by, deployment=live, why=cause, words=words, cause=IncidentCause.DRIFT)
    return None


def _swap(by: Actor, live: Deployment, earlier: Deployment, *, cause: str, **told: Any) -> None:
    _change(by, live, RETIRED, cause=cause, **told)
    _change(by, earlier, LIVE, cause=cause, **told)


def _with_the_one_before(deployment: Deployment) -> tuple[Deployment, Deployment | None]:
    rows = _locked(deployment.site_id, deployment.capability)
    live = _checked(rows, deployment, LIVE)
    return live, next((row for row in rows if row.pk == live.follows_id and row.state == RETIRED), None)


def _is_fit(deployment: Deployment) -> bool:
    """Nobody looks at it before it answers: it must open everywhere, be in service, and not have failed its cases."""
    asked = standing(deployment.engine).latest
    is_faulty = EngineFault.objects.filter(engine=deployment.engine_id, cleared_at=None).exists()
    return deployment.out_since is None and not is_faulty and (asked is None or asked.is_ok)


# --- agreed by two: `engine_proposals` asks for them ------------------------------------------------------------------


def promote(*, by: Actor, deployment: Deployment, reason: str, asked_by: UUID, gate: dict[str, Any]) -> Deployment:
    """Inside the agreement of a second person. Signed with this installation's key: what is live here without that
    signature, or the product's own pin, does not answer."""
    with audit.act(by, "engine.promoted") as doing:
        rows = _locked(deployment.site_id, deployment.capability)
        held = _checked(rows, deployment, SHADOW)
        seal = _sealed(held.engine)
        live = _live(rows, held.rung)
        if live:
            _change(by, live, RETIRED, cause="replaced")
        held.follows = live
        held.save(update_fields=["follows"])
        _change(by, held, LIVE, cause="promoted", reason=reason, gate=gate, seal=seal, asked_by=asked_by)
        doing.about(held, fields=("state", "reason"), engine=held.engine.digest, key=seal["key"],
                    instead_of=live.engine.digest if live else None)  # fmt: skip
    return held


def _sealed(engine: Engine) -> dict[str, str]:
    try:
        manifest = manifests.read(opening.folder_of(engine))
        if manifest.digest != engine.digest:
            raise Unfit(Fault.MANIFEST_DIFFERS)
    except Unfit as why:
        raise Refusal(Code.ENGINE_UNFIT, detail=str(why.fault.label)) from None
    return trust.promote(manifest)


def set_percent(*, by: Actor, deployment: Deployment, percent: int, cause: str, **told: Any) -> Deployment:
    """Of new work, the share that an engine in the shadow answers for real."""
    with audit.act(by, "engine.rollout_changed") as doing:
        held = _held(deployment, SHADOW)
        if held.percent == percent:
            doing.nothing_happened()
            return held
        held.percent = percent
        held.save(update_fields=["percent"])
        _note(by, held, old=held.state, cause=cause, **told)
        doing.about(held, fields=("percent",), percent=percent, cause=cause, engine=held.engine.digest)
    return held


# --- what they share --------------------------------------------------------------------------------------------------


def worded(reason: str) -> str:
    said = reason.strip()
    if len(said) < LEAST_REASON:
        raise Refusal(Code.INVALID, fields={"reason": [_("Say why, in at least %d characters.") % LEAST_REASON]})
    return said


def _locked(site_id: UUID, capability: str) -> list[Deployment]:
    """All of the capability at the site, always in the same order: two moves at once follow one another."""
    rows = Deployment.objects.filter(site=site_id, capability=capability).order_by("pk")
    return list(rows.select_for_update(no_key=True, of=("self",)).select_related("engine"))


def _live(rows: list[Deployment], rung: int) -> Deployment | None:
    return next((row for row in rows if row.rung == rung and row.state == LIVE), None)


def _held(deployment: Deployment, *states: EngineState) -> Deployment:
    return _checked(_locked(deployment.site_id, deployment.capability), deployment, *states)


def _checked(rows: list[Deployment], deployment: Deployment, *states: EngineState) -> Deployment:
    """As it is now, whatever it was when the page was drawn."""
    held = next((row for row in rows if row.pk == deployment.pk), None)
    if held is None or held.state not in states:
        raise Refusal(Code.ENGINE_STATE, facts={"state": held.state if held else None})
    return held


def _change(by: Actor, deployment: Deployment, state: EngineState, *, cause: str, **told: Any) -> None:
    old = deployment.state
    deployment.state, deployment.since, deployment.percent = state, timezone.now(), 0
    deployment.save(update_fields=["state", "since", "percent"])
    _note(by, deployment, old=old, cause=cause, **told)


def _note(by: Actor, deployment: Deployment, *, old: str, cause: str, asked_by: UUID | None = None,
          **told: Any) -> None:  # fmt: skip
    """Where two made it, who asked stands first and who agreed beside her."""
    EngineMove.objects.create(
        site_id=deployment.site_id, deployment=deployment, old=old, new=deployment.state, percent=deployment.percent,
        cause=cause, by_id=asked_by or by.user_id, approved_by_id=by.user_id if asked_by else None, **told,
    )  # fmt: skip
