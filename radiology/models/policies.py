"""How a site reads its films. The newest row holds."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.authorization.permissions import Permission
from clinic.models.base import SiteQuerySet, SiteRow


class BlindRule(models.TextChoices):
    ALWAYS = "always", _("Always read first")
    SAMPLE = "sample", _("Read first in a share drawn by chance")
    OFF = "off", _("Show the engine’s answer at once")


class _Policies(SiteQuerySet["ReadingPolicy"]):
    read_permission = Permission.ENGINES_VIEW


class ReadingPolicy(SiteRow):
    blind = models.CharField(max_length=8, choices=BlindRule, default=BlindRule.ALWAYS)
    blind_percent = models.PositiveSmallIntegerField(default=20, help_text="For the rule with a share.")
    second_percent = models.PositiveSmallIntegerField(default=5, help_text="Films that a second reader reads blind.")
    wait_minutes = models.PositiveIntegerField(default=120, help_text="What waited longer comes first.")
    has_maps = models.BooleanField(default=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(default=timezone.now)

    objects = _Policies.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(blind__in=BlindRule.values), name="film_blind_rule_known"),
            models.CheckConstraint(
                condition=Q(blind_percent__lte=100, second_percent__lte=100), name="film_percents_of_100"
            ),
        ]
        indexes = [models.Index(fields=["site", "-at"], name="film_policy_latest")]
