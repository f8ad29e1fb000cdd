from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.authorization.permissions import Permission
from clinic.models.base import SiteQuerySet, SiteRow
from clinic.models.fields import SealedField
from clinic.models.runs import Run


class TranscriptAct(models.TextChoices):
    CONFIRMED = "confirmed", _("Confirmed")
    CORRECTED = "corrected", _("Corrected")
    SPOKEN_BY = "spoken_by", _("Whose words")
    NAMED = "named", _("Speaker named")
    CHECKED = "checked", _("Read to the end")
    UNDONE = "undone", _("Taken back")


class TranscriptEditQuerySet(SiteQuerySet["TranscriptEdit"]):
    read_permission = Permission.RUN_VIEW


class TranscriptEdit(SiteRow):
    """What a person did to the words that an engine heard, which stay as they were. A row is never changed: taking it
    back is a row of its own."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="transcript_edits")
    number = models.PositiveIntegerField()
    act = models.CharField(max_length=10, choices=TranscriptAct)
    first = models.PositiveIntegerField(null=True, help_text="The first of the words it is about.")
    last = models.PositiveIntegerField(null=True)
    speaker = models.PositiveSmallIntegerField(null=True, help_text="1 or 2; 3 where both spoke at once.")
    words = SealedField(patient="run.case.patient_id", null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(default=timezone.now)

    objects = TranscriptEditQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="transcript_edit_once"),
            models.CheckConstraint(condition=Q(act__in=TranscriptAct.values), name="transcript_act_known"),
        ]
        ordering = ["number"]
