"""What the pages of limits and policy say: what holds, what is asked for, what held before."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from clinic import access
from clinic.actions.thresholds import LIMITS, POLICY
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.capabilities import Capability, capabilities
from clinic.doubt.coverage import Live
from clinic.forms.review_settings import CLASS, LimitsForm
from clinic.review_policy import limits_of, rules_of
from clinic.review_simulator import Simulation
from clinic.views.presenters import proposals
from clinic.views.presenters.entry_parts import Words

PAGES = {LIMITS: "review_limits", POLICY: "review_policy"}


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
            "open": access.proposals(by).filter(capability=one.name, kind__in=PAGES, decision="").count(),
            "limits_url": reverse("review_limits", args=[one.name]),
            "policy_url": reverse("review_policy", args=[one.name]),
        }
        for one in capabilities()
    ]


def page(by: Actor, capability: Capability, kind: str) -> dict[str, Any]:
    of = {"capability": capability.name, "kind": kind}
    return {
        "capability": capability,
        "tabs": _tabs(capability, kind),
        "may_propose": by.can(Permission.ENGINES_MANAGE),
        "open": proposals.waiting(by, **of),
        "past": proposals.decided(by, **of),
    }


def _tabs(capability: Capability, kind: str) -> list[dict[str, Any]]:
    return [
        {"url": reverse(PAGES[name], args=[capability.name]), "words": words, "current": name == kind}
        for name, words in ((LIMITS, _("Limits")), (POLICY, _("Who reads")))
    ]


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
