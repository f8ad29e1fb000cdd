from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit
from clinic.actions import engines, subject_keys
from clinic.actions.changes import save
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.authorization.roles import Role
from clinic.authorization.scope import scope
from clinic.errors import Code, Refusal
from clinic.models import Membership, Site


def create(*, by: Actor, name: str) -> Site:
    """Whoever makes a site is its first admin: without one nobody could ever be let in."""
    by.require(Permission.SITES_MANAGE)
    site = Site(name=name.strip())
    try:
        with scope(site=site.pk, person=by.user_id), audit.act(by, "site.created") as doing:
            site.save(force_insert=True)
            subject_keys.create(subject_id=site.pk, site_id=site.pk)
            if by.user_id:
                Membership.objects.create(user_id=by.user_id, site=site, role=Role.ADMIN)
            engines.install_shipped(by=Actor.system(engines.INSTALLER, site.pk, by.request_id), site=site)
            doing.about(site, fields=("name",), first_admin=by.user_id)
    except IntegrityError as e:
        raise _name_taken() from e
    return site


EDITABLE = ("name", "routine_wait_minutes", "urgent_wait_minutes", "emergency_wait_minutes")


def update(*, by: Actor, site: Site, **changes: object) -> Site:
    by.require(Permission.SITES_MANAGE)
    try:
        with audit.act(by, "site.changed") as doing:
            doing.about(site, fields=save(doing=doing, row=site, names=EDITABLE, wanted=changes))
    except IntegrityError as e:
        raise _name_taken() from e
    return site


def _name_taken() -> Refusal:
    return Refusal(Code.ALREADY_EXISTS, fields={"name": [_("A site has this name already.")]})


def close(*, by: Actor, site: Site) -> Site:
    by.require(Permission.SITES_MANAGE)
    with audit.act(by, "site.closed") as doing:
        site.closed_at = timezone.now()
        site.save(update_fields=["closed_at"])
        doing.about(site, fields=("closed_at",))
    return site
