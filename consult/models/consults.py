"""One conversation about a case: what was said, typed and shown, and the answers to it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from clinic.authorization.permissions import Permission
from clinic.models import Case
from clinic.models.base import SiteQuerySet, SiteRow

LANGUAGES = ("en", "es")


class ConsultQuerySet(SiteQuerySet["Consult"]):
    read_permission = Permission.UPLOAD_READ


class Consult(SiteRow):
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="consults")
    language = models.CharField(max_length=2, default="en", help_text="Spoken in it, and that of the answer.")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    opened_at = models.DateTimeField(default=timezone.now)

    objects = ConsultQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(language__in=LANGUAGES), name="consult_language_known")]
        indexes = [
            models.Index(fields=["site", "-opened_at", "-id"], name="consults_in_order"),
            models.Index(fields=["case", "-opened_at"], name="consults_of_case"),
        ]


class ConsultWaits(SiteRow):
    """How long a site's answers wait for what is late. A site without a row waits as long as the product does."""

    VOICE_S, PICTURE_S = 10, 15

    voice_s = models.PositiveSmallIntegerField(default=VOICE_S, help_text="After the last word was recorded.")
    picture_s = models.PositiveSmallIntegerField(default=PICTURE_S, help_text="After the picture has come.")

    objects = SiteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site"], name="consult_waits_once"),
            models.CheckConstraint(
                condition=Q(voice_s__range=(1, 120)) & Q(picture_s__range=(1, 120)), name="consult_waits_sane"
            ),
        ]
