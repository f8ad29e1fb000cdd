"""The numbers above the operations page. One that cannot be had must not take the page with it that would say so."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic import operations, uploads
from clinic.authorization.actor import Actor
from clinic.models import Run, Upload
from clinic.storage.errors import StorageError
from clinic.templatetags.figures import file_size, spaced, took, waiting
from clinic.views import job_lists

log = logging.getLogger("rounds.operations")
T = TypeVar("T")
SPACE_LOW_BYTES = 5_000_000_000


def tiles(by: Actor) -> list[dict[str, Any]]:
    counts = job_lists.counts(by)
    ended, dead = counts["done"] + counts["failed"], counts["dead"]
    return [_ended(counts["done"], ended), _dead(dead), _failed(counts["failed"], ended), _start(by),
            _files(by), _space(), _database(), _audit()]  # fmt: skip


def _tile(label: str, value: Any, note: str, *, warns: bool = False, url: str = "") -> dict[str, Any]:
    return {"label": label, "value": value, "note": note, "tone": "is-warn" if warns else "", "url": url}


def _jobs(show: str = "") -> str:
    return f"{reverse('jobs')}?show={show}" if show else reverse("jobs")


def _ended(done: int, ended: int) -> dict[str, Any]:
    return _tile(_("Runs, 24 h"), spaced(ended), _("%s done") % spaced(done), url=_jobs())


def _dead(count: int) -> dict[str, Any]:
    return _tile(_("Given up"), count, _("Somebody has to look"), warns=count > 0, url=_jobs(job_lists.DEAD))


def _failed(failed: int, ended: int) -> dict[str, Any]:
    share = f"{100 * failed / ended:.1f} %" if ended else _("none")
    note = _("%(failed)s of %(total)s") % {"failed": failed, "total": ended}
    return _tile(_("Failed, 24 h"), share, note, url=_jobs(job_lists.DEAD))


def _start(by: Actor) -> dict[str, Any]:
    found = operations.request_to_start(Run.objects.jobs_for(by))
    note = _("median; 95 of 100 within %s") % took(found["p95"]) if found["n"] else _("No run in 24 h")
    return _tile(_("Request to start"), took(found["median"]) or _("none"), note, url=_jobs())


def _files(by: Actor) -> dict[str, Any]:
    fresh = Q(added_at__gt=timezone.now() - timedelta(days=1))
    ours = Upload.objects.filter(site=by.here)
    held = ours.aggregate(n=Count("pk"), whole=Sum("size"), day=Sum("size", filter=fresh))
    note = ngettext("%(n)s file, %(fresh)s in 24 h", "%(n)s files, %(fresh)s in 24 h", held["n"])
    return _tile(_("Files"), file_size(held["whole"] or 0),
                 note % {"n": spaced(held["n"]), "fresh": file_size(held["day"] or 0)})  # fmt: skip


def _space() -> dict[str, Any]:
    free = _or_none(lambda: uploads.store().free_bytes())
    is_low = free is not None and free < SPACE_LOW_BYTES
    note = _("below 5 GB: make room") if is_low else _("in the file store")
    return _tile(_("Space free"), _("no limit known") if free is None else file_size(free), note, warns=is_low)


def _or_none(ask: Callable[[], T]) -> T | None:
    try:
        return ask()
    except StorageError as problem:
        log.warning("figure_missing", extra={"reason": type(problem).__name__})
        return None


def _database() -> dict[str, Any]:
    return _tile(_("Database"), file_size(operations.database_bytes()), _("all sites"))


def _audit() -> dict[str, Any]:
    head = operations.audit_head()
    if head is None:
        return _tile(_("Audit"), 0, _("nothing written yet"))
    return _tile(_("Audit"), spaced(head.seq), _("last event %s ago") % waiting(head.at))
