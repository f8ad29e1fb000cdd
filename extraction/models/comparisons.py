"""Two versions side by side without their names: what each said of the same documents, and which people preferred."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.authorization.permissions import Permission
from clinic.models import Run, Upload
from clinic.models.base import SiteQuerySet, SiteRow
from clinic.models.fields import SealedField
from extraction.models.prompts import PromptVersion


class BlindComparisonQuerySet(SiteQuerySet["BlindComparison"]):
    read_permission = Permission.ENGINES_VIEW


class BlindComparison(SiteRow):
    first = models.ForeignKey(PromptVersion, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(PromptVersion, on_delete=models.PROTECT, related_name="+")
    run = models.OneToOneField(Run, on_delete=models.PROTECT, related_name="+")
    engine = models.CharField(max_length=120)
    at = models.DateTimeField(default=timezone.now)

    objects = BlindComparisonQuerySet.as_manager()


class BlindPairQuerySet(SiteQuerySet["BlindPair"]):
    read_permission = Permission.UPLOAD_READ


class BlindPair(SiteRow):
    """Both answers to one document, under the key of its patient; made-up documents under that of the site."""

    comparison = models.ForeignKey(BlindComparison, on_delete=models.PROTECT, related_name="pairs")
    number = models.PositiveIntegerField()
    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="+", null=True)
    made_up = models.CharField(max_length=20, blank=True, help_text="Which made-up document, where it is none.")
    subject_id = models.UUIDField(help_text="Whose key seals the answers.")
    is_swapped = models.BooleanField(help_text="Drawn by chance: the second version stands left.")
    answers = SealedField(patient="subject_id", help_text="[of the first, of the second]; null: it gave none.")

    objects = BlindPairQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["comparison", "number"], name="blind_pair_numbered"),
            models.CheckConstraint(condition=Q(upload=None) ^ Q(made_up=""), name="blind_pair_of_one_document"),
        ]


class Preferred(models.TextChoices):
    LEFT = "left", _("Left")
    RIGHT = "right", _("Right")
    ALIKE = "alike", _("Alike")


class BlindJudgement(SiteRow):
    pair = models.ForeignKey(BlindPair, on_delete=models.PROTECT, related_name="judgements")
    preferred = models.CharField(max_length=5, choices=Preferred)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class _Judgements(SiteQuerySet["BlindJudgement"]):
        read_permission = Permission.ENGINES_VIEW

    objects = _Judgements.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pair", "by"], name="blind_judged_once"),
            models.CheckConstraint(condition=Q(preferred__in=["left", "right", "alike"]), name="blind_preferred_known"),
        ]
