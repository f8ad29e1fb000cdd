"""A person practises: one question, asked once, answered as often as she likes. All of it is hers alone.

What is said belongs to no patient and to no case. Each attempt is sealed under a key of its own, so that destroying the
key forgets it for good; its pieces are objects of the store, which the janitor knows by `object_name`.
"""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.authorization.permissions import Permission
from clinic.models import Run
from clinic.models.base import M, SiteQuerySet, SiteRow, Viewer
from clinic.models.fields import SealedField

LANGUAGES = ("en", "es")
SATISFACTION = (1, 2, 3, 4, 5)  # from "not at all" to "very"
SATISFIED_FROM = 4
HEADER_BYTES, BYTES_A_SECOND = 44, 32_000  # as the recorder of the house sends: a WAV header, then samples


class Keeps(models.TextChoices):
    ALL = "all", _("Kept until I delete it")
    SESSION = "session", _("Session only: sound and words are deleted on close")


class OwnQuerySet(SiteQuerySet[M]):
    """Nobody but the person herself, whatever else she may do."""

    read_permission = Permission.COACH_PRACTISE

    def visible_to(self, viewer: Viewer) -> Self:
        return super().visible_to(viewer).filter(person=viewer.user_id)


class PracticeQuerySet(OwnQuerySet["Practice"]):
    pass


class Practice(SiteRow):
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    question = models.CharField(max_length=80, help_text="Its id in the bank, or in the site's own questions.")
    version = models.CharField(max_length=64, help_text="Of the question as it was asked: a digest.")
    asked = models.JSONField(default=dict, help_text="The question as it was asked: it may change in the bank.")
    language = models.CharField(max_length=2, default="en")
    keeps = models.CharField(max_length=10, choices=Keeps, default=Keeps.ALL)
    reason = models.CharField(max_length=40, blank=True, help_text="Why this question: a code.")
    persona = models.CharField(max_length=40, blank=True)
    says_emotions = models.BooleanField(default=False, help_text="The speaker agreed, for this session only.")
    began_at = models.DateTimeField(default=timezone.now)
    touched_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)
    satisfaction = models.PositiveSmallIntegerField(null=True, help_text="From 1 to 5, where she cared to say.")
    satisfied_with = models.CharField(max_length=120, default="", db_default="", help_text="The engine that told her.")

    objects = PracticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(language__in=LANGUAGES), name="practice_language_known"),
            models.CheckConstraint(condition=Q(keeps__in=Keeps.values), name="practice_keeps_known"),
            models.CheckConstraint(condition=Q(satisfaction__in=SATISFACTION), name="satisfaction_from_1_to_5"),
        ]
        indexes = [
            models.Index(fields=["person", "-began_at", "-id"], name="practices_of_person"),
            models.Index(
                fields=["touched_at"], condition=Q(keeps="session", closed_at=None), name="practices_to_close"
            ),
        ]


class AttemptState(models.TextChoices):
    RECORDING = "recording", _("Being recorded")
    READING = "reading", _("Being read")
    DONE = "done", _("Feedback is there")
    FAILED = "failed", _("No feedback")
    DISCARDED = "discarded", _("Discarded")


OPEN = (AttemptState.RECORDING, AttemptState.READING)


class AttemptQuerySet(OwnQuerySet["Attempt"]):
    def without_words(self) -> Self:
        """For lists and figures: nothing is unsealed that is not shown."""
        return self.defer("answer", "sounding", "expression", "read")


class Attempt(SiteRow):
    """One answer, spoken or typed. What is sealed goes with the key; the figures are numbers and stay for the trend."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=AttemptState)
    is_typed = models.BooleanField(default=False)
    received = models.PositiveBigIntegerField(default=0)
    next_index = models.PositiveIntegerField(default=0)
    heard_to = models.PositiveBigIntegerField(default=0, help_text="Bytes of sound that are words already.")
    hears = models.PositiveIntegerField(default=0, help_text="Runs of hearing asked for so far.")
    heard_by = models.CharField(max_length=60, blank=True)
    is_draft = models.BooleanField(default=False, help_text="The engine that heard it is a draft.")
    answer = SealedField(patient="id", null=True, help_text="Text and words with their times.")
    sounding = SealedField(patient="id", null=True, help_text="What the sound alone told.")
    expression = SealedField(
        patient="id", null=True, help_text="How lively it sounded, where purpose and consent stand."
    )
    read = SealedField(patient="id", null=True, help_text="Delivery, content and feedback.")
    figures = models.JSONField(default=dict, help_text="Measures and scores: numbers by name, for her own trend.")
    weak = models.JSONField(default=dict, help_text="Codes: steps that were missing, measures outside the usual.")
    hear_run = models.ForeignKey(Run, on_delete=models.SET_NULL, related_name="+", null=True)
    sound_run = models.ForeignKey(Run, on_delete=models.SET_NULL, related_name="+", null=True)
    feedback_run = models.ForeignKey(Run, on_delete=models.SET_NULL, related_name="+", null=True)
    problem = models.CharField(max_length=40, blank=True, help_text="A code: why there is no feedback.")
    sound_problem = models.CharField(max_length=40, blank=True, help_text="A code: why the sound was not measured.")
    began_at = models.DateTimeField(default=timezone.now)
    came_at = models.DateTimeField(null=True, help_text="When its last byte had come.")
    heard_at = models.DateTimeField(null=True, help_text="When its words were whole.")
    measured_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True, help_text="When the feedback was there.")
    forgotten_at = models.DateTimeField(null=True, help_text="When sound and words were deleted.")
    is_useful = models.BooleanField(null=True, help_text="What she said of the feedback.")

    objects = AttemptQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="attempt_number_once"),
            models.CheckConstraint(condition=Q(state__in=AttemptState.values), name="attempt_state_known"),
        ]
        indexes = [
            models.Index(fields=["person", "-began_at"], name="attempts_of_person"),
            models.Index(fields=["state", "came_at"], condition=Q(state__in=OPEN), name="attempts_under_way"),
        ]

    @property
    def seconds(self) -> float:
        return max(0, self.received - HEADER_BYTES) / BYTES_A_SECOND

    @property
    def is_under_way(self) -> bool:
        return self.state in OPEN


class PieceQuerySet(OwnQuerySet["Piece"]):
    pass


class Piece(SiteRow):
    """Of a recording: stored, sealed under the attempt's key, before it is acknowledged."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="pieces")
    index = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    object_name = models.CharField(max_length=120, unique=True)

    objects = PieceQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["attempt", "index"], name="coaching_piece_once")]
