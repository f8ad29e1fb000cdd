"""Engines of this installation and how each site uses them: what an engine is never changes, where it stands does."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.authorization.permissions import Permission
from clinic.models.base import Row, SiteQuerySet, SiteRow
from clinic.models.fields import SealedField


class EngineState(models.TextChoices):
    CANDIDATE = "candidate", _("Candidate")
    SHADOW = "shadow", _("Shadow")
    LIVE = "live", _("Live")
    RETIRED = "retired", _("Retired")


class Engine(Row):
    """One version of a model or rule set: its files by digest, its card, who vouched for it. Belongs to no site."""

    capability = models.CharField(max_length=60)
    name = models.CharField(max_length=80)
    version = models.CharField(max_length=40)
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the manifest: names every file.")
    manifest = models.JSONField(help_text="Files with their SHA-256, precision, backend, calibration.")
    card = models.JSONField(help_text="Purpose, population, data, limits, licence, metrics with n and interval.")
    is_remote = models.BooleanField(default=False)
    signer = models.CharField(max_length=60, help_text="Pinned in the code, or the id of the key that signed it.")
    signature = models.BinaryField(null=True)
    folder = models.CharField(max_length=400, help_text="Where its files lie on this machine.")
    installed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["capability", "name", "version"], name="engine_version_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class EngineQuerySet(SiteQuerySet["Deployment"]):
    read_permission = Permission.ENGINES_VIEW

    def live(self) -> "EngineQuerySet":
        return self.filter(state=EngineState.LIVE)


class Deployment(SiteRow):
    """Where an engine stands at a site. A rung is a place on the ladder of a capability: 0 is asked first."""

    engine = models.ForeignKey(Engine, on_delete=models.PROTECT, related_name="deployments")
    capability = models.CharField(max_length=60)
    rung = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=10, choices=EngineState, default=EngineState.CANDIDATE)
    percent = models.PositiveSmallIntegerField(default=0, help_text="Share of new work a shadow answers for real.")
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+",
                                help_text="Which one was live before it: where a rollback goes.")  # fmt: skip
    out_since = models.DateTimeField(null=True, help_text="Taken out of service: its work goes to people.")
    out_reason = models.CharField(max_length=40, blank=True)
    since = models.DateTimeField(default=timezone.now)

    objects = EngineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "engine"], name="engine_once_a_site"),
            models.UniqueConstraint(fields=["site", "capability", "rung"], condition=Q(state="live"), name="one_live"),
            models.CheckConstraint(condition=Q(state__in=EngineState.values), name="engine_state_known"),
            models.CheckConstraint(condition=Q(percent=0) | Q(state="shadow", percent__lte=100), name="rollout_shadow"),
            models.CheckConstraint(
                condition=Q(out_since=None, out_reason="") | ~Q(out_since=None) & ~Q(out_reason=""),
                name="out_of_service_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.engine} {self.state}"


class EngineMove(SiteRow):
    """That an engine went from one state to another, why, on whose word and on which figures. Never changed."""

    deployment = models.ForeignKey(Deployment, on_delete=models.PROTECT, related_name="moves")
    old = models.CharField(max_length=10, blank=True)
    new = models.CharField(max_length=10)
    percent = models.PositiveSmallIntegerField(default=0)
    cause = models.CharField(max_length=30, help_text="installed, promoted, rolled_back, demoted, rollout, retired")
    reason = SealedField(patient="site_id", null=True)
    gate = models.JSONField(default=dict, help_text="What the gate measured when it was decided.")
    seal = models.JSONField(default=dict, help_text="This installation’s signature over the manifest it promoted.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(default=timezone.now)

    objects = SiteQuerySet["EngineMove"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["deployment", "-at"], name="engine_moves")]


class EngineFault(Row):
    """That a machine would not open an engine, and why; until it did again."""

    engine = models.ForeignKey(Engine, on_delete=models.PROTECT, related_name="faults")
    host = models.CharField(max_length=120)
    fault = models.CharField(max_length=30)
    about = models.CharField(max_length=100, blank=True, help_text="The file, the key or the field it is about.")
    since = models.DateTimeField(default=timezone.now)
    cleared_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["engine", "host"], condition=Q(cleared_at=None), name="one_open_fault")
        ]


class GoldenRun(Row):
    """That an engine was asked its sealed cases, and whether it answered them as it must. Never changed."""

    engine = models.ForeignKey(Engine, on_delete=models.PROTECT, related_name="golden_runs")
    is_ok = models.BooleanField()
    cases = models.PositiveIntegerField()
    failed = models.JSONField(default=list, help_text="Which cases came out otherwise, and how far off.")
    cause = models.CharField(max_length=20, help_text="start, nightly, asked, gate")
    host = models.CharField(max_length=120)
    seconds = models.FloatField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["engine", "-at"], name="golden_runs")]


class Threshold(SiteRow):
    """From which calibrated probability on a class is accepted without a person. The newest row holds."""

    capability = models.CharField(max_length=60)
    values = models.JSONField(help_text="Class to limit, 0 to 1.")
    proposal = models.ForeignKey("clinic.Proposal", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = SiteQuerySet["Threshold"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["site", "capability", "-at"], name="threshold_latest")]


class Stop(SiteRow):
    """Somebody pulled the cord: while it stands, an engine (or one of its classes) decides nothing here."""

    capability = models.CharField(max_length=60)
    class_name = models.CharField(max_length=60, blank=True, help_text="Empty: all it says.")
    note = SealedField(patient="site_id")
    pulled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    pulled_at = models.DateTimeField(default=timezone.now)
    released_at = models.DateTimeField(null=True)
    release = models.ForeignKey("clinic.Proposal", on_delete=models.PROTECT, null=True, related_name="+")

    objects = SiteQuerySet["Stop"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site", "capability", "class_name"], condition=Q(released_at=None), name="one_stop_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(released_at=None, release=None) | Q(released_at__isnull=False, release__isnull=False),
                name="release_has_two_persons",
            ),
        ]


ABOUT_PEOPLE = "person."  # kinds that are about an account: shown and decided on the page of its person alone
FACTORS_OFF = f"{ABOUT_PEOPLE}factors_off"
CONFIRMED_WITHIN = timedelta(hours=24)


class Proposal(SiteRow):
    """Something one person asks for and another must agree to. The database keeps them two."""

    class Decision(models.TextChoices):
        OPEN = "", _("Waiting for a second person")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    kind = models.CharField(max_length=40)
    capability = models.CharField(max_length=60, blank=True)
    target_id = models.UUIDField(null=True)
    change = models.JSONField(default=dict, help_text="Codes and numbers: what would be done.")
    reason = SealedField(patient="site_id")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    decision = models.CharField(max_length=10, choices=Decision, default=Decision.OPEN, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True)
    note = SealedField(patient="site_id", null=True)

    objects = SiteQuerySet["Proposal"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(decision="approved") | Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by")),
                name="approved_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_at=None) | ~Q(decision="") & Q(decided_at__isnull=False),
                name="decided_has_time",
            ),
            models.UniqueConstraint(
                fields=["site", "target_id"], condition=Q(kind=FACTORS_OFF, decision=""), name="factors_off_asked_once"
            ),
            models.CheckConstraint(
                condition=~Q(kind=FACTORS_OFF) | (Q(target_id__isnull=False) & ~Q(target_id=F("proposed_by"))),
                name="factors_off_asked_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(kind=FACTORS_OFF, decision="approved")
                | (~Q(target_id=F("decided_by")) & Q(decided_at__lte=F("proposed_at") + CONFIRMED_WITHIN)),
                name="factors_off_agreed_in_a_day",
            ),
        ]
        indexes = [models.Index(fields=["site", "decision", "-proposed_at"], name="proposals_open")]
