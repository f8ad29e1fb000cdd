"""API keys: shown once, stored hashed, scoped, expiring."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.authorization.roles import Role
from clinic.errors import Code, Refusal
from clinic.models import ApiKey, User

PREFIX = "rk_"


@dataclass(frozen=True)
class Issued:
    key: ApiKey
    secret: str  # the only time it exists in the clear


def issue(*, by: Actor, owner: User, name: str, scopes: frozenset[Permission], days: int) -> Issued:
    """For oneself, never wider than what one may do; or, by those who manage keys, for an integration.

    Not for another person: whoever is shown the secret could then act in her name. And not by a key, which would
    outlive itself.
    """
    if by.key_id is not None:
        raise Refusal(Code.NOT_ALLOWED, detail=_("A key issues no keys. Sign in to do it."))
    if owner.pk != by.user_id:
        by.require(Permission.KEYS_MANAGE)
        if not owner.memberships.filter(site=by.site_id, role=Role.INTEGRATION, ended_at=None).exists():
            raise Refusal(Code.NOT_ALLOWED, detail=_("Only an integration is given a key by somebody else."))
    elif excess := scopes - by.permissions:
        raise Refusal(Code.NOT_ALLOWED, fields={"scopes": [_("You do not have: %s") % ", ".join(sorted(excess))]})
    if not 1 <= days <= settings.API_KEY_MAX_DAYS:
        raise Refusal(Code.INVALID, fields={"days": [_("From 1 to %s days.") % settings.API_KEY_MAX_DAYS]})
    prefix, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    with audit.act(by, "key.issued") as doing:
        key = ApiKey.objects.create(
            site_id=by.here, owner=owner, name=name.strip(), prefix=prefix, secret_sha256=digest(secret),
            scopes=sorted(scopes), expires_at=timezone.now() + timedelta(days=days),
        )  # fmt: skip
        doing.about(key, fields=("name", "scopes", "expires_at"), owner=owner.pk)
    return Issued(key, f"{PREFIX}{prefix}_{secret}")


def known(scopes: Iterable[str]) -> list[Permission]:
    """In the order of the permissions; one that no longer exists allows nothing."""
    return [permission for permission in Permission if permission.value in set(scopes)]


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def revoke(*, by: Actor, key: ApiKey) -> ApiKey:
    if by.user_id is None or not key.belongs_to(by.user_id):
        by.require(Permission.KEYS_MANAGE)
    with audit.act(by, "key.revoked") as doing:
        if key.revoked_at:
            doing.nothing_happened()
        key.revoked_at = key.revoked_at or timezone.now()
        key.save(update_fields=["revoked_at"])
        doing.about(key, fields=("revoked_at",))
    return key
