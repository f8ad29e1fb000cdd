"""What is signed. A draft may change; a signed version never does, an amendment is the next version."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.models.base import SiteQuerySet, SiteRow
from clinic.models.cases import Case
from clinic.models.fields import SealedField
from clinic.models.history import versioned
from clinic.signing import Seal


@versioned("ReportDraftVersion")
class ReportDraft(SiteRow):
    """Sections with sentences under work, each with its evidence or with "a clinician wrote this"."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="report_draft")
    body = SealedField(patient="case.patient_id")
    revision = models.PositiveIntegerField(default=0, help_text="Whoever saves over a newer one is told.")
    touched_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    touched_at = models.DateTimeField(default=timezone.now)

    objects = SiteQuerySet["ReportDraft"].as_manager()


class Report(SiteRow):
    """A signed version. Its digest is in the audit, its seal is made with the installation's key."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reports")
    version = models.PositiveIntegerField()
    body = SealedField(patient="case.patient_id")
    reason = SealedField(patient="case.patient_id", null=True, help_text="Why it was amended.")
    content_sha256 = models.CharField(max_length=64)
    sources = models.JSONField(default=list, help_text="Uploads and results it rests on, with their digests.")
    key_id = models.CharField(max_length=60)
    signature = models.BinaryField()
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(default=timezone.now)

    objects = SiteQuerySet["Report"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "version"], name="report_version_once"),
            models.CheckConstraint(
                condition=Q(version=1) | Q(version__gt=1, reason__isnull=False), name="amendment_has_reason"
            ),
            models.CheckConstraint(condition=Q(content_sha256__regex="^[0-9a-f]{64}$"), name="report_has_digest"),
        ]
        ordering = ["version"]

    @property
    def seal(self) -> Seal:
        return Seal(self.key_id, bytes(self.signature))


class CoSignatureState(models.TextChoices):
    ASKED = "asked", _("Asked")
    SIGNED = "signed", _("Signed")
    DECLINED = "declined", _("Declined")


class CoSignature(SiteRow):
    """A second signature under a signed version, asked of somebody. Her seal is over the content, her id and when."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="cosignatures")
    signer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=CoSignatureState, default=CoSignatureState.ASKED)
    reason = SealedField(patient="report.case.patient_id", null=True, help_text="Why she did not sign.")
    answered_at = models.DateTimeField(null=True)
    key_id = models.CharField(max_length=60, blank=True)
    signature = models.BinaryField(null=True)

    objects = SiteQuerySet["CoSignature"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "signer"], name="cosigned_once_a_person"),
            models.CheckConstraint(condition=Q(state__in=CoSignatureState.values), name="cosignature_state_known"),
            models.CheckConstraint(
                condition=~Q(state="signed") | Q(signature__isnull=False, answered_at__isnull=False),
                name="cosigned_with_a_seal",
            ),
        ]

    @property
    def seal(self) -> Seal:
        return Seal(self.key_id, bytes(self.signature or b""))
