"""Takes away what nothing points at any more. Each function may run at any time, any number of times, and tells how
much it removed; so does the audit."""

import logging
from collections.abc import Callable, Iterable, Iterator
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
from clinic.errors import Code, Refusal
from clinic.models import CaseState, IdempotencyKey, SessionState, Site, UploadSession
from clinic.storage.errors import StorageError
from clinic.uploads import may_delete, store

JANITOR = Actor.system("janitor")
IDEMPOTENCY_LIFE = timedelta(hours=48)
DRAFT_LIFE = timedelta(hours=24)  # no living upload takes that long
NO_SOUND = {Code.EMPTY_FILE, Code.TYPE_NOT_ALLOWED, Code.TYPE_MISMATCH}
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

    Many at once are no leftovers but a mistake (the wrong database, a restore in the middle): then none is touched; nor
    while a backup is taken.
    """
    with may_delete() as is_allowed:
        return _remove_orphans() if is_allowed else 0


def _remove_orphans() -> int:
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
                rows = _manager(holder).filter(object_name__in=names)
                rows = rows.filter(expired_at=None) if is_dated(holder) else rows
                found |= set(rows.values_list("object_name", flat=True))
    return found


def is_dated(holder: type[Model]) -> bool:
    """Whether its rows outlive their objects, and say so."""
    return any(field.name == "expired_at" for field in holder._meta.get_fields())


def holders() -> list[type[Model]]:
    """Every table that points at objects does so in a column of this name; a capability's tables are found too."""
    return [model for model in apps.get_models() if any(f.name == "object_name" for f in model._meta.get_fields())]


def _manager(model: type[Model]) -> Any:
    return model._default_manager


def remove_drafts() -> int:
    return _tell("objects.drafts_removed", store().sweep_temp(older_than_s=DRAFT_LIFE.total_seconds()))


# --- rows -------------------------------------------------------------------------------------------------------------


def store_forgotten_recordings() -> int:
    """A voice nobody goes on with is a file of its case, as far as it came: only a person discards what was said."""
    before = timezone.now() - timedelta(hours=min(settings.RECORDING_HOURS, settings.UPLOAD_SESSION_HOURS))
    return sum(_on_each(site, before, _store) for site in Site.objects.all())


def discard_forgotten_sessions() -> int:
    """Uploads in pieces that nobody went on with, and that are no use in part."""
    before = timezone.now() - timedelta(hours=settings.UPLOAD_SESSION_HOURS)
    return sum(_on_each(site, before, _discard) for site in Site.objects.all())


def _on_each(site: Site, before: datetime, end: Callable[[UploadSession, Actor], bool]) -> int:
    by = Actor.system("janitor", site_id=site.pk)
    with scope(site=site.pk):
        forgotten = UploadSession.objects.filter(state=SessionState.RECEIVING, touched_at__lt=before)
        return sum(end(session, by) for session in forgotten.select_related("case__patient", "upload"))


def _store(session: UploadSession, by: Actor) -> bool:
    try:
        if _is_erased(session) or session.case.state == CaseState.CLOSED or not uploads.is_recording(session):
            return False
        uploads.complete(by=by, session=session)
    except (Refusal, StorageError):  # completed while we looked, no sound after all, or the store is away
        return False
    return True


def _discard(session: UploadSession, by: Actor) -> bool:
    try:
        if not _may_go(session, by):
            return False
        uploads.discard(by=by, session=session)
    except (Refusal, StorageError):  # it was completed while we looked
        return False
    return True


def _may_go(session: UploadSession, by: Actor) -> bool:
    """What calls itself a recording goes only when no sound is in it. In a closed case it waits: for the case to be
    opened again, or for a person to discard it."""
    if _is_erased(session) or not uploads.is_recording(session):
        return True
    if session.case.state == CaseState.CLOSED:
        return False
    try:
        uploads.complete(by=by, session=session)
    except Refusal as why:
        return why.code in NO_SOUND
    return False


def _is_erased(session: UploadSession) -> bool:
    return session.case.patient.erased_at is not None


def let_pieces_go() -> int:
    """Of sessions that have ended, and whose process was killed before it could."""
    before = timezone.now() - timedelta(minutes=settings.ORPHAN_AFTER_MINUTES)
    return sum(_let_pieces_go_of(site, before) for site in Site.objects.all())


def _let_pieces_go_of(site: Site, before: datetime) -> int:
    with scope(site=site.pk):
        over = UploadSession.objects.exclude(state=SessionState.RECEIVING).filter(touched_at__lt=before)
        left = list(over.filter(chunks__isnull=False).distinct())
        for session in left:
            uploads.let_pieces_go(session)
        return _tell("upload_sessions.pieces_let_go", len(left), Actor.system("janitor", site_id=site.pk))


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
