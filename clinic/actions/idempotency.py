"""A request sent twice with the same key has its effect once."""

import hashlib
from collections.abc import Callable
from uuid import UUID

from django.db import IntegrityError

from clinic import audit
from clinic.authorization.actor import Actor
from clinic.errors import Code, Refusal
from clinic.models import IdempotencyKey


def once(*, by: Actor, key: str, request: bytes, make: Callable[[], UUID]) -> tuple[UUID, bool]:
    """The id of what the first request made, and whether this was it. The same key with another request is refused."""
    sha256 = hashlib.sha256(request).hexdigest()
    if known := _known(by, key, sha256):
        return known, False
    try:
        with audit.together():
            made = make()
            IdempotencyKey.objects.create(
                site_id=by.here, person_id=by.myself, key=key, request_sha256=sha256, made_id=made
            )
    except IntegrityError:  # the same request arrived twice at once and the other was first
        if known := _known(by, key, sha256):
            return known, False
        raise
    return made, True


def _known(by: Actor, key: str, sha256: str) -> UUID | None:
    row = IdempotencyKey.objects.filter(site=by.site_id, person=by.user_id, key=key).first()
    if row is None:
        return None
    if row.request_sha256 != sha256:
        raise Refusal(Code.KEY_REUSED)
    return row.made_id
