"""Takes away what nothing points at any more. Each function may run at any time, any number of times, and tells how
much it removed; so does the audit."""

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from allauth.usersessions.models import UserSession
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import Model
from django.utils import timezone

from clinic import audit
from clinic.actions import uploads
from clinic.authorization.actor import Actor
from clinic.authorization.scope import scope
from clinic.errors import Refusal
from clinic.models import IdempotencyKey, SessionState, Site, UploadSession
from clinic.uploads import store

JANITOR = Actor.system("janitor")
IDEMPOTENCY_LIFE = timedelta(hours=48)
DRAFT_LIFE = timedelta(hours=24)  # no living upload takes that long
BATCH = 500
FEW = 100
log = logging.getLogger("rounds.janitor")


class Leftovers:
    """What an event of the janitor is about: things that have no row, or no row any more."""

    pk: None = None


def _tell(event: str, count: int, by: Actor = JANITOR) -> int:
    if count:
        with audit.act(by, event) as doing:
            doing.about(Leftovers(), count=count)
    return count


# --- objects ----------------------------------------------------------------------------------------------------------


def remove_orphans() -> int:
    """Objects whose row was never written. The time before it counts as one is longer than any request lasts.

    Many at once are no leftovers but a mistake (the wrong database, a restore in the middle): then none is touched.
    """
    listed, orphans = 0, list[str]()
    for names in _in_batches(found.name for found in store().list(older_than_s=settings.ORPHAN_AFTER_MINUTES * 60)):
        listed += len(names)
        orphans += names - _pointed_at(names)
    if len(orphans) > max(FEW, listed // 2):
        log.error("too_many_orphans", extra={"count": len(orphans)})
        return 0
    for name in orphans:
        store().delete(name)
    return _tell("objects.orphans_removed", len(orphans))


def _in_batches(names: Iterable[str]) -> Iterator[set[str]]:
    names = iter(names)
    while batch := set(islice(names, BATCH)):
        yield batch


def _pointed_at(names: set[str]) -> set[str]:
    found: set[str] = set()
    for site in Site.objects.all():
        with scope(site=site.pk):
            for holder in holders():
                found |= set(_manager(holder).filter(object_name__in=names).values_list("object_name", flat=True))
    return found


def holders() -> list[type[Model]]:
    """Every table that points at objects does so in a column of this name; a capability's tables are found too."""
    return [model for model in apps.get_models() if any(f.name == "object_name" for f in model._meta.get_fields())]


def _manager(model: type[Model]) -> Any:
    return model._default_manager


def remove_drafts() -> int:
    return _tell("objects.drafts_removed", store().sweep_temp(older_than_s=DRAFT_LIFE.total_seconds()))


# --- rows -------------------------------------------------------------------------------------------------------------


def discard_forgotten_sessions() -> int:
    """Uploads in pieces that nobody went on with."""
    before = timezone.now() - timedelta(hours=settings.UPLOAD_SESSION_HOURS)
    return sum(_discard_sessions_of(site, before) for site in Site.objects.all())


def _discard_sessions_of(site: Site, before: datetime) -> int:
    with scope(site=site.pk):
        forgotten = UploadSession.objects.filter(state=SessionState.RECEIVING, touched_at__lt=before)
        return sum(_discard(session, site) for session in forgotten.select_related("case"))


def _discard(session: UploadSession, site: Site) -> int:
    try:
        uploads.discard(by=Actor.system("janitor", site_id=site.pk), session=session)
    except Refusal:  # it was completed while we looked
        return 0
    return 1


def forget_idempotency_keys() -> int:
    return sum(_forget_idempotency_keys_of(site) for site in Site.objects.all())


def _forget_idempotency_keys_of(site: Site) -> int:
    with scope(site=site.pk):
        old = IdempotencyKey.objects.filter(at__lt=timezone.now() - IDEMPOTENCY_LIFE)
        count, _by_model = old.delete()
        return _tell("idempotency_keys.forgotten", count, Actor.system("janitor", site_id=site.pk))


def end_expired_sign_ins() -> int:
    count, _by_model = Session.objects.filter(expire_date__lt=timezone.now()).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    return _tell("sign_ins.expired", count)


def empty_cache() -> int:
    """The cache's own culling would look at all of it in the middle of a request."""
    return _delete("DELETE FROM clinic_cache WHERE expires < now()")


def forget_allowances() -> int:
    """Each counts for a minute."""
    return _delete("DELETE FROM clinic_allowance WHERE began < now() - interval '1 hour'")


def _delete(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.rowcount)
