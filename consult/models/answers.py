"""That an answer was asked for, with what was there at that moment. The answer itself is the result of its run."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from clinic.authorization.permissions import Permission
from clinic.models import Run
from clinic.models.base import SiteQuerySet, SiteRow
from consult.models.consults import Consult


class ConsultAnswerQuerySet(SiteQuerySet["ConsultAnswer"]):
    read_permission = Permission.UPLOAD_READ


class ConsultAnswer(SiteRow):
    consult = models.ForeignKey(Consult, on_delete=models.PROTECT, related_name="answers")
    number = models.PositiveSmallIntegerField()
    run = models.OneToOneField(Run, on_delete=models.PROTECT, related_name="+")
    parts = models.JSONField(default=list, help_text="Numbers of the parts it was made of.")
    missing = models.JSONField(default=list, help_text="Sorts of parts it had to do without: codes.")
    asked_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(help_text="From then on a person is needed, whatever comes later.")
    person_needed_at = models.DateTimeField(null=True, help_text="When people were told that no engine answered.")
    ended_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True,
                                help_text="Who has seen its red flags.")  # fmt: skip
    seen_at = models.DateTimeField(null=True)

    objects = ConsultAnswerQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["consult", "number"], name="consult_answer_once")]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(ended_at=None, person_needed_at=None), name="answers_due")
        ]
