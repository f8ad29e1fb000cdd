"""Broken glass: half an hour in one case that is not hers to read, with a reason, and judged afterwards."""

from datetime import timedelta
from typing import Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.authorization.permissions import Permission
from clinic.models.base import SiteRow, Viewer
from clinic.models.cases import Case
from clinic.models.fields import SealedField

LASTS = timedelta(minutes=30)
LOOKED_AT_WITHIN = timedelta(days=7)


class Verdict(models.TextChoices):
    RIGHT = "right", _("It was right")
    WRONG = "wrong", _("It was not right")


class BrokenGlassQuerySet(models.QuerySet["BrokenGlass"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """For those who look at it afterwards: where the case is."""
        if viewer.site_id is None or not viewer.can(Permission.GLASS_SEE):
            return self.none()
        return self.filter(site=viewer.site_id)

    def broken_by(self, person: UUID | None) -> Self:
        """Whoever broke it, at whatever site: row-level security shows her these."""
        return self.filter(person=person) if person else self.none()

    def standing(self) -> Self:
        return self.filter(ended_at=None, until__gt=timezone.now())

    def to_be_looked_at(self) -> Self:
        return self.filter(verdict="")


class BrokenGlass(SiteRow):
    """Of the case's site. The database keeps what was granted: nobody makes it longer, wider or another person's."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="broken_glass")
    patient = models.ForeignKey("clinic.Patient", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = SealedField(patient="patient_id", help_text=_("Why it could not wait, in her words."))
    began_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()
    ended_at = models.DateTimeField(
        null=True, blank=True, help_text=_("Given back, or ended by somebody, before its time.")
    )
    verdict = models.CharField(max_length=10, choices=Verdict, blank=True)
    note = SealedField(null=True, patient="patient_id")
    looked_at_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    looked_at = models.DateTimeField(null=True, blank=True)

    objects = BrokenGlassQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gt=F("began_at")) & Q(until__lte=F("began_at") + LASTS), name="glass_half_an_hour"
            ),
            models.CheckConstraint(condition=Q(verdict__in=["", *Verdict.values]), name="glass_verdict_known"),
            models.CheckConstraint(
                condition=Q(verdict="", looked_at=None, looked_at_by=None)
                | (
                    ~Q(verdict="")
                    & Q(looked_at__isnull=False)
                    & Q(looked_at_by__isnull=False)
                    & ~Q(looked_at_by=F("person"))
                ),
                name="glass_looked_at_by_another",
            ),
        ]
        indexes = [
            models.Index(fields=["site", "-began_at"], name="glass_of_a_site"),
            models.Index(fields=["person", "-began_at"], name="glass_of_a_person"),
        ]

    @property
    def is_standing(self) -> bool:
        return self.ended_at is None and self.until > timezone.now()

    @property
    def is_late(self) -> bool:
        return not self.verdict and self.began_at + LOOKED_AT_WITHIN < timezone.now()
