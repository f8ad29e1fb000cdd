"""What a person said of one fact. Rows are added, never changed: taking one back is a row too."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.authorization.permissions import Permission
from clinic.models import Run
from clinic.models.base import SiteQuerySet, SiteRow
from clinic.models.fields import SealedField
from extraction.models.sheets import FactSheet


class Act(models.TextChoices):
    ACCEPTED = "accepted", _("Accepted")
    EDITED = "edited", _("Corrected")
    REJECTED = "rejected", _("Rejected")
    ADDED = "added", _("Added by a person")
    UNDONE = "undone", _("Taken back")
    BY_RULE = "by_rule", _("Accepted by rule")  # of the site, not by a person
    REOPENED = "reopened", _("Open again")  # the rule was switched off, or taken back


class FieldDecisionQuerySet(SiteQuerySet["FieldDecision"]):
    read_permission = Permission.UPLOAD_READ


class FieldDecision(SiteRow):
    sheet = models.ForeignKey(FactSheet, on_delete=models.PROTECT, related_name="decisions")
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+", help_text="Whose facts were before her.")
    number = models.PositiveIntegerField(help_text="In the order of what was done to the facts of this run.")
    key = models.CharField(max_length=40, help_text="Which fact: `medications.0`.")
    act = models.CharField(max_length=10, choices=Act)
    values = SealedField(patient="sheet.case.patient_id", null=True, help_text="What it says now, where she wrote it.")
    distance = models.PositiveIntegerField(default=0, help_text="Characters changed, put in or left out.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(default=timezone.now)

    objects = FieldDecisionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet", "run", "number"], name="field_decision_once"),
            models.CheckConstraint(condition=Q(act__in=Act.values), name="field_act_known"),
        ]
        indexes = [models.Index(fields=["run", "number"], name="field_decisions_of_run")]
