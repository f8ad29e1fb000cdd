"""Questions a site writes itself. Somebody else reads one before anybody is asked it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.authorization.permissions import Permission
from clinic.models.base import SiteQuerySet, SiteRow


class QuestionState(models.TextChoices):
    PROPOSED = "proposed", _("To be read")
    PUBLISHED = "published", _("Published")
    REFUSED = "refused", _("Refused")
    RETIRED = "retired", _("Withdrawn")


class SiteQuestionQuerySet(SiteQuerySet["SiteQuestion"]):
    read_permission = Permission.COACH_PRACTISE


class SiteQuestion(SiteRow):
    code = models.CharField(max_length=80)
    version = models.PositiveIntegerField(default=1)
    body = models.JSONField(help_text="As `coaching.inference.bank` reads it.")
    state = models.CharField(max_length=10, choices=QuestionState, default=QuestionState.PROPOSED)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    written_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=400, blank=True)

    objects = SiteQuestionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "code", "version"], name="site_question_version_once"),
            models.UniqueConstraint(fields=["site", "code"], condition=Q(state="published"), name="one_published"),
            models.CheckConstraint(condition=Q(state__in=QuestionState.values), name="site_question_state_known"),
        ]
        indexes = [models.Index(fields=["site", "state", "-written_at"], name="site_questions_by_state")]
