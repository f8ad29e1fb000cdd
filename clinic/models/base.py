"""What most tables share: an id made in Python (sealed columns are bound to it), a site, querysets with a scope."""

import uuid
from typing import ClassVar, Protocol, Self, TypeVar
from uuid import UUID

from django.db import models

from clinic.authorization.permissions import Permission

M = TypeVar("M", bound=models.Model)


class Viewer(Protocol):
    """The part of an actor that object rules look at."""

    @property
    def user_id(self) -> UUID | None: ...
    @property
    def site_id(self) -> UUID | None: ...
    def can(self, permission: Permission) -> bool: ...


class SiteQuerySet(models.QuerySet[M]):
    """Start every query with `visible_to`: default is deny, and row-level security stands behind it."""

    read_permission: ClassVar[Permission] = Permission.CASE_VIEW

    def visible_to(self, viewer: Viewer) -> Self:
        if viewer.site_id is None or not viewer.can(self.read_permission):
            return self.none()
        return self.filter(site=viewer.site_id)


class Row(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


class SiteRow(Row):
    site = models.ForeignKey("clinic.Site", on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True
