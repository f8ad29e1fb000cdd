from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.authorization.permissions import Permission
from clinic.models.base import SiteQuerySet, SiteRow
from clinic.models.cases import Case
from clinic.models.fields import SealedField


class ConflictState(models.TextChoices):
    OPEN = "open", _("Open")
    SETTLED = "settled", _("Settled")  # a person said which holds
    DISMISSED = "dismissed", _("Dismissed")  # a person said that it is no contradiction
    GONE = "gone", _("Gone")  # the sources no longer say it


class Holds(models.TextChoices):
    FIRST = "first", _("The first")
    SECOND = "second", _("The second")
    NEITHER = "neither", _("Neither")


class ConflictQuerySet(SiteQuerySet["Conflict"]):
    read_permission = Permission.CASE_VIEW

    def open(self) -> "ConflictQuerySet":
        return self.filter(state=ConflictState.OPEN)


class Conflict(SiteRow):
    """Two sources of a case say what cannot both be so. Found by rules, decided by a person before anybody signs."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="conflicts")
    kind = models.CharField(max_length=12)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of what both sides say and where.")
    sides = SealedField(patient="case.patient_id", help_text="What it is about, and both sides with their words.")
    results = models.JSONField(default=list, help_text="Ids of the answers that were read, none for a side without.")
    state = models.CharField(max_length=10, choices=ConflictState, default=ConflictState.OPEN)
    holds = models.CharField(max_length=8, choices=Holds, blank=True)
    reason = SealedField(patient="case.patient_id", null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True)
    found_at = models.DateTimeField(default=timezone.now)

    objects = ConflictQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "fingerprint"], name="conflict_once"),
            models.CheckConstraint(condition=Q(state__in=ConflictState.values), name="conflict_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "gone"]) | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="conflict_decided_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["case", "state"], name="conflicts_of_case")]
