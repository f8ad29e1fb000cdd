"""Whom a case can be given to, or asked for a look: people of the site whose role reads cases, if
no other roles are named."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from clinic.authorization.permissions import Permission
from clinic.concerned import roles_with
from clinic.models import Membership, User
from clinic.models.base import Viewer

_READING = roles_with(Permission.CASE_VIEW)


def colleagues(viewer: Viewer, roles: Iterable[str] = _READING) -> QuerySet[User]:
    held = Membership.objects.visible_to(viewer).current().filter(role__in=roles)
    return User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("name", "pk")


def reads_cases_at(person: User, site_id: UUID) -> bool:
    return holds_one_of(_READING, person, site_id)


def holds_one_of(roles: Iterable[str], person: User, site_id: UUID) -> bool:
    return Membership.objects.current().filter(user=person, site=site_id, role__in=roles).exists()


def names(ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Names of people however long gone: what they did stays under their name."""
    wanted = {pk for pk in ids if pk}
    return dict(User.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}
