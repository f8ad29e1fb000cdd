from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.authorization.permissions import Permission
from clinic.models.base import SiteQuerySet, SiteRow, Viewer
from clinic.models.cases import Case
from clinic.models.fields import SealedField
from clinic.models.uploads import Upload

MAX_ATTEMPTS = 3


class RunState(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    SUCCEEDED = "succeeded", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


ACTIVE = (RunState.QUEUED, RunState.RUNNING)
FINAL = (RunState.SUCCEEDED, RunState.FAILED, RunState.CANCELLED)


class RunError(models.TextChoices):
    """Why a run failed. Never exception text: that could hold patient data."""

    NONE = "", _("None")
    WORKER_LOST = "worker_lost", _("The worker ended while working on it")
    TIMED_OUT = "timed_out", _("It took longer than its kind allows")
    INPUT_REFUSED = "input_refused", _("The input was refused")
    INPUT_DAMAGED = "input_damaged", _("A file does not match its digest")
    ENGINE_MISSING = "engine_missing", _("The engine is not installed here")
    NOBODY_MAY_ANSWER = "nobody_may_answer", _("No engine may answer now")
    STORAGE_DOWN = "storage_down", _("The file store did not answer")
    ERASED = "erased", _("The data of the patient was erased")
    FAILED_ON_PURPOSE = "failed_on_purpose", _("It was asked to fail")
    UNEXPECTED = "unexpected", _("Something failed that should not have")


class RunQuerySet(SiteQuerySet["Run"]):
    read_permission = Permission.RUN_VIEW

    def jobs_for(self, viewer: Viewer) -> Self:
        """State and progress of a site's runs, for those who look after them too: no input and no result is in them."""
        if viewer.site_id is None or not viewer.can(Permission.JOBS_VIEW):
            return self.none()
        return self.filter(site=viewer.site_id)

    def active(self) -> Self:
        return self.filter(state__in=ACTIVE)

    def dead(self) -> Self:
        return self.filter(state=RunState.FAILED, replayed_by=None)


class Run(SiteRow):
    """One piece of model work on uploads. The row is the truth; messages only say where to look."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="runs", null=True)
    kind = models.CharField(max_length=60)
    params = models.JSONField(default=dict, help_text=_("Cleaned by the kind; codes and numbers, never patient text."))
    fingerprint = models.CharField(max_length=64, help_text=_("SHA-256 of kind, uploads and parameters."))
    lane = models.CharField(max_length=20)
    priority = models.SmallIntegerField(default=0)
    state = models.CharField(max_length=10, choices=RunState, default=RunState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    worker = models.CharField(max_length=120, blank=True)
    error = models.CharField(max_length=30, choices=RunError, default=RunError.NONE, blank=True)
    detail_code = models.CharField(max_length=60, blank=True, help_text=_("The finer code of a refused input."))
    stage = models.CharField(max_length=40, blank=True)
    percent = models.PositiveSmallIntegerField(default=0)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    requested_at = models.DateTimeField(default=timezone.now)
    not_before = models.DateTimeField(null=True, help_text=_("A second try waits a little."))
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    request_id = models.CharField(max_length=40, blank=True)
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="followers")
    replayed_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="replay_of")
    uploads = models.ManyToManyField(Upload, through="RunUpload", related_name="runs")

    objects = RunQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RunState.values), name="run_state_known"),
            models.CheckConstraint(condition=Q(error__in=RunError.values), name="run_error_known"),
            models.CheckConstraint(condition=Q(percent__lte=100), name="run_percent_of_100"),
            models.CheckConstraint(condition=Q(attempts__lte=MAX_ATTEMPTS), name="run_attempts_capped"),
            models.CheckConstraint(
                condition=Q(state="running", lease_until__isnull=False) | ~Q(state="running"), name="running_has_lease"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "running"], finished_at=None)
                | Q(state__in=["succeeded", "failed", "cancelled"], finished_at__isnull=False),
                name="final_run_is_finished",
            ),
            models.UniqueConstraint(
                fields=["site", "fingerprint"], condition=Q(state__in=["queued", "running"]), name="one_active_run"
            ),
        ]
        indexes = [
            models.Index(fields=["lane", "-priority", "requested_at"], condition=Q(state="queued"), name="run_next"),
            models.Index(fields=["lease_until"], condition=Q(state="running"), name="run_lease"),
            models.Index(fields=["site", "-requested_at"], name="run_list"),
            models.Index(fields=["site", "state", "-requested_at"], name="run_list_by_state"),
            models.Index(fields=["case", "-requested_at"], name="run_of_case"),
        ]

    @property
    def is_final(self) -> bool:
        return self.state in FINAL

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE


class RunUpload(SiteRow):
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="inputs")
    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "position"], name="run_input_position_once")]
        ordering = ["position"]


class ResultQuerySet(SiteQuerySet["Result"]):
    read_permission = Permission.RUN_VIEW


class Result(SiteRow):
    """What an engine answered, as it answered. Never edited: a person's decision is another row."""

    run = models.OneToOneField(Run, on_delete=models.PROTECT, related_name="result")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="results", null=True)
    kind = models.CharField(max_length=60)
    outcome = SealedField(patient="seal_subject")
    facets = models.JSONField(default=dict, help_text=_("Coded values for lists and filters: class, score, state."))
    engine = models.CharField(max_length=120)
    engine_digest = models.CharField(max_length=64, blank=True, help_text="Of the manifest of who answered.")
    receipt = models.JSONField(default=dict, help_text="Who answered, why not a better one, what left the building.")
    replay = models.JSONField(default=dict, help_text=_("Digests, seed, threads, library versions."))
    output_sha256 = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    objects = ResultQuerySet.as_manager()

    @property
    def seal_subject(self):  # type: ignore[no-untyped-def]
        """A run without a case belongs to the site itself, which has a data key of its own."""
        return self.case.patient_id if self.case else self.site_id


class WorkerBeat(models.Model):
    """A sign of life of one worker process. Remote control is off, so this row is how health is known."""

    name = models.CharField(max_length=120, primary_key=True)
    lanes = models.JSONField(default=list)
    host = models.CharField(max_length=120)
    pid = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    at = models.DateTimeField()
    run_id = models.UUIDField(null=True)
    memory_bytes = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return self.name
