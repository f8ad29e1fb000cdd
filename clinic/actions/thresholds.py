"""How answers are accepted and read, changed by two persons: limits per class, and the policy of reading."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic import capabilities
from clinic.actions import proposals
from clinic.actions.proposals import Sort
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.capabilities import Capability
from clinic.errors import Code, Refusal
from clinic.models import Proposal, ReviewPolicy, Threshold
from clinic.review_policy import limits_of, rules_of
from clinic.review_rules import Rules, problems_of

LIMITS, POLICY = "review.limits", "review.policy"


def propose_limits(*, by: Actor, capability: str, values: Mapping[str, float], reason: str) -> Proposal:
    """`values` may name some classes only; the others stay. What holds now is noted beside it, for who has to agree."""
    known = capabilities.capability_named(capability)
    now = limits_of(by.here, known)
    change = {"was": now, "values": {**now, **values}}
    return proposals.propose(by=by, kind=LIMITS, capability=capability, change=change, reason=reason)


def propose_policy(*, by: Actor, capability: str, rules: Mapping[str, Any], reason: str) -> Proposal:
    known = capabilities.capability_named(capability)
    now = rules_of(by.here, known.name).as_json()
    change = {"was": now, "rules": {**now, **rules}}
    return proposals.propose(by=by, kind=POLICY, capability=capability, change=change, reason=reason)


def check_limits(capability: Capability, values: Mapping[str, Any]) -> None:
    wrong = {name[:60]: [_("No class of this engine.")] for name in values if name not in capability.classes}
    wrong |= {name: [_("A number from 0 to 1.")] for name, value in values.items()
              if name in capability.classes and not _is_share(value)}  # fmt: skip
    if wrong:
        raise Refusal(Code.INVALID, fields=wrong)


def _is_share(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _check_limits(_by: Actor, proposal: Proposal) -> None:
    check_limits(capabilities.capability_named(proposal.capability), proposal.change["values"])
    _check_differs(proposal.change["values"], proposal.change["was"])


def _apply_limits(_by: Actor, proposal: Proposal) -> None:
    Threshold.objects.create(site_id=proposal.site_id, capability=proposal.capability,
                             values=proposal.change["values"], proposal=proposal)  # fmt: skip


def _check_policy(_by: Actor, proposal: Proposal) -> None:
    capability = capabilities.capability_named(proposal.capability)
    if wrong := problems_of(proposal.change["rules"], capability):
        raise Refusal(Code.INVALID, fields=wrong)
    _check_differs(proposal.change["rules"], proposal.change["was"])


def _apply_policy(_by: Actor, proposal: Proposal) -> None:
    rules = Rules.of(proposal.change["rules"]).as_json()
    ReviewPolicy.objects.create(site_id=proposal.site_id, capability=proposal.capability, rules=rules,
                                proposal=proposal)  # fmt: skip


def _check_differs(wanted: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    if wanted == now:
        raise Refusal(Code.INVALID, fields={"values": [_("This is what holds already.")]})


proposals.register(
    Sort(name=LIMITS, title=gettext_lazy("Change the limits"), ask=Permission.ENGINES_MANAGE,
         agree=Permission.ENGINES_APPROVE, check=_check_limits, apply=_apply_limits)
)  # fmt: skip
proposals.register(
    Sort(name=POLICY, title=gettext_lazy("Change who reads and how"), ask=Permission.ENGINES_MANAGE,
         agree=Permission.ENGINES_APPROVE, check=_check_policy, apply=_apply_policy)
)  # fmt: skip
