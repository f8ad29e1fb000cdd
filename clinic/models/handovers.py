"""A case that goes from one clinician to another with a word about it. It is hers when she takes it, not before."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.authorization.permissions import Permission
from clinic.models.base import SiteQuerySet, SiteRow
from clinic.models.cases import Case
from clinic.models.fields import SealedField


class HandoverState(models.TextChoices):
    OFFERED = "offered", _("Offered")
    ACCEPTED = "accepted", _("Taken")
    DECLINED = "declined", _("Not taken")
    WITHDRAWN = "withdrawn", _("Taken back")


class _Handovers(SiteQuerySet["Handover"]):
    read_permission = Permission.CASE_VIEW


class Handover(SiteRow):
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="handovers")
    giver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    taker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    note = SealedField(patient="case.patient_id", help_text="What the next one has to know, in the giver's words.")
    open_points = models.JSONField(default=list, help_text="Codes of what was open when it was offered, with counts.")
    state = models.CharField(max_length=10, choices=HandoverState, default=HandoverState.OFFERED)
    answer = SealedField(patient="case.patient_id", null=True, help_text="Why it was not taken.")
    at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True)

    objects = _Handovers.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=HandoverState.values), name="handover_state_known"),
            models.CheckConstraint(condition=~Q(giver=F("taker")), name="handover_to_another"),
            models.UniqueConstraint(fields=["case"], condition=Q(state="offered"), name="one_offer_a_case"),
        ]
        indexes = [models.Index(fields=["case", "-at"], name="handovers_of_case")]
