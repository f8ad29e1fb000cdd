import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from django.db.models import Count, Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clinic import charts, health, metrics, operations, progress
from clinic.authorization.permissions import Permission
from clinic.doors import needs, polled
from clinic.models import Run, RunError, Upload
from clinic.models.runs import RunQuerySet
from clinic.storage.errors import StorageError
from clinic.templatetags.figures import file_size, spaced, took, waiting
from clinic.templatetags.jobs import lane_words
from clinic.uploads import store
from clinic.views.asked import Asked

log = logging.getLogger("rounds.operations")
T = TypeVar("T")
SPACE_LOW_BYTES = 5_000_000_000
BUSIEST = 8


@needs(Permission.OPERATIONS_VIEW)
@require_safe
def operations_page(request: Asked) -> HttpResponse:
    return render(request, "clinic/operations/operations.html", _context(request))


@polled(Permission.OPERATIONS_VIEW)
@require_safe
def operations_live(request: Asked) -> HttpResponse:
    return render(request, "clinic/operations/_body.html", _context(request))


def _context(request: Asked) -> dict[str, Any]:
    runs = Run.objects.jobs_for(request.actor)
    parts, lanes = health.parts(), operations.lanes()
    return {
        "parts": [
            {"name": _part_words(name), "is_ok": ok} for name, ok in parts.items() if not name.startswith("lane:")
        ],
        "broken": [_part_words(name) for name, ok in parts.items() if not ok],
        "lanes": [{"lane": lane, "is_ok": bool(lane.workers)} for lane in lanes],
        "workers": [{"beat": beat, "is_alive": operations.is_alive(beat)} for beat in operations.workers()],
        "tiles": [*_run_tiles(runs), *_store_tiles(request)],
        "chart": _chart(runs),
        "kinds": [row | {"title": progress.title_of(row["kind"])} for row in operations.by_kind(runs)],
        "errors": [row | {"words": RunError(row["error"]).label} for row in operations.by_error(runs)],
        "routes": [route for route in metrics.routes() if route.name != "none"][:BUSIEST],
        "now": timezone.now(),
    }


def _part_words(name: str) -> str:
    if name.startswith("lane:"):
        return _("lane %s") % lane_words(name.removeprefix("lane:"))
    known = {"database": _("Database"), "queue": _("Queue"), "storage": _("File store"), "scheduler": _("Scheduler")}
    return known.get(name, name.partition(":")[2] or name)


def _run_tiles(runs: RunQuerySet) -> list[dict[str, Any]]:
    jobs, day = reverse("jobs"), timezone.now() - timedelta(days=1)
    recent, dead = runs.filter(requested_at__gt=day), runs.dead().count()
    total, failed = recent.count(), recent.filter(state="failed").count()
    start = operations.request_to_start(runs)
    return [
        _tile(_("Runs, 24 h"), spaced(total), _("%s done") % spaced(recent.filter(state="succeeded").count()), url=jobs),
        _tile(_("Given up"), dead, _("Somebody has to look"), tone="is-warn" if dead else "", url=f"{jobs}?show=dead"),
        _tile(_("Failed, 24 h"), f"{100 * failed / total:.1f} %" if total else _("none"),
              _("%(failed)s of %(total)s") % {"failed": failed, "total": total}, url=f"{jobs}?show=dead"),
        _tile(_("Request to start"), took(start["median"]) or _("none"),
              _("median; 95 of 100 within %s") % took(start["p95"]) if start["n"] else _("No run in 24 h"), url=jobs),
    ]  # fmt: skip


def _store_tiles(request: Asked) -> list[dict[str, Any]]:
    day = timezone.now() - timedelta(days=1)
    held = Upload.objects.filter(site=request.actor.here).aggregate(n=Count("pk"), size=Sum("size"))
    fresh = Upload.objects.filter(site=request.actor.here, added_at__gt=day).aggregate(size=Sum("size"))["size"] or 0
    free, head = _or_none(lambda: store().free_bytes(), StorageError), operations.audit_head()
    is_low = free is not None and free < SPACE_LOW_BYTES
    return [
        _tile(_("Files"), file_size(held["size"] or 0), _("%(n)s files, %(fresh)s in 24 h") %
              {"n": spaced(held["n"]), "fresh": file_size(fresh)}),
        _tile(_("Space free"), file_size(free) if free is not None else _("no limit known"),
              _("below 5 GB: make room") if is_low else _("in the file store"), tone="is-warn" if is_low else ""),
        _tile(_("Database"), file_size(operations.database_bytes()), _("all sites")),
        _tile(_("Audit"), spaced(head.seq) if head else 0,
              _("last event %s ago") % waiting(head.at) if head else _("nothing written yet")),
    ]  # fmt: skip


def _tile(label: str, value: Any, note: str, *, tone: str = "", url: str = "") -> dict[str, Any]:
    return {"label": label, "value": value, "note": note, "tone": tone, "url": url}


def _or_none(ask: Callable[[], T], trouble: type[Exception]) -> T | None:
    """A part that does not answer must not take the page with it that would say so."""
    try:
        return ask()
    except trouble as problem:
        log.warning("figure_missing", extra={"reason": type(problem).__name__})
        return None


def _chart(runs: RunQuerySet) -> charts.Chart:
    hours = operations.by_hour(runs)
    names = [f"{hour.at:%H}" if number % 6 == 5 or number == 0 else "" for number, hour in enumerate(hours)]
    done, failed = sum(hour.done for hour in hours), sum(hour.failed for hour in hours)
    sentence = _("Runs in each of the last 24 hours: %(done)s done, %(failed)s failed.") % {
        "done": done,
        "failed": failed,
    }
    return charts.stacked([(hour.done, hour.failed) for hour in hours], names, sentence)
