"""What people's decisions leave for engines to learn from, and what watches whether the input still is what it was."""

from typing import Self

from django.db import models
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from clinic.authorization.permissions import Permission
from clinic.models.base import SiteQuerySet, SiteRow
from clinic.models.cases import Case
from clinic.models.engines import Engine
from clinic.models.fields import SealedField
from clinic.models.patients import Consent, Patient, Purpose
from clinic.models.reviews import Review
from clinic.models.runs import Result
from clinic.signing import Seal


class TrainingItemQuerySet(SiteQuerySet["TrainingItem"]):
    read_permission = Permission.ENGINES_VIEW  # it holds codes and digests, no word of a patient

    def with_consent(self) -> Self:
        """Of patients who agree to training now, whatever they said when the item was made."""
        said = Consent.objects.filter(patient=OuterRef("patient"), purpose=Purpose.TRAINING).order_by("-at")
        return self.alias(agrees=Subquery(said.values("is_given")[:1])).filter(agrees=True)


class TrainingItem(SiteRow):
    """A decided result with its lineage. Whether it may be used is asked of the patient's consent each time."""

    capability = models.CharField(max_length=60)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="training_items")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="training_items")
    review = models.OneToOneField(Review, on_delete=models.PROTECT, related_name="training_item")
    engine_digest = models.CharField(max_length=64, blank=True, help_text="Which engine's answer was judged.")
    said = models.CharField(max_length=60, blank=True)
    label = models.CharField(max_length=60)
    sources = models.JSONField(default=list, help_text="SHA-256 of the uploads it was about.")
    at = models.DateTimeField(default=timezone.now)
    key_id = models.CharField(max_length=60)
    signature = models.BinaryField(help_text="The installation’s, over all of the above: nobody slips one in.")

    objects = TrainingItemQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["site", "capability", "-at"], name="training_items"),
            models.Index(fields=["patient"], name="training_items_of_patient"),
        ]

    @property
    def number(self) -> str:
        """What those call it by who may not know whom it is about."""
        return self.pk.hex[:8]

    @property
    def seal(self) -> Seal:
        return Seal(self.key_id, bytes(self.signature))


class EngineLesson(SiteRow):
    """That an engine learned from an item: read from the engine to the people, and from a patient to the engines."""

    engine = models.ForeignKey(Engine, on_delete=models.PROTECT, related_name="lessons")
    item = models.ForeignKey(TrainingItem, on_delete=models.PROTECT, related_name="lessons")

    class _Lessons(SiteQuerySet["EngineLesson"]):
        read_permission = Permission.ENGINES_VIEW

    objects = _Lessons.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["engine", "item"], name="lesson_once")]


class DriftWatch(SiteRow):
    """The state of one monitor: small, replaced at every document. Not evidence, so it may change."""

    capability = models.CharField(max_length=60)
    monitor = models.CharField(max_length=30)
    state = SealedField(patient="site_id", help_text="Holds words of documents: sealed under the site's key.")
    seen = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)

    objects = SiteQuerySet["DriftWatch"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "capability", "monitor"], name="one_watch_a_monitor")]


class DriftAlarm(SiteRow):
    """That the input, or how right the engine is, has moved. Says what moved; the samples went to the queue."""

    capability = models.CharField(max_length=60)
    monitor = models.CharField(max_length=30)
    moved = SealedField(patient="site_id", help_text="Terms and classes that moved, and how far.")
    queued = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)

    class _Alarms(SiteQuerySet["DriftAlarm"]):
        read_permission = Permission.ENGINES_VIEW

    objects = _Alarms.as_manager()


class ShadowAnswer(SiteRow):
    """What an engine in the shadow would have said to the same work. Nobody acts on it; the gate compares."""

    engine = models.ForeignKey(Engine, on_delete=models.PROTECT, related_name="+")
    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="shadow_answers")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", null=True)
    facets = models.JSONField(default=dict)
    milliseconds = models.FloatField()
    error = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class _Answers(SiteQuerySet["ShadowAnswer"]):
        read_permission = Permission.ENGINES_VIEW

    objects = _Answers.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["engine", "result"], name="shadow_answers_once")]
