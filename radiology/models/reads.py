"""What a reader says of a film. First alone, sealed before the engine's answer opens; then, beside it, her last word.
Neither row is ever changed."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.authorization.permissions import Permission
from clinic.models import Result
from clinic.models.base import SiteQuerySet, SiteRow
from clinic.models.fields import SealedField
from radiology.models.films import Film


class Impression(models.TextChoices):
    """In the order of the keys 1 to 5."""

    NO_SIGNAL = "no_signal", _("No pneumonia signal")
    BACTERIAL = "bacterial", _("Bacterial pattern")
    VIRAL = "viral", _("Viral pattern")
    OTHER = "other", _("Other finding")
    CANNOT_READ = "cannot_read", _("Cannot be read")


class Certainty(models.TextChoices):
    UNSURE = "unsure", _("Unsure")
    FAIRLY = "fairly", _("Fairly sure")
    SURE = "sure", _("Sure")


class Stance(models.TextChoices):
    AGREES = "agrees", _("Agrees with the engine")
    CHANGES = "changes", _("Changes her reading")
    DISAGREES = "disagrees", _("Disagrees with the engine")
    ALONE = "alone", _("No engine answered")


class Reason(models.TextChoices):
    """Why she disagrees or changes: six reasons, or her own words."""

    OVERLAP = "overlap", _("Overlapping structures misled it")
    TECHNIQUE = "technique", _("Exposure, position or motion")
    OVERLOOKED = "overlooked", _("It overlooked a finding")
    NO_FINDING = "no_finding", _("It marks what is no finding")
    WRONG_KIND = "wrong_kind", _("Right place, wrong kind")
    CLINICAL = "clinical", _("Clinical picture or prior film")
    FREE = "free", _("Other, in words")


class _Reads(SiteQuerySet["FilmRead"]):
    read_permission = Permission.UPLOAD_READ


class FilmRead(SiteRow):
    film = models.ForeignKey(Film, on_delete=models.PROTECT, related_name="reads")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(help_text="1 the first reader, 2 the second.")
    impression = models.CharField(max_length=12, choices=Impression)
    certainty = models.CharField(max_length=8, choices=Certainty)
    findings = SealedField(patient="film.case.patient_id", null=True)
    regions = SealedField(patient="film.case.patient_id", null=True, help_text="Boxes in shares of the film.")
    seconds = models.FloatField(help_text="From taking the film to sealing, as measured here.")
    was_blind = models.BooleanField(help_text="The engine’s answer had not been shown to her.")
    blind_rule = models.CharField(max_length=8, help_text="The site’s rule at that time.")
    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(default=timezone.now)
    audit_event_id = models.UUIDField()

    objects = _Reads.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["film", "reader"], name="film_read_once_a_reader"),
            models.UniqueConstraint(fields=["film", "position"], name="film_read_position_once"),
            models.CheckConstraint(condition=Q(impression__in=Impression.values), name="film_impression_known"),
            models.CheckConstraint(condition=Q(certainty__in=Certainty.values), name="film_certainty_known"),
        ]
        indexes = [models.Index(fields=["site", "-at"], name="film_reads_latest")]


class _Verdicts(SiteQuerySet["FilmVerdict"]):
    read_permission = Permission.UPLOAD_READ


class FilmVerdict(SiteRow):
    read = models.OneToOneField(FilmRead, on_delete=models.PROTECT, related_name="verdict")
    impression = models.CharField(max_length=12, choices=Impression)
    stance = models.CharField(max_length=10, choices=Stance)
    reason = models.CharField(max_length=12, choices=Reason, blank=True)
    note = SealedField(patient="read.film.case.patient_id", null=True)
    engine_label = models.CharField(max_length=30, blank=True, help_text="What she had before her.")
    is_for_teaching = models.BooleanField(default=False, help_text="May be learned from, without the patient.")
    at = models.DateTimeField(default=timezone.now)

    objects = _Verdicts.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(stance__in=Stance.values), name="film_stance_known"),
            models.CheckConstraint(
                condition=~Q(stance="disagrees") | ~Q(reason=""), name="film_disagreement_has_reason"
            ),
        ]
        indexes = [models.Index(fields=["site", "-at"], name="film_verdicts_latest")]
