from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.authorization.permissions import Permission
from clinic.models.base import SiteQuerySet, SiteRow
from clinic.models.cases import Case
from clinic.models.fields import SealedField


class UploadKind(models.TextChoices):
    IMAGE = "image", _("Image")
    FILM = "film", _("Film")
    DOCUMENT = "document", _("Document")
    AUDIO = "audio", _("Voice")
    DATA = "data", _("Data")
    ARCHIVE = "archive", _("Archive")


class UploadQuerySet(SiteQuerySet["Upload"]):
    read_permission = Permission.UPLOAD_READ


class Upload(SiteRow):
    """Stored bytes with a digest. The row is written after the object is safe, so it never points at nothing."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="uploads")
    kind = models.CharField(max_length=10, choices=UploadKind)
    content_type = models.CharField(max_length=80)
    name = SealedField(patient="case.patient_id", help_text=_("What the person called the file."))
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    object_name = models.CharField(max_length=120, unique=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    added_at = models.DateTimeField(default=timezone.now)
    going_told_at = models.DateTimeField(null=True, help_text="When it was announced that it will be deleted.")
    cold_at = models.DateTimeField(null=True, help_text="Since when it is out of the daily lists.")
    expired_at = models.DateTimeField(null=True, help_text="When its bytes were deleted because their time was over.")

    objects = UploadQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "sha256"], name="same_bytes_once_per_case"),
            models.CheckConstraint(condition=Q(kind__in=UploadKind.values), name="upload_kind_known"),
            models.CheckConstraint(condition=Q(size__gt=0), name="upload_not_empty"),
        ]
        indexes = [models.Index(fields=["case", "added_at"])]


class UploadSessionQuerySet(SiteQuerySet["UploadSession"]):
    read_permission = Permission.UPLOAD_READ


class SessionState(models.TextChoices):
    RECEIVING = "receiving", _("Receiving")
    COMPLETE = "complete", _("Complete")
    DISCARDED = "discarded", _("Discarded")


class UploadSession(SiteRow):
    """A file arriving in pieces. Each piece is stored before it is acknowledged, so nothing acknowledged is lost."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="upload_sessions")
    name = SealedField(patient="case.patient_id")
    declared_type = models.CharField(max_length=80, blank=True)
    declared_size = models.PositiveBigIntegerField(null=True, help_text=_("Unknown while a recording goes on."))
    received = models.PositiveBigIntegerField(default=0)
    next_index = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=SessionState, default=SessionState.RECEIVING)
    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, null=True, related_name="+")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    opened_at = models.DateTimeField(default=timezone.now)
    touched_at = models.DateTimeField(default=timezone.now)

    objects = UploadSessionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=SessionState.COMPLETE) | Q(upload__isnull=False), name="complete_session_has_upload"
            ),
        ]
        indexes = [models.Index(fields=["state", "touched_at"])]


class UploadChunk(SiteRow):
    session = models.ForeignKey(UploadSession, on_delete=models.CASCADE, related_name="chunks")
    index = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    object_name = models.CharField(max_length=120, unique=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "index"], name="chunk_once")]
