"""Whom it concerns when an engine is stopped or moves: who looks after engines, and who relies on its answers."""

from datetime import datetime
from uuid import UUID

from clinic.authorization.permissions import Permission
from clinic.authorization.roles import ROLES, Role
from clinic.models import Case, CaseState, Membership, Result
from clinic.models.runs import ACTIVE

DONE = (CaseState.SIGNED, CaseState.CLOSED)


def roles_with(*permissions: Permission) -> list[str]:
    return [role.value for role in Role if ROLES[role].signs_in and ROLES[role].permissions & set(permissions)]


def keepers(site_id: UUID) -> set[UUID]:
    """Engineers and leads of the site."""
    return holders(site_id, Permission.ENGINES_MANAGE, Permission.ENGINES_APPROVE)


def holders(site_id: UUID, *permissions: Permission) -> set[UUID]:
    held = Membership.objects.current().filter(site=site_id, user__is_active=True)
    return set(held.filter(role__in=roles_with(*permissions)).values_list("user_id", flat=True))


def relying(site_id: UUID, kind: str, since: datetime) -> set[UUID]:
    """Who has an unfinished case in which the engine answered lately, or is asked now."""
    cases = Case.objects.filter(site=site_id).exclude(state__in=DONE)
    answered = Result.objects.filter(site=site_id, kind=kind, at__gte=since).values("case")
    concerned = cases.filter(pk__in=answered) | cases.filter(runs__kind=kind, runs__state__in=ACTIVE)
    pairs = concerned.values_list("assignee_id", "opened_by_id")
    return {assignee or opener for assignee, opener in pairs if assignee or opener}
