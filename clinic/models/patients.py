from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.models.base import SiteQuerySet, SiteRow
from clinic.models.fields import SealedField
from clinic.models.history import versioned


class Sex(models.TextChoices):
    FEMALE = "female", _("Female")
    MALE = "male", _("Male")
    OTHER = "other", _("Other")
    UNKNOWN = "unknown", _("Not recorded")


class PatientQuerySet(SiteQuerySet["Patient"]): ...


@versioned("PatientVersion")
class Patient(SiteRow):
    """Known by a number of the site. The name is optional and sealed; age and sex are coded facets."""

    number = models.PositiveIntegerField()
    name = SealedField(null=True, patient="id")
    birth_date = SealedField(null=True, patient="id")
    sex = models.CharField(max_length=10, choices=Sex, default=Sex.UNKNOWN)
    created_at = models.DateTimeField(default=timezone.now)
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = PatientQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "number"], name="patient_number_once_per_site"),
            models.CheckConstraint(condition=Q(sex__in=Sex.values), name="patient_sex_known"),
        ]

    def __str__(self) -> str:
        return self.pseudonym

    @property
    def pseudonym(self) -> str:
        return f"P-{self.number}"

    def age_on(self, day: date) -> int | None:
        """Whole years, 90 for all above: very old age identifies."""
        if not self.birth_date:
            return None
        born = date.fromisoformat(self.birth_date)
        return max(0, min(90, day.year - born.year - ((day.month, day.day) < (born.month, born.day))))


class Purpose(models.TextChoices):
    CARE = "care", _("Care")
    QUALITY = "quality", _("Quality")
    TRAINING = "training", _("Training of engines")
    TEACHING = "teaching", _("Teaching")


class ConsentQuerySet(SiteQuerySet["Consent"]):
    def latest_per_purpose(self) -> "ConsentQuerySet":
        return self.order_by("patient", "purpose", "-at").distinct("patient", "purpose")


class Consent(SiteRow):
    """What was said, when and to whom. A change of mind is a new row; the newest row of a purpose holds."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=10, choices=Purpose)
    is_given = models.BooleanField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(default=timezone.now)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="consent_purpose_known")]
        indexes = [models.Index(fields=["patient", "purpose", "-at"])]
