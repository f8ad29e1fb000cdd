"""What the pages of limits and policy say: what holds, what is asked for, what held before."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from clinic.actions.thresholds import LIMITS, POLICY
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.capabilities import Capability, capabilities
from clinic.doubt.coverage import Live
from clinic.forms.review_settings import CLASS, LimitsForm, PolicyForm
from clinic.models import Proposal
from clinic.review_policy import limits_of, rules_of
from clinic.review_simulator import Simulation
from clinic.sealed_words import said
from clinic.templatetags.figures import probability
from clinic.views.presenters.entry_parts import Words

PAGES = {LIMITS: "review_limits", POLICY: "review_policy"}
PAST = 20


@dataclass(frozen=True)
class Asked:
    proposal: Proposal
    by: str
    reason: Words
    lines: list[str]
    is_mine: bool
    may_agree: bool
    decided_by: str = ""
    note: Words = ""


@dataclass(frozen=True)
class LimitRow:
    words: Words
    risk: float
    now: float
    field: Any


@dataclass(frozen=True)
class Simulated:
    """In words and figures, as templates/clinic/review/_simulated.html takes it."""

    values: Mapping[str, float]
    of: Simulation
    more: int
    fewer: int
    review_now: int
    review_then: int
    wrong_now: int
    wrong_then: int
    accuracy_now: Live | None
    accuracy_then: Live | None
    by_class: list[dict[str, Any]] = field(default_factory=list)


def overview(by: Actor) -> list[dict[str, Any]]:
    return [
        {
            "title": one.title,
            "limits": [(card.words, limits_of(by.here, one)[name]) for name, card in one.classes.items()],
            "rules": rules_of(by.here, one.name),
            "open": _open(by, one, (LIMITS, POLICY)).count(),
            "limits_url": reverse("review_limits", args=[one.name]),
            "policy_url": reverse("review_policy", args=[one.name]),
        }
        for one in capabilities()
    ]


def page(by: Actor, capability: Capability, kind: str) -> dict[str, Any]:
    past = Proposal.objects.filter(site=by.here, capability=capability.name, kind=kind).exclude(decision="")
    return {
        "capability": capability,
        "tabs": _tabs(capability, kind),
        "may_propose": by.can(Permission.ENGINES_MANAGE),
        "open": [_asked(by, capability, one) for one in _open(by, capability, (kind,)).order_by("proposed_at")],
        "past": [_asked(by, capability, one) for one in _with_people(past).order_by("-decided_at")[:PAST]],
    }


def _open(by: Actor, capability: Capability, kinds: tuple[str, ...]) -> Any:
    rows = Proposal.objects.filter(site=by.here, capability=capability.name, kind__in=kinds)
    return _with_people(rows).filter(decision=Proposal.Decision.OPEN)


def _with_people(rows: Any) -> Any:
    return rows.select_related("proposed_by", "decided_by")


def _tabs(capability: Capability, kind: str) -> list[dict[str, Any]]:
    return [
        {"url": reverse(PAGES[name], args=[capability.name]), "words": words, "current": name == kind}
        for name, words in ((LIMITS, _("Limits")), (POLICY, _("Who reads")))
    ]


def _asked(by: Actor, capability: Capability, proposal: Proposal) -> Asked:
    is_mine = proposal.proposed_by_id == by.user_id
    return Asked(
        proposal=proposal,
        by=proposal.proposed_by.name,
        reason=said(lambda: proposal.reason),
        lines=_lines(capability, proposal),
        is_mine=is_mine,
        may_agree=not is_mine and by.can(Permission.ENGINES_APPROVE),
        decided_by=proposal.decided_by.name if proposal.decided_by else "",
        note=said(lambda: proposal.note),
    )


def _lines(capability: Capability, proposal: Proposal) -> list[str]:
    """What would be, or was, otherwise: one line a value."""
    was, wanted = proposal.change.get("was", {}), proposal.change.get("values", proposal.change.get("rules", {}))
    words = _words_of(capability, proposal.kind)
    return [
        _("%(what)s: %(was)s, then %(then)s")
        % {"what": words.get(name, name), "was": _told(was.get(name)), "then": _told(value)}
        for name, value in wanted.items()
        if value != was.get(name)
    ]


def _words_of(capability: Capability, kind: str) -> Mapping[str, Words]:
    if kind == LIMITS:
        return {name: card.words for name, card in capability.classes.items()}
    return {name: one.label or name for name, one in PolicyForm.base_fields.items()} | {
        "class_readers": _("Readers per class")
    }


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


# --- limits -----------------------------------------------------------------------------------------------------------


def limit_rows(by: Actor, capability: Capability, form: LimitsForm) -> list[LimitRow]:
    held = limits_of(by.here, capability)
    return [
        LimitRow(card.words, card.risk, held[name], form[CLASS + name]) for name, card in capability.classes.items()
    ]


def simulated(capability: Capability, found: Simulation, values: Mapping[str, float]) -> Simulated:
    return Simulated(
        values={CLASS + name: value for name, value in values.items()},
        of=found,
        more=max(0, found.more),
        fewer=max(0, -found.more),
        review_now=found.n - found.now.count,
        review_then=found.n - found.then.count,
        wrong_now=found.now.n_wrong,
        wrong_then=found.then.n_wrong,
        accuracy_now=found.now.accuracy(found.chances),
        accuracy_then=found.then.accuracy(found.chances),
        by_class=[_class_line(name, card.words, found) for name, card in capability.classes.items()],
    )


def _class_line(name: str, words: Words, found: Simulation) -> dict[str, Any]:
    answered = found.labels[name]
    now, then = answered - found.now.by_class[name], answered - found.then.by_class[name]
    return {"words": words, "answered": answered, "now": now, "then": then}
