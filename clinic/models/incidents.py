"""When something went wrong with an engine: what was done about it, by whom and when. Lines are only added."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.authorization.permissions import Permission
from clinic.models.base import SiteQuerySet, SiteRow
from clinic.models.engines import Engine, Stop
from clinic.models.fields import SealedField
from clinic.models.runs import Result, Run


class IncidentCause(models.TextChoices):
    STOP = "stop", _("Somebody stopped the engine")
    GOLDEN = "golden", _("The engine failed its own test cases")
    DRIFT = "drift", _("An alarm took the engine out of service")
    HAND = "hand", _("Opened by hand")


class IncidentState(models.TextChoices):
    OPEN = "open", _("Open")
    RESOLVED = "resolved", _("Resolved, to be reviewed")
    CLOSED = "closed", _("Closed")


class IncidentQuerySet(SiteQuerySet["Incident"]):
    read_permission = Permission.ENGINES_VIEW

    def not_closed(self) -> Self:
        return self.exclude(state=IncidentState.CLOSED)


class Incident(SiteRow):
    """One thing that went wrong with one capability at one site. Its story is its entries."""

    number = models.PositiveIntegerField()
    capability = models.CharField(max_length=60)
    class_name = models.CharField(max_length=60, blank=True, help_text="Empty: all it says.")
    cause = models.CharField(max_length=10, choices=IncidentCause)
    stop = models.OneToOneField(Stop, on_delete=models.PROTECT, null=True, related_name="incident")
    engine = models.ForeignKey(Engine, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=IncidentState, default=IncidentState.OPEN)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField(default=timezone.now)
    resolved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "number"], name="incident_number_once"),
            models.CheckConstraint(condition=Q(state__in=IncidentState.values), name="incident_state_known"),
            models.CheckConstraint(condition=Q(cause__in=IncidentCause.values), name="incident_cause_known"),
            models.CheckConstraint(
                condition=Q(state="open", resolved_at=None, closed_at=None)
                | Q(state="resolved", resolved_at__isnull=False, closed_at=None)
                | Q(state="closed", resolved_at__isnull=False, closed_at__isnull=False),
                name="incident_times_fit_state",
            ),
        ]
        indexes = [models.Index(fields=["site", "-opened_at"], name="incident_list")]

    @property
    def reference(self) -> str:
        return f"I-{self.number}"


class IncidentLine(models.TextChoices):
    """What a line of an incident tells."""

    OPENED = "opened", _("Opened")
    NOTE = "note", _("Note")
    STOPPED_AGAIN = "stopped_again", _("The cord was pulled again")
    DONE = "done", _("Done")
    RELEASE_ASKED = "release_asked", _("Release asked for")
    RELEASED = "released", _("Released by two persons")
    IN_SERVICE = "in_service", _("Back in service")
    PACK = "pack", _("Incident pack written")
    REVIEW = "review", _("Review written")
    RESOLVED = "resolved", _("Resolved")
    CLOSED = "closed", _("Closed")


class IncidentEntry(SiteRow):
    """One line of the log. Never changed: a correction is another line."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=20, choices=IncidentLine)
    step = models.CharField(max_length=40, blank=True, help_text="Of the checklist, where it was ticked.")
    words = SealedField(patient="site_id", null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = SiteQuerySet["IncidentEntry"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "step"], condition=Q(kind="done"), name="step_ticked_once"),
            models.CheckConstraint(
                condition=Q(kind="done") & ~Q(step="") | ~Q(kind="done") & Q(step=""), name="step_of_the_checklist"
            ),
        ]
        indexes = [models.Index(fields=["incident", "at"], name="incident_log")]


class PackForm(models.TextChoices):
    PDF = "pdf", "PDF"
    JSON = "json", "JSON"


class IncidentPack(SiteRow):
    """What is handed to those who look into an incident: stored bytes, encrypted under the site's own key."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="packs")
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+")
    form = models.CharField(max_length=4, choices=PackForm)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    object_name = models.CharField(max_length=120, unique=True)
    cases = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)

    objects = SiteQuerySet["IncidentPack"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "form"], name="pack_form_once")]


class StopMark(SiteRow):
    """That a result came about while its engine, or the class it named, was stopped."""

    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="stop_marks")
    stop = models.ForeignKey(Stop, on_delete=models.PROTECT, related_name="marks")
    at = models.DateTimeField(default=timezone.now)

    objects = SiteQuerySet["StopMark"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["result", "stop"], name="stop_marks_a_result_once")]
