"""Registers a site keeps: who was trained, what was agreed with suppliers, which risks there are. A line is never
changed: an amended one is a new version, and the newest holds.
"""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.authorization.permissions import Permission
from clinic.models.base import SiteQuerySet, SiteRow
from clinic.models.fields import SealedField


class Register(models.TextChoices):
    TRAINING = "training", _("Staff training")
    SUPPLIER = "suppliers", _("Supplier agreements")
    RISK = "risks", _("Risks")


class RiskLevel(models.TextChoices):
    NONE = "", _("Not a risk")
    LOW = "low", _("Low")
    MEDIUM = "medium", _("Medium")
    HIGH = "high", _("High")


LETTERS = {Register.TRAINING: "T", Register.SUPPLIER: "S", Register.RISK: "R"}


class RegisterLineQuerySet(SiteQuerySet["RegisterLine"]):
    read_permission = Permission.SECURITY_VIEW

    def newest(self) -> Self:
        """Of each line the version that holds."""
        same = {name: OuterRef(name) for name in ("site", "register", "number")}
        later = RegisterLine.objects.filter(version__gt=OuterRef("version"), **same)
        return self.filter(~Exists(later))

    def standing(self) -> Self:
        return self.newest().filter(is_ended=False)

    def overdue(self) -> Self:
        return self.standing().filter(due_on__lt=timezone.localdate())


class RegisterLine(SiteRow):
    register = models.CharField(max_length=10, choices=Register)
    number = models.PositiveIntegerField()
    version = models.PositiveIntegerField(default=1)
    what = models.CharField(max_length=160, help_text="The training, the agreement, the risk.")
    who = models.CharField(max_length=120, help_text="Who was trained, the supplier, who answers for the risk.")
    done_on = models.DateField(null=True, help_text="Trained, agreed or assessed on.")
    due_on = models.DateField(null=True, help_text="To be done again, renewed or looked at by then.")
    level = models.CharField(max_length=6, choices=RiskLevel, blank=True)
    words = SealedField(patient="site_id", null=True)
    is_ended = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = RegisterLineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "register", "number", "version"], name="register_version_once"),
            models.CheckConstraint(condition=Q(register__in=Register.values), name="register_known"),
            models.CheckConstraint(
                condition=Q(register="risks", level__in=["low", "medium", "high"])
                | (~Q(register="risks") & Q(level="")),
                name="only_a_risk_has_a_level",
            ),
            models.CheckConstraint(
                condition=Q(done_on=None) | Q(due_on=None) | Q(due_on__gte=F("done_on")), name="due_after_done"
            ),
        ]

    @property
    def reference(self) -> str:
        return f"{LETTERS[Register(self.register)]}-{self.number}"

    @property
    def is_overdue(self) -> bool:
        return not self.is_ended and self.due_on is not None and self.due_on < timezone.localdate()
