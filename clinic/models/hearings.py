from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.authorization.permissions import Permission
from clinic.models.base import SiteQuerySet, SiteRow
from clinic.models.fields import SealedField
from clinic.models.uploads import UploadSession


class HearingState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    LISTENING = "listening", _("Listening")
    DONE = "done", _("Done")
    GIVEN_UP = "given_up", _("Given up")


class HearingQuerySet(SiteQuerySet["Hearing"]):
    read_permission = Permission.UPLOAD_READ

    def under_way(self) -> Self:
        return self.filter(state__in=(HearingState.WAITING, HearingState.LISTENING))


class Hearing(SiteRow):
    """What has been heard of a recording that is still coming. It makes the transcript quicker and holds nothing that
    could not be heard again: whoever finds none, or one that does not fit, listens to the recording itself."""

    session = models.OneToOneField(UploadSession, on_delete=models.CASCADE, related_name="hearing")
    language = models.CharField(max_length=5)
    state = models.CharField(max_length=10, choices=HearingState, default=HearingState.WAITING)
    listener = models.CharField(max_length=120, blank=True)
    beat_at = models.DateTimeField(null=True)
    pieces = models.PositiveIntegerField(default=0, help_text="Taken so far.")
    size = models.PositiveBigIntegerField(default=0, help_text="Bytes of them.")
    draft = SealedField(patient="session.case.patient_id", null=True)
    engines = models.CharField(max_length=500, blank=True, help_text="Who could be asked, when it began.")
    sha256 = models.CharField(max_length=64, blank=True, help_text="Of every byte that was heard, once all were.")
    outcome = SealedField(patient="session.case.patient_id", null=True)

    objects = HearingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=HearingState.values), name="hearing_state_known"),
            models.CheckConstraint(
                condition=~Q(state=HearingState.DONE) | Q(outcome__isnull=False) & ~Q(sha256=""),
                name="done_hearing_has_its_words",
            ),
        ]
        indexes = [
            models.Index(fields=["site"], condition=Q(state__in=["waiting", "listening"]), name="hearings_under_way")
        ]
