"""What two persons decide about engines: that one goes live, answers a share, comes back; that data may leave."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic import audit, golden
from clinic.actions import engine_moves, incidents, proposals
from clinic.actions import golden as cases
from clinic.actions.proposals import Sort
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.engines import gate
from clinic.errors import Code, Refusal
from clinic.models import Deployment, EngineState, IncidentLine, Proposal, Site

PROMOTE, ROLLOUT, RETURN, DATA_LEAVES = "engine.promote", "engine.rollout", "engine.return", "site.data_leaves"


def ask_to_promote(*, by: Actor, deployment: Deployment, reason: str) -> Proposal:
    return proposals.propose(by=by, kind=PROMOTE, capability=deployment.capability, target_id=deployment.pk,
                             reason=reason)  # fmt: skip


def ask_for_rollout(*, by: Actor, deployment: Deployment, percent: int, reason: str) -> Proposal:
    return proposals.propose(by=by, kind=ROLLOUT, capability=deployment.capability, target_id=deployment.pk,
                             reason=reason, change={"percent": percent})  # fmt: skip


def ask_for_return(*, by: Actor, deployment: Deployment, reason: str) -> Proposal:
    """Of one that is out of service. The log of its incident tells that somebody asked."""
    with audit.together():
        proposal = proposals.propose(by=by, kind=RETURN, capability=deployment.capability, target_id=deployment.pk,
                                     reason=reason)  # fmt: skip
        for incident in cases.open_incidents(deployment):
            incidents.add(by=by, incident=incident, kind=IncidentLine.RELEASE_ASKED, words=proposal.reason)
    return proposal


def ask_to_let_data_leave(*, by: Actor, site: Site, may_leave: bool, reason: str) -> Proposal:
    return proposals.propose(by=by, kind=DATA_LEAVES, target_id=site.pk, reason=reason,
                             change={"may_leave": may_leave})  # fmt: skip


def target_of(by: Actor, proposal: Proposal) -> Deployment:
    found = Deployment.objects.filter(pk__in=[proposal.target_id], site=by.here).select_related("engine").first()
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    return found


def _check_promotion(by: Actor, proposal: Proposal) -> None:
    """When it is asked and again when it is agreed to: figures move on, and so do states."""
    deployment = _in_the_shadow(by, proposal)
    found = gate.of(deployment)
    if not found.passed:
        raise Refusal(Code.GATE_CLOSED, facts={"reasons": list(found.reasons), "n": found.verdict.n,
                                               "still_needed": found.verdict.still_needed})  # fmt: skip


def _promote(by: Actor, proposal: Proposal) -> None:
    deployment = target_of(by, proposal)
    engine_moves.promote(by=by, deployment=deployment, reason=proposal.reason, asked_by=proposal.proposed_by_id,
                         gate=gate.of(deployment).as_json())  # fmt: skip


def _check_rollout(by: Actor, proposal: Proposal) -> None:
    deployment = _in_the_shadow(by, proposal)
    if not _is_share(proposal.change.get("percent")):
        raise Refusal(Code.INVALID, fields={"percent": [_("A whole number from 1 to 100.")]})
    if not golden.standing(deployment.engine).passes:
        raise Refusal(Code.GATE_CLOSED, facts={"reasons": [gate.GOLDEN]})


def _is_share(percent: Any) -> bool:
    return isinstance(percent, int) and not isinstance(percent, bool) and 1 <= percent <= 100


def _roll_out(by: Actor, proposal: Proposal) -> None:
    engine_moves.set_percent(by=by, deployment=target_of(by, proposal), percent=proposal.change["percent"],
                             cause="rollout", reason=proposal.reason, asked_by=proposal.proposed_by_id)  # fmt: skip


def _in_the_shadow(by: Actor, proposal: Proposal) -> Deployment:
    deployment = target_of(by, proposal)
    if deployment.state != EngineState.SHADOW or deployment.out_since is not None:
        raise Refusal(Code.ENGINE_STATE, facts={"state": deployment.state})
    return deployment


def _check_return(by: Actor, proposal: Proposal) -> None:
    deployment = target_of(by, proposal)
    cases.check_may_come_back(deployment)
    if proposal.decision == "" and open_return(deployment) not in (None, proposal):
        raise Refusal(Code.ALREADY_EXISTS, detail=_("Somebody has asked for this return already. Agree to that one."))


def open_return(deployment: Deployment) -> Proposal | None:
    return Proposal.objects.filter(kind=RETURN, target_id=deployment.pk, decision="").first()


def _bring_back(by: Actor, proposal: Proposal) -> None:
    cases.bring_back(by=by, deployment=target_of(by, proposal))


def _check_data_leaves(by: Actor, proposal: Proposal) -> None:
    if proposal.target_id != by.here or not isinstance(proposal.change.get("may_leave"), bool):
        raise Refusal(Code.INVALID)


def _let_data_leave(by: Actor, proposal: Proposal) -> None:
    with audit.act(by, "site.data_policy_changed") as doing:
        site = Site.objects.select_for_update(no_key=True).get(pk=by.here)
        site.lets_patient_data_leave = proposal.change["may_leave"]
        site.save(update_fields=["lets_patient_data_leave"])
        doing.about(site, fields=("lets_patient_data_leave",), may_leave=site.lets_patient_data_leave)


proposals.register(
    Sort(name=PROMOTE, title=gettext_lazy("Make an engine live"), ask=Permission.ENGINES_MANAGE,
         agree=Permission.ENGINES_APPROVE, check=_check_promotion, apply=_promote, needs_step_up=True)
)  # fmt: skip
proposals.register(
    Sort(name=ROLLOUT, title=gettext_lazy("Let an engine answer a share of the work"), ask=Permission.ENGINES_MANAGE,
         agree=Permission.ENGINES_APPROVE, check=_check_rollout, apply=_roll_out, needs_step_up=True)
)  # fmt: skip
proposals.register(
    Sort(name=RETURN, title=gettext_lazy("Bring an engine back into service"), ask=Permission.ENGINES_MANAGE,
         agree=Permission.ENGINES_APPROVE, check=_check_return, apply=_bring_back, needs_step_up=True)
)  # fmt: skip
proposals.register(
    Sort(name=DATA_LEAVES, title=gettext_lazy("Whether remote engines may be asked about patients"),
         ask=Permission.ENGINES_MANAGE, agree=Permission.ENGINES_APPROVE, check=_check_data_leaves,
         apply=_let_data_leave, needs_step_up=True)
)  # fmt: skip
