"""What the page of a person says of a lost second factor, and the list of people of those that wait."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from clinic import access
from clinic.actions import lost_factors
from clinic.authorization.actor import Actor
from clinic.forms.lost_factors import LostFactorForm
from clinic.models import Proposal, User
from clinic.models.engines import CONFIRMED_WITHIN
from clinic.sealed_words import said
from clinic.views.presenters.entry_parts import Words


@dataclass(frozen=True)
class Wish:
    pk: UUID
    how: Words
    by: str
    at: datetime
    until: datetime
    is_mine: bool


def told(by: Actor, person: User) -> dict[str, Any]:
    """For the panel: the wish that waits, or whether there is anybody who could confirm one."""
    waiting = access.lost_factors_waiting(by).filter(target_id=person.pk).first()
    return {
        "wish": _wish(by, waiting) if waiting else None,
        "can_be_confirmed": bool(lost_factors.others_who_may_confirm(by, person)),
        "factor_form": LostFactorForm(),
    }


def _wish(by: Actor, proposal: Proposal) -> Wish:
    return Wish(
        pk=proposal.pk, how=said(lambda: proposal.reason), by=proposal.proposed_by.name, at=proposal.proposed_at,
        until=proposal.proposed_at + CONFIRMED_WITHIN, is_mine=proposal.proposed_by_id == by.user_id,
    )  # fmt: skip


def people_waiting(by: Actor) -> list[User]:
    waiting = access.lost_factors_waiting(by).values("target_id")
    return list(access.people(by).filter(pk__in=waiting).order_by("name"))
