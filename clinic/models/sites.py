from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.authorization.roles import Role
from clinic.models.base import Row, SiteRow, Viewer


class Site(Row):
    """An organisation. Everything else belongs to exactly one."""

    name = models.CharField(max_length=120, unique=True)
    last_case_number = models.PositiveIntegerField(default=0)
    last_patient_number = models.PositiveIntegerField(default=0)
    last_incident_number = models.PositiveIntegerField(default=0)
    routine_wait_minutes = models.PositiveIntegerField(
        default=480, help_text=_("A routine case waits no longer than this.")
    )
    urgent_wait_minutes = models.PositiveIntegerField(default=60)
    emergency_wait_minutes = models.PositiveIntegerField(default=5)
    lets_patient_data_leave = models.BooleanField(
        default=False, help_text=_("Whether remote engines may be asked about patients. Only two persons change it.")
    )
    created_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self) -> Self:
        return self.filter(ended_at=None, site__closed_at=None)

    def visible_to(self, viewer: Viewer) -> Self:
        return self.none() if viewer.site_id is None else self.filter(site=viewer.site_id)

    def with_doubt(self) -> Self:
        """`sure_since`: when an admin last said that it is still needed, by giving or by keeping it."""
        return self.annotate(sure_since=Coalesce("kept_at", "since"))

    def to_be_looked_at(self) -> Self:
        return self.with_doubt().filter(sure_since__lt=timezone.now() - timedelta(days=settings.ACCESS_REVIEW_DAYS))


class Membership(SiteRow):
    """One role of one person at one site. A person may hold several; a role that ends keeps its row."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20)
    department = models.CharField(max_length=60, blank=True)
    since = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    kept_at = models.DateTimeField(null=True, blank=True, help_text="When an admin last looked and let her keep it.")
    kept_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "site", "role"], condition=Q(ended_at=None), name="role_held_once"),
            models.CheckConstraint(condition=Q(role__in=[r.value for r in Role]), name="role_known"),
            models.CheckConstraint(
                condition=Q(kept_at=None, kept_by=None)
                | (Q(kept_at__isnull=False, kept_by__isnull=False) & ~Q(kept_by=F("user"))),
                name="role_kept_by_another",
            ),
        ]
        indexes = [models.Index(fields=["site", "ended_at", "role"])]

    def __str__(self) -> str:
        return f"{self.role} since {self.since:%Y-%m-%d}"
