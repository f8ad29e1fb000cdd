"""Two versions of a prompt asked side by side, each about half of the documents. What was planned is never changed;
where an experiment stands is its newest move."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.authorization.permissions import Permission
from clinic.doubt.trial import Plan
from clinic.models.base import SiteQuerySet, SiteRow
from clinic.models.fields import SealedField
from extraction.models.prompts import PromptVersion


class Phase(models.TextChoices):
    DRAFT = "draft", _("Draft")
    RUNNING = "running", _("Running")
    ENDED = "ended", _("Ended")


class Verdict(models.TextChoices):
    NONE = "", _("None yet")
    SECOND_WINS = "second_wins", _("The second is better")
    FIRST_WINS = "first_wins", _("The first is better")
    HARM = "harm", _("Stopped: the second is worse")
    FUTILE = "futile", _("Stopped: no effect worth finding")
    STOPPED = "stopped", _("Ended without a result")


class ExperimentQuerySet(SiteQuerySet["Experiment"]):
    read_permission = Permission.ENGINES_VIEW


class Experiment(SiteRow):
    name = models.CharField(max_length=80)
    hypothesis = SealedField(patient="site_id", help_text="What is expected, and why.")
    first = models.ForeignKey(PromptVersion, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(PromptVersion, on_delete=models.PROTECT, related_name="+",
                               help_text="The same as the first: nothing should be found.")  # fmt: skip
    effect = models.FloatField(help_text="Smallest difference worth finding, of the share taken unchanged.")
    expected = models.FloatField(help_text="Share taken unchanged, from documents before.")
    spread = models.FloatField(help_text="Standard deviation of it over documents.")
    learned_from = models.PositiveIntegerField(help_text="How many documents told the two; 0: they are assumed.")
    assigned_by = SealedField(patient="site_id", help_text="Key of the hash that draws the arm of a document.")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(default=timezone.now)

    objects = ExperimentQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "name"], name="experiment_named_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def plan(self) -> Plan:
        return Plan(self.effect, expected=self.expected, spread=self.spread)

    @property
    def is_of_the_same(self) -> bool:
        return self.first_id == self.second_id


class ExperimentMove(SiteRow):
    experiment = models.ForeignKey(Experiment, on_delete=models.PROTECT, related_name="moves")
    number = models.PositiveIntegerField()
    phase = models.CharField(max_length=10, choices=Phase)
    verdict = models.CharField(max_length=12, choices=Verdict, blank=True, default=Verdict.NONE)
    figures = models.JSONField(null=True, help_text="What was seen when it ended.")
    reason = SealedField(patient="site_id", null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(default=timezone.now)

    class _Moves(SiteQuerySet["ExperimentMove"]):
        read_permission = Permission.ENGINES_VIEW

    objects = _Moves.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["experiment", "number"], name="experiment_move_once"),
            models.UniqueConstraint(fields=["experiment", "phase"], name="experiment_phase_once"),
            models.CheckConstraint(condition=Q(phase="ended") | Q(verdict=""), name="experiment_verdict_at_end"),
        ]
