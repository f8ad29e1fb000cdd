"""Whether facts of a kind may stand without a second look at a site. Rows are added, never changed: the newest of a
kind says how it stands, and none says no."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.authorization.permissions import Permission
from clinic.models.base import SiteQuerySet, SiteRow
from clinic.models.fields import SealedField

NEVER = ("medications", "allergies")  # a wrong one harms: a person looks at each, doses among them


class FactRule(SiteRow):
    class Cause(models.TextChoices):
        PERSON = "person", _("Decided by a person")
        QUALITY = "quality", _("Taken back: too many were wrong")

    kind = models.CharField(max_length=20)
    number = models.PositiveIntegerField(help_text="In the order of the switches of this kind.")
    is_on = models.BooleanField()
    cause = models.CharField(max_length=10, choices=Cause)
    reason = SealedField(patient="site_id", null=True)
    figures = models.JSONField(null=True, help_text="What was seen when it was taken back.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(default=timezone.now)

    class _Rules(SiteQuerySet["FactRule"]):
        read_permission = Permission.ENGINES_VIEW

    objects = _Rules.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "kind", "number"], name="fact_rule_once"),
            models.CheckConstraint(condition=Q(cause__in=["person", "quality"]), name="fact_rule_cause_known"),
            models.CheckConstraint(
                condition=~Q(kind__in=NEVER) | Q(is_on=False), name="fact_rule_never_where_it_harms"
            ),
            models.CheckConstraint(condition=~Q(cause="quality") | Q(is_on=False), name="fact_rule_taken_back_is_off"),
        ]
