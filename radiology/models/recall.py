"""A line through the stored answers: what was said before it is never said again without asking."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from clinic.authorization.permissions import Permission
from clinic.models.base import SiteQuerySet, SiteRow


class _Forgotten(SiteQuerySet["ForgottenAnswers"]):
    read_permission = Permission.ENGINES_VIEW


class ForgottenAnswers(SiteRow):
    engine_digest = models.CharField(max_length=64, blank=True, help_text="Of one engine; of all, where none is named.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    reason = models.CharField(max_length=200)
    at = models.DateTimeField(default=timezone.now)

    objects = _Forgotten.as_manager()

    class Meta:
        indexes = [models.Index(fields=["site", "engine_digest", "-at"], name="film_answers_forgotten")]
