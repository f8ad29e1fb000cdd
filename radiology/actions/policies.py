"""How a site reads its films, changed by two persons: one asks with a reason, another agrees."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.actions import proposals
from clinic.actions.proposals import Sort
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.errors import Code, Refusal
from clinic.models import Proposal
from radiology import chest
from radiology.models import BlindRule, ReadingPolicy
from radiology.policy import policy_of

KIND = "radiology.reading"
PERCENTS = ("blind_percent", "second_percent")
LONGEST_WAIT = 10_000


def propose(*, by: Actor, rules: dict[str, Any], reason: str) -> Proposal:
    now = as_rules(policy_of(by.here))
    return proposals.propose(by=by, kind=KIND, capability=chest.NAME, reason=reason,
                             change={"was": now, "rules": {**now, **rules}})  # fmt: skip


def as_rules(policy: ReadingPolicy) -> dict[str, Any]:
    return {"blind": policy.blind, "blind_percent": policy.blind_percent, "second_percent": policy.second_percent,
            "wait_minutes": policy.wait_minutes, "has_maps": policy.has_maps}  # fmt: skip


def _check(_by: Actor, proposal: Proposal) -> None:
    rules, wrong = proposal.change["rules"], {}
    if rules["blind"] not in BlindRule.values:
        wrong["blind"] = [_("one of %s") % ", ".join(BlindRule.values)]
    wrong |= {name: [_("a whole number from 0 to 100")] for name in PERCENTS if not _is_whole(rules[name], 0, 100)}
    if not _is_whole(rules["wait_minutes"], 5, LONGEST_WAIT):
        wrong["wait_minutes"] = [_("a whole number from 5 to 10000")]
    if not isinstance(rules["has_maps"], bool):
        wrong["has_maps"] = [_("yes or no")]
    if rules == proposal.change["was"]:
        wrong["rules"] = [_("This is what holds already.")]
    if wrong or set(rules) != set(proposal.change["was"]):
        raise Refusal(Code.INVALID, fields=wrong)


def _is_whole(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _apply(by: Actor, proposal: Proposal) -> None:
    ReadingPolicy.objects.create(site_id=proposal.site_id, changed_by_id=by.user_id, **proposal.change["rules"])


proposals.register(
    Sort(name=KIND, title=gettext_lazy("Change how films are read"), ask=Permission.ENGINES_MANAGE,
         agree=Permission.ENGINES_APPROVE, check=_check, apply=_apply)
)  # fmt: skip
