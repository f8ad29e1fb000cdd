"""What a person likes, and what others may know of her practice: that there was some, never how it went."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Count, Max, Q, Sum
from django.utils import timezone

from clinic.authorization.permissions import Permission
from clinic.models import EngineWish as Engines
from clinic.models import User
from clinic.models.base import SiteQuerySet, SiteRow
from coaching.models.practices import LANGUAGES, Keeps, OwnQuerySet


class SpeakerQuerySet(OwnQuerySet["Speaker"]):
    def of(self, *, site_id: UUID, person_id: UUID) -> "Speaker":
        """Hers, or as the product comes."""
        found = self.filter(site=site_id, person=person_id).first()
        return found or Speaker(site_id=site_id, person_id=person_id, engines=self._liked(person_id))

    def _liked(self, person_id: UUID) -> str:
        """What her profile says of engines, until she says otherwise here."""
        return User.objects.filter(pk=person_id).values_list("engines", flat=True).first() or Engines.BEST


class Speaker(SiteRow):
    """How she wants to practise. Without a row: as the product comes."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, blank=True, help_text="Whose questions she is asked.")
    language = models.CharField(max_length=2, default="en")
    keeps = models.CharField(max_length=10, choices=Keeps, default=Keeps.ALL)
    engines = models.CharField(max_length=10, choices=Engines, default=Engines.BEST,
                               help_text="Who may say something about her answers.")  # fmt: skip
    counts_disfluency = models.BooleanField(default=True, help_text="Pauses, fillers and voice breaks are measured.")

    objects = SpeakerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "person"], name="speaker_once_a_site"),
            models.CheckConstraint(condition=Q(language__in=LANGUAGES), name="speaker_language_known"),
            models.CheckConstraint(condition=Q(engines__in=Engines.values), name="speaker_engines_known"),
        ]


class DrawnQuestionQuerySet(OwnQuerySet["DrawnQuestion"]):
    pass


class DrawnQuestion(SiteRow):
    """Which questions she was given in a cycle: none comes twice before all have come."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    deck = models.CharField(max_length=60, help_text="Role and category the cycle belongs to.")
    cycle = models.PositiveIntegerField()
    question = models.CharField(max_length=80)
    at = models.DateTimeField(default=timezone.now)

    objects = DrawnQuestionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "person", "deck", "cycle", "question"], name="drawn_once_a_cycle")
        ]


class ParticipationQuerySet(SiteQuerySet["Participation"]):
    read_permission = Permission.COACH_PARTICIPATION

    def by_person(self, days: int) -> Any:
        """Of the last days: name, days, practices, latest."""
        lately = self.filter(day__gte=timezone.localdate() - timedelta(days=days)).values("person__name")
        counted = lately.annotate(days=Count("id"), practices=Sum("practices"), latest=Max("day"))
        return counted.order_by("person__name")


class Participation(SiteRow):
    """All a lead sees: that somebody practised on a day, and how often."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    practices = models.PositiveIntegerField(default=0)

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "person", "day"], name="participation_once_a_day")]
        indexes = [models.Index(fields=["site", "-day"], name="participation_by_day")]


class TallyQuerySet(SiteQuerySet["Tally"]):
    read_permission = Permission.OPERATIONS_VIEW


class Tally(SiteRow):
    """For the operations page: how feedback of an engine went in a week, of nobody in particular."""

    week = models.DateField(help_text="Its Monday.")
    engine = models.CharField(max_length=120)
    told = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    milliseconds = models.PositiveBigIntegerField(
        default=0, help_text="From the whole transcript to the feedback, summed."
    )
    answer_seconds = models.PositiveBigIntegerField(default=0, help_text="Length of the answers, summed.")
    useful = models.PositiveIntegerField(default=0)
    not_useful = models.PositiveIntegerField(default=0)
    faults = models.JSONField(null=True, help_text="Why it failed: counts by code.")
    rated = models.IntegerField(default=0, db_default=0, help_text="Practices that were given 1 to 5.")
    satisfied = models.IntegerField(default=0, db_default=0, help_text="Of those, with 4 or 5.")

    objects = TallyQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "week", "engine"], name="tally_once_a_week")]


class TalliedPersonQuerySet(SiteQuerySet["TalliedPerson"]):
    pass


class TalliedPerson(SiteRow):
    """That a person stands behind the counts of an engine: figures of fewer than five people are shown to nobody. On a
    connection of a person rows of others do not exist, so that it can be counted and not looked up."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    engine = models.CharField(max_length=120)
    has_judged = models.BooleanField(default=False, help_text="She said whether its feedback was useful.")
    has_rated = models.BooleanField(default=False, db_default=False, help_text="She said how satisfied she is.")

    objects = TalliedPersonQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "engine", "person"], name="tallied_once_an_engine")]


class LawfulPurposeQuerySet(SiteQuerySet["LawfulPurpose"]):
    pass


class LawfulPurpose(SiteRow):
    """Without it nothing about feelings is estimated at this site, whatever a speaker says."""

    purpose = models.CharField(max_length=400)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    objects = LawfulPurposeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site"], condition=Q(ended_at=None), name="one_lawful_purpose_a_site")
        ]
