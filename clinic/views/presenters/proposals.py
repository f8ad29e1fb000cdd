"""Changes that wait for a second person, whatever they are about: what would be done, why, and who asks."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from clinic.actions import engine_proposals, stops, thresholds
from clinic.actions.proposals import sort_of
from clinic.authorization.actor import Actor
from clinic.models import Deployment, Incident, Proposal
from clinic.sealed_words import said
from clinic.views.presenters.stops import what_is_meant

Words = str | Promise
MOST_DECIDED = 20


@dataclass(frozen=True)
class Line:
    pk: UUID
    title: Words
    about: Words
    change: Words
    reason: Words
    by: str
    at: datetime
    url: str  # where it can be looked into
    may_agree: bool
    is_mine: bool
    decision: Words = ""
    decided_by: str = ""


def waiting(by: Actor) -> list[Line]:
    rows = _rows(by).filter(decision="").order_by("proposed_at")
    return [_line(by, each) for each in rows]


def decided(by: Actor) -> list[Line]:
    rows = _rows(by).exclude(decision="").order_by("-decided_at")[:MOST_DECIDED]
    return [_line(by, each) for each in rows]


def _rows(by: Actor) -> Any:
    return Proposal.objects.filter(site=by.here).select_related("proposed_by", "decided_by")


def _line(by: Actor, proposal: Proposal) -> Line:
    is_mine = proposal.proposed_by_id == by.user_id
    about, url = _about(proposal)
    return Line(
        pk=proposal.pk, title=sort_of(proposal).title, about=about, change=_change(proposal), url=url,
        reason=said(lambda: proposal.reason), by=proposal.proposed_by.name, at=proposal.proposed_at,
        may_agree=not is_mine and by.can(sort_of(proposal).agree), is_mine=is_mine,
        decision=proposal.get_decision_display() if proposal.decision else "",
        decided_by=proposal.decided_by.name if proposal.decided_by else "",
    )  # fmt: skip


def _about(proposal: Proposal) -> tuple[Words, str]:
    """What it is about in a word, and its page."""
    match proposal.kind:
        case engine_proposals.PROMOTE | engine_proposals.ROLLOUT:
            held = Deployment.objects.filter(pk__in=[proposal.target_id]).select_related("engine").first()
            return (str(held.engine), reverse("engine", args=[held.pk])) if held else ("", "")
        case engine_proposals.DATA_LEAVES:
            return "", reverse("engines")
        case stops.RELEASE:
            incident = Incident.objects.filter(stop__in=[proposal.target_id]).first()
            title = what_is_meant(proposal.capability, proposal.change.get("class_name", ""))
            return title, reverse("incident", args=[incident.pk]) if incident else ""
        case thresholds.LIMITS:
            return what_is_meant(proposal.capability, ""), reverse("review_limits", args=[proposal.capability])
        case thresholds.POLICY:
            return what_is_meant(proposal.capability, ""), reverse("review_policy", args=[proposal.capability])
    return what_is_meant(proposal.capability, "") if proposal.capability else "", ""


def _change(proposal: Proposal) -> Words:
    if proposal.kind == engine_proposals.ROLLOUT:
        return str(_("%d %% of new work") % proposal.change["percent"])
    if proposal.kind == engine_proposals.DATA_LEAVES:
        return _("They may be asked about patients") if proposal.change["may_leave"] else _("They may not")
    return ""
