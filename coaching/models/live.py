"""Practice with a human coach: two people, two roles, one sheet of notes. The coach sees the question and the notes;
sound and feedback stay the speaker's unless she reads them out."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from clinic.authorization.permissions import Permission
from clinic.models.base import SiteQuerySet, SiteRow, Viewer
from clinic.models.fields import SealedField
from coaching.models.practices import Practice


class LiveSessionQuerySet(SiteQuerySet["LiveSession"]):
    read_permission = Permission.COACH_PRACTISE

    def visible_to(self, viewer: Viewer) -> Self:
        return super().visible_to(viewer).filter(Q(person=viewer.user_id) | Q(coach=viewer.user_id))


class LiveSession(SiteRow):
    practice = models.OneToOneField(Practice, on_delete=models.CASCADE, related_name="live")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    coach = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked = models.JSONField(default=dict, help_text="The question: what the coach sees of the practice.")
    language = models.CharField(max_length=2, default="en")
    began_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    objects = LiveSessionQuerySet.as_manager()


class LiveNoteQuerySet(SiteQuerySet["LiveNote"]):
    read_permission = Permission.COACH_PRACTISE

    def visible_to(self, viewer: Viewer) -> Self:
        return super().visible_to(viewer).filter(Q(person=viewer.user_id) | Q(coach=viewer.user_id))


class LiveNote(SiteRow):
    session = models.ForeignKey(LiveSession, on_delete=models.CASCADE, related_name="notes")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    coach = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = SealedField(patient="session_id")
    at = models.DateTimeField(default=timezone.now)

    objects = LiveNoteQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["session", "at"], name="notes_of_live_session")]
