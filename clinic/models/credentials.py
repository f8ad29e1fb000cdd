from typing import Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from clinic.authorization.permissions import Permission
from clinic.models.base import SiteRow, Viewer


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """One's own keys; those who manage keys see the site's."""
        if viewer.site_id is None:
            return self.none()
        mine = self.filter(site=viewer.site_id)
        return mine if viewer.can(Permission.KEYS_MANAGE) else mine.filter(owner=viewer.user_id)

    def usable(self) -> Self:
        return self.filter(revoked_at=None, expires_at__gt=timezone.now(), owner__is_active=True)


class ApiKey(SiteRow):
    """A program's way in: a public prefix to find it by and a secret stored only as its SHA-256.

    The secret has 256 random bits, so a fast hash is enough: there is nothing to guess.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="api_keys")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12, unique=True)
    secret_sha256 = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(expires_at__gt=models.F("created_at")), name="key_expires")]

    @property
    def is_usable(self) -> bool:
        return self.revoked_at is None and self.expires_at > timezone.now()

    def belongs_to(self, user_id: UUID) -> bool:
        return self.owner_id == user_id


class IdempotencyKey(SiteRow):
    """A request that must have its effect once: the same key again is answered with the same thing."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=100)
    request_sha256 = models.CharField(max_length=64)
    made_id = models.UUIDField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "person", "key"], name="idempotency_key_once")]
        indexes = [models.Index(fields=["at"])]
