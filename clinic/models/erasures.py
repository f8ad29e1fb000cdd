from django.conf import settings
from django.db import models
from django.utils import timezone

from clinic.authorization.permissions import Permission
from clinic.models.base import SiteQuerySet, SiteRow
from clinic.models.patients import Patient


class ErasureQuerySet(SiteQuerySet["Erasure"]):
    read_permission = Permission.RETENTION_MANAGE


class Erasure(SiteRow):
    """That a patient was forgotten: what there was by its number, and the signed certificate. No word of her."""

    patient = models.OneToOneField(Patient, on_delete=models.PROTECT, related_name="erasure")
    number = models.PositiveIntegerField(help_text="Of the patient at the site.")
    certificate = models.JSONField()
    key_id = models.CharField(max_length=60)
    signature = models.CharField(max_length=128, help_text="Ed25519, in hexadecimal.")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(default=timezone.now)

    objects = ErasureQuerySet.as_manager()
