"""How the work of a site is spread over its people: counts and times, nothing of what any case is about."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Min, Q
from django.utils import timezone

from clinic import access, colleagues
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.authorization.roles import ROLES, Role
from clinic.models import Membership, User

SIGNED_WITHIN = timedelta(days=30)
_WORKING = [role.value for role in Role if ROLES[role].signs_in and Permission.CASE_EDIT in ROLES[role].permissions]


@dataclass(frozen=True)
class Share:
    """Of one person; without one, of nobody: what still has to be given to somebody."""

    person: UUID | None
    name: str
    open: int = 0
    overdue: int = 0
    signed: int = 0
    oldest: datetime | None = None


def shares(by: Actor) -> list[Share]:
    """Who has most overdue stands first; who works on cases but has none is there too, and may be given one."""
    held, signed = _held(by), _signed(by)
    names: list[tuple[UUID | None, str]] = [*(colleagues.names({*held, *signed}) | _workers(by)).items()]
    if None in held:
        names.append((None, ""))
    all_of_them = [Share(pk, name, signed=signed.get(pk, 0), **held.get(pk, {})) for pk, name in names]
    return sorted(all_of_them, key=lambda one: (-one.overdue, -one.open, one.name))


def _workers(by: Actor) -> dict[UUID, str]:
    holding = Membership.objects.visible_to(by).current().filter(role__in=_WORKING).values("user")
    return dict(User.objects.filter(pk__in=holding, is_active=True).values_list("pk", "name"))


def _held(by: Actor) -> dict[UUID | None, dict[str, Any]]:
    open_cases = access.case_numbers(by).needing_work().order_by()
    late = Count("pk", filter=Q(due_at__lt=timezone.now()))
    counted = open_cases.values("assignee").annotate(open=Count("pk"), overdue=late, oldest=Min("opened_at"))
    figures = counted.values_list("assignee", "open", "overdue", "oldest")
    return {pk: {"open": n, "overdue": overdue, "oldest": oldest} for pk, n, overdue, oldest in figures}


def _signed(by: Actor) -> dict[UUID | None, int]:
    moves = access.signings(by).filter(at__gte=timezone.now() - SIGNED_WITHIN).order_by()
    counted = moves.values("by").annotate(cases=Count("case", distinct=True))
    return {row["by"]: row["cases"] for row in counted if row["by"]}
