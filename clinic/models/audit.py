"""The audit's two insert-only tables. Their SQL (chain, guards, generated columns) is in clinic/sql/audit.py."""

from typing import Self

from django.db import models

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
