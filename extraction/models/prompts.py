"""Prompts of a site: their versions, which of them is asked with, and how each did on golden documents.

Rows are added and never changed. Each is signed by the installation: one that somebody wrote into the database by hand
is refused when it is looked up.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.authorization.permissions import Permission
from clinic.models import Run
from clinic.models.base import SiteQuerySet
from clinic.models.fields import SealedField
from extraction.models.sealed import SignedRow

_PERSON: dict[str, Any] = {
    "to": settings.AUTH_USER_MODEL, "on_delete": models.PROTECT, "related_name": "+", "null": True,
}  # fmt: skip


class PromptVersionQuerySet(SiteQuerySet["PromptVersion"]):
    read_permission = Permission.ENGINES_VIEW


class PromptVersion(SignedRow):
    sealed_as, signed = "prompt-version", ("name", "text", "sha256", "parent_id", "author_id", "note", "at")
    signed_where_set = ("merged_id",)

    name = models.CharField(max_length=60)
    text = models.TextField()
    sha256 = models.CharField(max_length=64, help_text="Of the text: what a run names.")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="branches")
    merged = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+",
                               help_text="What else was brought into it, besides its parent.")  # fmt: skip
    author = models.ForeignKey(**_PERSON)
    note = SealedField(patient="site_id", null=True, help_text="Why it was branched off.")
    at = models.DateTimeField(default=timezone.now)

    objects = PromptVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "name"], name="prompt_named_once"),
            models.UniqueConstraint(fields=["site", "sha256"], name="prompt_text_once"),
        ]

    def __str__(self) -> str:
        return self.name


class PromptMoveQuerySet(SiteQuerySet["PromptMove"]):
    read_permission = Permission.ENGINES_VIEW


class PromptMove(SignedRow):
    """That from now on this version is asked with. The newest row is the pointer; there is no other."""

    class Cause(models.TextChoices):
        SHIPPED = "shipped", _("Came with the product")
        PROMOTED = "promoted", _("Made live")
        ROLLED_BACK = "rolled_back", _("Rolled back")

    sealed_as, signed = (
        "prompt-move",
        ("number", "version_id", "before_id", "cause", "reason", "asked_by_id", "by_id", "at"),
    )

    number = models.PositiveIntegerField(help_text="In the order of moves of the site.")
    version = models.ForeignKey(PromptVersion, on_delete=models.PROTECT, related_name="moves")
    before = models.ForeignKey(PromptVersion, on_delete=models.PROTECT, related_name="+", null=True)
    cause = models.CharField(max_length=12, choices=Cause)
    reason = SealedField(patient="site_id", null=True)
    asked_by = models.ForeignKey(**_PERSON)
    by = models.ForeignKey(**_PERSON)
    at = models.DateTimeField(default=timezone.now)

    objects = PromptMoveQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "number"], name="prompt_move_numbered"),
            models.CheckConstraint(condition=Q(cause__in=["shipped", "promoted", "rolled_back"]),
                                   name="prompt_move_cause_known"),
            models.CheckConstraint(
                condition=~Q(cause="promoted")
                | Q(asked_by__isnull=False, by__isnull=False) & ~Q(asked_by=models.F("by")),
                name="prompt_promoted_by_two",
            ),
        ]  # fmt: skip


class PromptTrialQuerySet(SiteQuerySet["PromptTrial"]):
    read_permission = Permission.ENGINES_VIEW


class PromptTrial(SignedRow):
    """What came of asking an engine with one version on golden documents. Figures only, no word of a document."""

    sealed_as = "prompt-trial"
    signed = ("version_id", "sha256", "run_id", "engine", "figures", "reasons", "at")

    version = models.ForeignKey(PromptVersion, on_delete=models.PROTECT, related_name="trials")
    sha256 = models.CharField(max_length=64, help_text="Of the text that was asked with.")
    run = models.OneToOneField(Run, on_delete=models.PROTECT, related_name="+")
    engine = models.CharField(max_length=120)
    figures = models.JSONField(help_text="extraction.trial_figures.Figures, as JSON.")
    reasons = models.JSONField(default=list, help_text="Codes: why it did not pass; none where it passed.")
    at = models.DateTimeField(default=timezone.now)

    objects = PromptTrialQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["version", "-at"], name="prompt_trials_of_version")]

    @property
    def is_passed(self) -> bool:
        return not self.reasons
