"""What goes into a consult: a recording, a picture, typed words. Each is read by runs of its own, side by side."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.authorization.permissions import Permission
from clinic.models import Run, Upload, UploadSession
from clinic.models.base import SiteQuerySet, SiteRow
from consult.models.consults import Consult


class Sort(models.TextChoices):
    VOICE = "voice", _("Voice")
    PICTURE = "picture", _("Picture")
    WORDS = "words", _("Typed words")


class PartState(models.TextChoices):
    COMING = "coming", _("Being recorded")
    READ = "read", _("Being read")
    THERE = "there", _("There")
    FAILED = "failed", _("Could not be read")
    CANCELLED = "cancelled", _("Stopped by a person")
    GIVEN_UP = "given_up", _("Discarded")


WAITED_FOR = (PartState.COMING, PartState.READ)
UNREAD = (PartState.FAILED, PartState.CANCELLED)  # it is kept, and can be read again


class PartQuerySet(SiteQuerySet["Part"]):
    read_permission = Permission.UPLOAD_READ


class Part(SiteRow):
    consult = models.ForeignKey(Consult, on_delete=models.PROTECT, related_name="parts")
    number = models.PositiveSmallIntegerField()
    sort = models.CharField(max_length=10, choices=Sort)
    state = models.CharField(max_length=10, choices=PartState)
    session = models.OneToOneField(UploadSession, on_delete=models.PROTECT, related_name="+", null=True)
    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="+", null=True)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+", null=True,
                            help_text="That reads it now, or has read it.")  # fmt: skip
    problem = models.CharField(max_length=40, blank=True, help_text="A code: why nothing came of it.")
    began_at = models.DateTimeField(default=timezone.now)
    came_at = models.DateTimeField(null=True, help_text="When its last byte had come.")
    due_at = models.DateTimeField(null=True, help_text="Until then an answer waits for it.")
    is_late = models.BooleanField(default=False, help_text="The answer went on without it.")
    settled_at = models.DateTimeField(null=True)

    objects = PartQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consult", "number"], name="part_number_once"),
            models.UniqueConstraint(fields=["consult", "upload"], name="part_upload_once"),
            models.CheckConstraint(condition=Q(sort__in=Sort.values), name="part_sort_known"),
            models.CheckConstraint(condition=Q(state__in=PartState.values), name="part_state_known"),
            models.CheckConstraint(
                condition=Q(settled_at=None, state__in=WAITED_FOR) | Q(settled_at__isnull=False)
                & ~Q(state__in=WAITED_FOR), name="part_settled_with_state",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["due_at"], condition=Q(settled_at=None, is_late=False), name="parts_waited_for"),
            models.Index(fields=["run"], name="parts_by_run"),
        ]

    @property
    def is_left_lying(self) -> bool:
        """A file that was begun and not sent to its end: nobody looks out for it every second. It may come yet."""
        return self.state == PartState.COMING and self.sort == Sort.PICTURE and self.is_late

    @property
    def is_unread(self) -> bool:
        return self.state in UNREAD
