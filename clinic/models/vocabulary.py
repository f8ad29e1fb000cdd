from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from clinic.authorization.permissions import Permission
from clinic.models.base import SiteQuerySet, SiteRow


class VocabularyWordQuerySet(SiteQuerySet["VocabularyWord"]):
    read_permission = Permission.CASE_VIEW


class VocabularyWord(SiteRow):
    """A word that people here say and engines mishear: names of medicines, of places, of tests. It is offered to who
    corrects a transcript, and never put in by itself."""

    word = models.CharField(max_length=60)
    department = models.CharField(max_length=60, blank=True, help_text="Empty: of the whole site.")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    added_at = models.DateTimeField(default=timezone.now)

    objects = VocabularyWordQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("site", "department", Lower("word"), name="vocabulary_word_once")]
