"""How long files of a kind are kept at a site, and which cases must stay whatever their age."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from clinic.authorization.permissions import Permission
from clinic.models.base import SiteQuerySet, SiteRow
from clinic.models.cases import Case
from clinic.models.fields import SealedField


class RetentionRuleQuerySet(SiteQuerySet["RetentionRule"]):
    read_permission = Permission.RETENTION_MANAGE


class RetentionRule(SiteRow):
    """The newest of a policy holds; older ones stay, so that it can be told by which rule something went."""

    policy = models.CharField(max_length=60)
    cold_days = models.PositiveIntegerField()
    expiry_days = models.PositiveIntegerField(null=True, help_text="Empty: nothing of it is ever deleted.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(default=timezone.now)

    objects = RetentionRuleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(expiry_days=None) | Q(expiry_days__gt=F("cold_days")),
                                   name="expires_after_it_is_cold"),
        ]  # fmt: skip
        indexes = [models.Index(fields=["site", "policy", "-at"], name="retention_rules")]


class HoldQuerySet(SiteQuerySet["Hold"]):
    read_permission = Permission.RETENTION_MANAGE

    def standing(self) -> Self:
        return self.filter(lifted_at=None)


class Hold(SiteRow):
    """While it stands, nothing of the case is deleted, whatever its age."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="holds")
    reason = SealedField(patient="case.patient_id")
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    placed_at = models.DateTimeField(default=timezone.now)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    lifted_at = models.DateTimeField(null=True)

    objects = HoldQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(lifted_at=None), name="one_standing_hold_per_case"),
        ]
