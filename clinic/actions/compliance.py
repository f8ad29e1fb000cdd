"""The compliance pack leaves the house: who took it, over what time, and what it was, by digest."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit, step_up
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.compliance import pack
from clinic.errors import Code, Refusal
from clinic.models import Site

DAYS = (30, 90, 365)


@dataclass(frozen=True, kw_only=True)
class Taken:
    name: str
    size: int
    sha256: str  # of its manifest
    pieces: Iterable[bytes] = field(repr=False)
    content_type: str = "application/zip"


def take(*, by: Actor, days: int = 90, confirmed_at: datetime | None) -> Taken:
    """`confirmed_at`: when the person last proved who she is."""
    by.require(Permission.SECURITY_VIEW)
    step_up.demand(by, confirmed_at)
    if days not in DAYS:
        raise Refusal(Code.INVALID, fields={"days": [_("30, 90 or 365.")]})
    site, at = Site.objects.get(pk=by.here), timezone.now()
    with audit.act(by, "compliance.pack_taken") as doing:
        made = pack.made(by, site, at - timedelta(days=days), at, doing.id)
        doing.about(site, days=days, sha256=made.manifest_sha256, bytes=made.archive.size, files=len(made.files),
                    key=made.key_id, rows=made.rows)  # fmt: skip
    return Taken(name=f"compliance-{at:%Y-%m-%d}.zip", size=made.archive.size, sha256=made.manifest_sha256,
                 pieces=made.archive)  # fmt: skip
