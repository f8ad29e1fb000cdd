"""Changes by two persons, whatever they are about and wherever they are shown: what would be done, why, who asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from clinic import access
from clinic.actions import engine_proposals, stops, thresholds
from clinic.actions.proposals import sort_of
from clinic.authorization.actor import Actor
from clinic.capabilities import Capability, capability_named
from clinic.errors import Refusal
from clinic.forms.review_settings import PolicyForm
from clinic.models import Deployment, Incident, Proposal
from clinic.sealed_words import said
from clinic.templatetags.figures import probability
from clinic.views.presenters.entry_parts import Words
from clinic.views.presenters.stops import what_is_meant

MOST_DECIDED = 20


@dataclass(frozen=True)
class Line:
    """As templates/clinic/partials/proposal.html takes it."""

    pk: UUID
    title: Words
    about: Words
    changes: list[str]
    reason: Words
    by: str
    at: datetime
    url: str  # where it can be looked into
    may_agree: bool
    is_mine: bool
    needs_note: bool
    decision: Words = ""
    decided_by: str = ""
    decided_at: datetime | None = None


def waiting(by: Actor, **only: Any) -> list[Line]:
    """All of the site; `only` names columns: those of one capability, of one kind."""
    rows = access.proposals(by).filter(decision="", **only).order_by("proposed_at")
    return [line(by, each) for each in rows]


def decided(by: Actor, **only: Any) -> list[Line]:
    rows = access.proposals(by).filter(**only).exclude(decision="").order_by("-decided_at")[:MOST_DECIDED]
    return [line(by, each) for each in rows]


def line(by: Actor, proposal: Proposal) -> Line:
    is_mine = proposal.proposed_by_id == by.user_id
    about, url = _about(proposal)
    return Line(
        pk=proposal.pk, title=sort_of(proposal).title, about=about, changes=_changes(proposal), url=url,
        reason=said(lambda: proposal.reason), by=proposal.proposed_by.name, at=proposal.proposed_at,
        may_agree=not is_mine and by.can(sort_of(proposal).agree), is_mine=is_mine,
        needs_note=proposal.kind == stops.RELEASE,  # it stands in the log of the incident
        decision=proposal.get_decision_display() if proposal.decision else "",
        decided_by=proposal.decided_by.name if proposal.decided_by else "", decided_at=proposal.decided_at,
    )  # fmt: skip


def own_page(proposal: Proposal) -> str:
    """Where what it changes is shown."""
    return _about(proposal)[1] or reverse("proposals")


def _about(proposal: Proposal) -> tuple[Words, str]:
    """What it is about in a word, and its page."""
    if (told := sort_of(proposal).about) is not None:
        return told(proposal)
    match proposal.kind:
        case engine_proposals.PROMOTE | engine_proposals.ROLLOUT:
            held = Deployment.objects.filter(pk__in=[proposal.target_id]).select_related("engine").first()
            return (str(held.engine), reverse("engine", args=[held.pk])) if held else ("", "")
        case engine_proposals.RETURN:
            return _of_return(proposal)
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


def _of_return(proposal: Proposal) -> tuple[Words, str]:
    """The page of the incident, where it is looked into."""
    held = Deployment.objects.filter(pk__in=[proposal.target_id]).select_related("engine").first()
    if held is None:
        return "", ""
    incident = Incident.objects.filter(engine=held.engine, stop=None).order_by("-opened_at").first()
    page = reverse("incident", args=[incident.pk]) if incident else reverse("engine", args=[held.pk])
    return str(held.engine), page


# --- what would be, or was, otherwise: one line a value ---------------------------------------------------------------


def _changes(proposal: Proposal) -> list[str]:
    match proposal.kind:
        case engine_proposals.ROLLOUT:
            return [_("%d %% of new work") % proposal.change["percent"]]
        case engine_proposals.DATA_LEAVES:
            return [_("They may be asked about patients") if proposal.change["may_leave"] else _("They may not")]
        case thresholds.LIMITS | thresholds.POLICY:
            return _values(proposal)
    return []


def _values(proposal: Proposal) -> list[str]:
    was, wanted = proposal.change.get("was", {}), proposal.change.get("values", proposal.change.get("rules", {}))
    words = _words_of(proposal)
    return [
        _("%(what)s: %(was)s, then %(then)s")
        % {"what": words.get(name, name), "was": _told(was.get(name)), "then": _told(value)}
        for name, value in wanted.items()
        if value != was.get(name)
    ]


def _words_of(proposal: Proposal) -> Mapping[str, Words]:
    if proposal.kind == thresholds.LIMITS:
        return _classes(proposal.capability)
    return {name: one.label or name for name, one in PolicyForm.base_fields.items()} | {
        "class_readers": _("Readers per class")
    }


def _classes(name: str) -> Mapping[str, Words]:
    """By their codes, where the capability is gone."""
    try:
        known: Capability = capability_named(name)
    except Refusal:
        return {}
    return {name: card.words for name, card in known.classes.items()}


def _told(value: Any) -> str:
    match value:
        case bool():
            return _("yes") if value else _("no")
        case dict():
            return ", ".join(f"{name} {count}" for name, count in value.items()) or _("none")
        case list():
            return ", ".join(map(str, value))
        case float():
            return probability(value) if value <= 1 else f"{value:g}"
    return str(value)
