"""Changes that need two persons: one asks with a reason, another agrees, and what was agreed is done at once.

A kind of change registers what is asked of it before and what is done after; nobody agrees to her own proposal.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from clinic import audit, concerned, step_up
from clinic.actions import notifications
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.errors import Code, Refusal
from clinic.models import NoticeKind, Proposal

LEAST_REASON = 10


@dataclass(frozen=True, kw_only=True)
class Sort:
    name: str
    title: str | Promise
    ask: Permission
    agree: Permission
    check: Callable[[Actor, Proposal], None]  # refuses what cannot be done, when it is asked and again when agreed
    apply: Callable[[Actor, Proposal], None]  # does it, in the transaction of the agreement
    about: Callable[[Proposal], tuple[str, str]] | None = None  # in a word, and the page that shows it
    needs_step_up: bool = False  # what reaches patients or accounts: whoever agrees has just proved who she is
    notice: NoticeKind = NoticeKind.PROPOSAL  # what those who may agree are told


_sorts: dict[str, Sort] = {}


def register(sort: Sort) -> None:
    _sorts[sort.name] = sort


def sort_of(proposal: Proposal) -> Sort:
    return _sorts[proposal.kind]


def propose(*, by: Actor, kind: str, reason: str, capability: str = "", target_id: UUID | None = None,
            change: dict[str, Any] | None = None) -> Proposal:  # fmt: skip
    sort = _sorts[kind]
    by.require(sort.ask)
    with audit.act(by, "proposal.made") as doing:
        proposal = Proposal(
            site_id=by.here, kind=kind, capability=capability, target_id=target_id, change=change or {},
            reason=_reason(reason), proposed_by_id=by.myself,
        )  # fmt: skip
        sort.check(by, proposal)
        proposal.save(force_insert=True)
        notifications.send_to_all(by=by, people=concerned.holders(by.here, sort.agree), kind=sort.notice)
        doing.about(proposal, fields=("change", "reason"), what=kind, capability=capability, on=target_id)
    return proposal


def _reason(words: str) -> str:
    said = words.strip()
    if len(said) < LEAST_REASON:
        raise Refusal(Code.INVALID, fields={"reason": [_("Say why, in at least %d characters.") % LEAST_REASON]})
    return said


def agree(*, by: Actor, proposal: Proposal, note: str = "", confirmed_at: datetime | None = None) -> Proposal:
    """`confirmed_at`: when she last proved who she is."""
    sort = sort_of(proposal)
    by.require(sort.agree)
    step_up.demand_person(by)
    with audit.act(by, "proposal.agreed") as doing:
        locked = _open(proposal)
        if locked.proposed_by_id == by.myself:
            raise Refusal(Code.SECOND_PERSON_NEEDED)
        sort.check(by, locked)
        if sort.needs_step_up:
            step_up.demand(by, confirmed_at)
        _decide(locked, Proposal.Decision.APPROVED, by, note)
        sort.apply(by, locked)
        doing.about(locked, fields=("decision",), what=locked.kind, capability=locked.capability, on=locked.target_id)
    return locked


def refuse(*, by: Actor, proposal: Proposal, note: str) -> Proposal:
    """By a second person; or by whoever asked, who thereby takes it back."""
    step_up.demand_person(by)
    is_own = proposal.proposed_by_id == by.myself
    if not is_own:
        by.require(sort_of(proposal).agree)
    with audit.act(by, "proposal.withdrawn" if is_own else "proposal.refused") as doing:
        locked = _open(proposal)
        _decide(locked, Proposal.Decision.WITHDRAWN if is_own else Proposal.Decision.REFUSED, by, note)
        doing.about(locked, fields=("decision",), what=locked.kind, capability=locked.capability, on=locked.target_id)
    return locked


def close(*, by: Actor, proposal: Proposal, note: str) -> Proposal:
    """Inside another action, which tells of it: nobody is there any more who wants it."""
    locked = _open(proposal)
    _decide(locked, Proposal.Decision.REFUSED, by, note)
    return locked


def _open(proposal: Proposal) -> Proposal:
    locked = Proposal.objects.select_for_update(no_key=True).get(pk=proposal.pk)
    if locked.decision != Proposal.Decision.OPEN:
        raise Refusal(Code.ALREADY_DECIDED)
    return locked


def _decide(proposal: Proposal, decision: str, by: Actor, note: str) -> None:
    proposal.decision, proposal.decided_by_id, proposal.decided_at = decision, by.myself, timezone.now()
    proposal.note = note.strip() or None
    proposal.save(update_fields=["decision", "decided_by", "decided_at", "note"])
