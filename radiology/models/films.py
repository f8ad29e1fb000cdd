"""A film as the reading room knows it: what its file says, what the gatekeeper found, and where its reading stands."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.authorization.permissions import Permission
from clinic.models import Case, Run, Upload
from clinic.models.base import SiteQuerySet, SiteRow
from clinic.models.fields import SealedField


class FilmState(models.TextChoices):
    OPENING = "opening", _("Being opened")
    UNREADABLE = "unreadable", _("Cannot be opened")
    REFUSED = "refused", _("Not for the engine")
    READY = "ready", _("Ready")


class ReadState(models.TextChoices):
    WAITING = "waiting", _("To read")
    SECOND = "second", _("Second read")
    DONE = "done", _("Read")


class Rank(models.IntegerChoices):
    """Its place among films of the same urgency. Only time moves a film further: see `worklist`."""

    PRESSING = 0, _("Pneumonia signal")
    UNKNOWN = 1, _("No answer, or in doubt")
    CALM = 2, _("No signal found")


class FilmQuerySet(SiteQuerySet["Film"]):
    read_permission = Permission.UPLOAD_READ


class Film(SiteRow):
    upload = models.OneToOneField(Upload, on_delete=models.PROTECT, related_name="film")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="films")
    state = models.CharField(max_length=10, choices=FilmState, default=FilmState.OPENING)
    problem = models.CharField(max_length=40, blank=True, help_text="Why it cannot be opened: a code.")
    rows = models.PositiveIntegerField(null=True)
    columns = models.PositiveIntegerField(null=True)
    bits = models.PositiveSmallIntegerField(null=True)
    modality = models.CharField(max_length=16, blank=True)
    view = models.CharField(max_length=16, blank=True)
    laterality = models.CharField(max_length=4, blank=True)
    age_years = models.PositiveSmallIntegerField(null=True, help_text="As the file says, 90 for all above.")
    is_generated = models.BooleanField(default=False)
    gate = models.JSONField(default=dict, help_text="Codes of what the gatekeeper found, and what it offers.")
    quarter_turns = models.PositiveSmallIntegerField(default=0, help_text="Clockwise, as a person corrected it.")
    is_inverted = models.BooleanField(default=False, help_text="A person turned dark and bright round.")
    override = SealedField(patient="case.patient_id", null=True, help_text="Why the gatekeeper was overruled.")
    overridden_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    chest_run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+", null=True)
    map_run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+", null=True)
    rank = models.SmallIntegerField(choices=Rank, default=Rank.UNKNOWN)
    read_state = models.CharField(max_length=10, choices=ReadState, default=ReadState.WAITING)
    needs_second = models.BooleanField(default=False, help_text="Drawn by chance for a second, blind reader.")
    claimed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    claimed_at = models.DateTimeField(null=True)
    claimed_until = models.DateTimeField(null=True)
    added_at = models.DateTimeField(default=timezone.now)

    objects = FilmQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=FilmState.values), name="film_state_known"),
            models.CheckConstraint(condition=Q(read_state__in=ReadState.values), name="film_read_state_known"),
            models.CheckConstraint(condition=Q(quarter_turns__lte=3), name="film_turned_by_quarters"),
        ]
        indexes = [
            models.Index(fields=["site", "read_state", "added_at"], name="film_worklist"),
            models.Index(fields=["case", "-added_at"], name="film_of_case"),
        ]

    @property
    def is_overridden(self) -> bool:
        return self.overridden_by_id is not None

    @property
    def reasons(self) -> list[str]:
        return list(self.gate.get("reasons", ()))

    @property
    def is_open(self) -> bool:
        """There is a picture to look at."""
        return self.state in (FilmState.READY, FilmState.REFUSED)
