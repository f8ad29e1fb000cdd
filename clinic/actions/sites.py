from django.db import IntegrityError
from django.utils import timezone

from clinic import audit
from clinic.actions import subject_keys
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.authorization.scope import scope
from clinic.errors import Code, Refusal
from clinic.models import Site


def create(*, by: Actor, name: str) -> Site:
    by.require(Permission.SITES_MANAGE)
    site = Site(name=name.strip())
    try:
        with scope(site=site.pk, person=by.user_id), audit.act(by, "site.created") as doing:
            site.save(force_insert=True)
            subject_keys.create(subject_id=site.pk, site_id=site.pk)
            doing.about(site, fields=("name",))
    except IntegrityError as e:
        raise Refusal(Code.ALREADY_EXISTS, fields={"name": ["A site has this name already."]}) from e
    return site


EDITABLE = ("name", "routine_wait_minutes", "urgent_wait_minutes", "emergency_wait_minutes")


def update(*, by: Actor, site: Site, **changes: object) -> Site:
    by.require(Permission.SITES_MANAGE)
    changed = tuple(name for name in EDITABLE if name in changes and getattr(site, name) != changes[name])
    with audit.act(by, "site.changed") as doing:
        for name in changed:
            setattr(site, name, changes[name])
        site.save(update_fields=changed) if changed else doing.nothing_happened()
        doing.about(site, fields=changed)
    return site


def close(*, by: Actor, site: Site) -> Site:
    by.require(Permission.SITES_MANAGE)
    with audit.act(by, "site.closed") as doing:
        site.closed_at = timezone.now()
        site.save(update_fields=["closed_at"])
        doing.about(site, fields=("closed_at",))
    return site
