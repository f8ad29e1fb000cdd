"""What a DICOM film says of study, series and itself, kept apart from its pixels: what searches look at."""

from django.db import models

from clinic.authorization.permissions import Permission
from clinic.models.base import SiteQuerySet, SiteRow
from clinic.models.fields import SealedField
from radiology.models.films import Film


class _Objects(SiteQuerySet["DicomObject"]):
    read_permission = Permission.UPLOAD_READ


class DicomObject(SiteRow):
    """One film that came as DICOM and lost its patient at the door. Its UIDs are our own: keyed digests of those that
    came."""

    film = models.OneToOneField(Film, on_delete=models.PROTECT, related_name="dicom")
    study = models.CharField(max_length=64)
    series = models.CharField(max_length=64)
    instance = models.CharField(max_length=64)
    header = SealedField(patient="film.case.patient_id", help_text="All but the pixels, in DICOM's JSON.")

    objects = _Objects.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["site", "study", "series"], name="dicom_of_study"),
            models.Index(fields=["site", "instance"], name="dicom_instance"),
        ]
