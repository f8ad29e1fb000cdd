"""The audit's two insert-only tables. Their SQL (chain, guards, generated columns) is in clinic/sql/audit.py."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.authorization.permissions import Permission
from clinic.models.base import Viewer


class AuditEvent(models.Model):
    """What happened, as canonical JSON text. The columns below are computed from that text by the database."""

    id = models.UUIDField(primary_key=True)
    body = models.TextField()
    event = models.TextField()
    site_id = models.UUIDField(null=True)
    actor_id = models.UUIDField(null=True)
    target_id = models.UUIDField(null=True)
    case_id = models.UUIDField(null=True)
    patient_id = models.UUIDField(null=True)

    class Meta:
        managed = False
        db_table = "audit_event"

    def __str__(self) -> str:
        return self.event


class AuditLinkQuerySet(models.QuerySet["AuditLink"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """The one wall here: the chain is of the whole machine, so the tables carry no row-level security."""
        if viewer.site_id is None or not viewer.can(Permission.AUDIT_READ):
            return self.none()
        return self.filter(event__site_id=viewer.site_id)


class AuditLink(models.Model):
    """The place of an event in the chain, given by the database when its transaction commits."""

    seq = models.BigIntegerField(primary_key=True)
    event = models.OneToOneField(AuditEvent, on_delete=models.DO_NOTHING, db_column="event", related_name="link",
                                 db_constraint=False)  # fmt: skip
    at = models.DateTimeField()
    prev = models.BinaryField()
    hash = models.BinaryField()

    objects = AuditLinkQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "audit_link"

    def __str__(self) -> str:
        return f"#{self.seq}"


class AuditCheckpoint(models.Model):
    """A copy of what the witness holds, for pages and for a second witness to catch up from."""

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    line = models.TextField()

    class Meta:
        managed = False
        db_table = "audit_checkpoint"

    def __str__(self) -> str:
        return f"up to #{self.seq}"


class WitnessCode(models.TextChoices):
    OK = "", _("Up to date")
    UNWRITABLE = "unwritable", _("The witness cannot be written")
    NOT_CONTINUED = "not_continued", _("The audit does not go on from what was witnessed")
    BROKEN = "broken", _("The audit was changed since it was written")


class WitnessState(models.Model):
    """How keeping a witness went last time, by the process that keeps it."""

    name = models.CharField(max_length=120, primary_key=True)
    at = models.DateTimeField()
    code = models.CharField(max_length=20, choices=WitnessCode, blank=True)
    seq = models.BigIntegerField(default=0, help_text=_("Witnessed up to here, or where it went wrong."))

    def __str__(self) -> str:
        return self.name
