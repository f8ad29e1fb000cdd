"""A film as the reading room knows it: what its file says, what the gatekeeper found, and where its reading stands."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.authorization.permissions import Permission
from clinic.models import Case, Run, Upload
from clinic.models.base import SiteQuerySet, SiteRow
from clinic.models.fields import SealedField

BURNED_IN = "burned_in_text"  # the gatekeeper's code


class FilmState(models.TextChoices):
    OPENING = "opening", _("Being opened")
    UNREADABLE = "unreadable", _("Cannot be opened")
    REFUSED = "refused", _("Not for the engine")
    READY = "ready", _("Ready")
    WITHHELD = "withheld", _("Kept out")


class TextState(models.TextChoices):
    """Whether there is writing in the picture that may name somebody."""

    WAITING = "waiting", _("Not looked for yet")
    CLEAR = "clear", _("No writing found")
    TEXT = "text", _("Writing found")
    DECLARED = "declared", _("The file says that there is writing")
    UNCHECKED = "unchecked", _("Could not be looked for")
    ALLOWED = "allowed", _("A person saw no patient’s data")
    MASKED = "masked", _("A person had the writing blackened")
    KEPT_OUT = "kept_out", _("A person keeps the film out")


class ReadState(models.TextChoices):
    WAITING = "waiting", _("To read")
    SECOND = "second", _("Second read")
    DONE = "done", _("Read")


AWAITING = (TextState.TEXT, TextState.DECLARED, TextState.UNCHECKED)  # a person's look
NAMELESS = (TextState.CLEAR, TextState.ALLOWED)


class Rank(models.IntegerChoices):
    """Its place among films of the same urgency. Only time moves a film further: see `worklist`."""

    PRESSING = 0, _("Pneumonia signal")
    UNKNOWN = 1, _("No answer, or in doubt")
    CALM = 2, _("No signal found")


class FilmQuerySet(SiteQuerySet["Film"]):
    read_permission = Permission.UPLOAD_READ

    def free_of_names(self) -> Self:
        """That may be shown outside of the case: nobody is named in the picture, or a person has looked."""
        return self.filter(text_state__in=NAMELESS).exclude(gate__reasons__contains=BURNED_IN)


class Film(SiteRow):
    upload = models.OneToOneField(Upload, on_delete=models.PROTECT, related_name="film")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="films")
    state = models.CharField(max_length=10, choices=FilmState, default=FilmState.OPENING)
    problem = models.CharField(max_length=40, blank=True, help_text="Why it cannot be opened: a code.")
    rows = models.PositiveIntegerField(null=True)
    columns = models.PositiveIntegerField(null=True)
    bits = models.PositiveSmallIntegerField(null=True)
    frame = models.JSONField(default=dict, help_text="Window, range and spacing of the upright film: for viewers.")
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
    text_state = models.CharField(max_length=10, choices=TextState, default=TextState.WAITING)
    text_boxes = models.JSONField(
        default=list, help_text="Where there is writing: top, left, bottom, right in shares of the file's picture."
    )
    text_reason = SealedField(patient="case.patient_id", null=True, help_text="Why a person decided as she did.")
    text_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    text_at = models.DateTimeField(null=True)
    masked_from = models.ForeignKey("self", on_delete=models.PROTECT, related_name="masked_as", null=True)
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
            models.CheckConstraint(condition=Q(text_state__in=TextState.values), name="film_text_state_known"),
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
        """It can be read, and the gatekeeper has spoken."""
        return self.state in (FilmState.READY, FilmState.REFUSED)

    @property
    def has_picture(self) -> bool:
        """Also while a film that was put upright is being looked at again: its picture is where it was."""
        return self.is_open or (self.state == FilmState.OPENING and self.rows is not None)

    @property
    def awaits_look_at_text(self) -> bool:
        is_refused = BURNED_IN in self.reasons and self.text_state != TextState.ALLOWED
        return self.is_open and (self.text_state in AWAITING or is_refused)

    @property
    def is_nameless(self) -> bool:
        return self.text_state in NAMELESS and BURNED_IN not in self.reasons
