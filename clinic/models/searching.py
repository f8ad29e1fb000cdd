"""Texts to be found, what somebody searched for, and searches she keeps. The words of a search are sealed."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.authorization.permissions import Permission
from clinic.models.base import M, SiteQuerySet, SiteRow, Viewer
from clinic.models.cases import Case
from clinic.models.fields import SealedField


class FindableKind(models.TextChoices):
    DOCUMENT = "document", _("Document")
    TRANSCRIPT = "transcript", _("Transcript")
    NOTE = "note", _("Note")
    REPORT = "report", _("Report")


READ_BY = {
    FindableKind.DOCUMENT: Permission.UPLOAD_READ, FindableKind.TRANSCRIPT: Permission.RUN_VIEW,
    FindableKind.NOTE: Permission.CASE_VIEW, FindableKind.REPORT: Permission.CASE_VIEW,
}  # fmt: skip


class FindableQuerySet(SiteQuerySet["Findable"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Of a text what she may read where it stands."""
        readable = [kind for kind, permission in READ_BY.items() if viewer.can(permission)]
        return super().visible_to(viewer).filter(kind__in=readable)


class Findable(SiteRow):
    """A passage of a text. `version`: of a transcript how many edits it knew, so that a later one is noticed."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    kind = models.TextField(choices=FindableKind)
    subject_id = models.UUIDField()
    part = models.PositiveIntegerField()
    version = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()
    words = models.TextField()

    objects = FindableQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "clinic_findable"


class OwnSearches(SiteQuerySet[M]):
    """Nobody but the person herself."""

    def visible_to(self, viewer: Viewer) -> Self:
        return super().visible_to(viewer).filter(person=viewer.user_id)


class AskedSearch(SiteRow):
    """Its address is its id: no word of it stands there. Nobody needs it a day later."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    query = SealedField(patient="site_id")
    filters = models.JSONField(default=dict, help_text=_("Codes."))
    meaning = ArrayField(models.FloatField(), null=True, help_text=_("Worked out by a worker; nothing until then."))
    has_no_meaning = models.BooleanField(default=False, help_text=_("There is no model here to work it out."))
    asked_at = models.DateTimeField(default=timezone.now)

    objects = OwnSearches["AskedSearch"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["asked_at"], name="asked_searches_by_age")]


class SavedSearch(SiteRow):
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = SealedField(patient="site_id")
    query = SealedField(patient="site_id")
    filters = models.JSONField(default=dict, help_text=_("Codes."))
    saved_at = models.DateTimeField(default=timezone.now)

    objects = OwnSearches["SavedSearch"].as_manager()
