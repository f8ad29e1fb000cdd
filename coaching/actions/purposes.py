"""Whether anything about feelings may be estimated here at all: an admin says for what, by law; each speaker agrees."""

from django.utils import timezone

from clinic import audit
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.errors import Code, Refusal
from coaching.models import LawfulPurpose


def record(*, by: Actor, purpose: str) -> LawfulPurpose:
    by.require(Permission.SITES_MANAGE)
    with audit.act(by, "coaching.purpose_recorded") as doing:
        if current(by):
            raise Refusal(Code.ALREADY_EXISTS)
        row = LawfulPurpose(site_id=by.here, purpose=purpose, recorded_by_id=by.myself)
        row.save(force_insert=True)
        doing.about(row, fields=("purpose",))
    return row


def end(*, by: Actor) -> None:
    """Where none is recorded, it is off already."""
    by.require(Permission.SITES_MANAGE)
    with audit.act(by, "coaching.purpose_ended") as doing:
        row = LawfulPurpose.objects.select_for_update(no_key=True).filter(site=by.here, ended_at=None).first()
        if row is None:
            doing.nothing_happened()
            return
        row.ended_at = timezone.now()
        row.save(update_fields=["ended_at"])
        doing.about(row)


def current(by: Actor) -> LawfulPurpose | None:
    return LawfulPurpose.objects.filter(site=by.here, ended_at=None).select_related("recorded_by").first()
