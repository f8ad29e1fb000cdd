"""Whom a case can be given to, or asked for a look: people of the site whose role reads cases."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from clinic.authorization.permissions import Permission
from clinic.authorization.roles import ROLES, Role
from clinic.models import Membership, User
from clinic.models.base import Viewer

_READING = [role.value for role in Role if ROLES[role].signs_in and Permission.CASE_VIEW in ROLES[role].permissions]


def colleagues(viewer: Viewer) -> QuerySet[User]:
    held = Membership.objects.visible_to(viewer).current().filter(role__in=_READING)
    return User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("name", "pk")


def reads_cases_at(person: User, site_id: UUID) -> bool:
    return Membership.objects.current().filter(user=person, site=site_id, role__in=_READING).exists()


def names(ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Names of people however long gone: what they did stays under their name."""
    wanted = {pk for pk in ids if pk}
    return dict(User.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}
