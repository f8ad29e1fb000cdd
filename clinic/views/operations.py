from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clinic import alerts, charts, health, metrics, operations, pages, progress
from clinic.authorization.permissions import Permission
from clinic.doors import needs, polled
from clinic.models import Run, RunError
from clinic.models.runs import RunQuerySet
from clinic.templatetags.jobs import lane_words
from clinic.views.asked import Asked
from clinic.views.presenters import dashboards, figures_of_operations

BUSIEST = 8
_ALARMS = (health.WITNESS, health.DRILL)  # each has a banner of its own


@needs(Permission.OPERATIONS_VIEW)
@require_safe
def operations_page(request: Asked) -> HttpResponse:
    more = pages.led_to_from(request.actor, "operations")
    tabs = dashboards.tabs(request.actor, dashboards.OPERATIONS)
    return render(request, "clinic/operations/operations.html", {**_context(request), "more": more, "tabs": tabs})


@polled(Permission.OPERATIONS_VIEW)
@require_safe
def operations_live(request: Asked) -> HttpResponse:
    return render(request, "clinic/operations/_body.html", _context(request))


def _context(request: Asked) -> dict[str, Any]:
    runs = Run.objects.jobs_for(request.actor)
    return {
        **_parts(health.parts()),
        "lanes": [{"lane": lane, "is_ok": bool(lane.workers)} for lane in operations.lanes()],
        "workers": [{"beat": beat, "is_alive": operations.is_alive(beat)} for beat in operations.workers()],
        "alerts": alerts.found([request.actor.here]),
        "tiles": figures_of_operations.tiles(request.actor),
        "chart": _chart(runs),
        "kinds": [row | {"title": progress.title_of(row["kind"])} for row in operations.by_kind(runs)],
        "errors": [row | {"words": RunError(row["error"]).label} for row in operations.by_error(runs)],
        "routes": [route for route in metrics.routes() if route.name != "none"][:BUSIEST],
        "now": timezone.now(),
    }


def _parts(found: dict[str, bool]) -> dict[str, Any]:
    alone = {name: ok for name, ok in found.items() if not name.startswith("lane:")}  # lanes have a table of their own
    return {
        "parts": [{"name": _part_words(name), "is_ok": ok} for name, ok in alone.items()],
        "broken": [_part_words(name) for name, ok in found.items() if not ok and name not in _ALARMS],
        "witness_problem": operations.witness_problem() if not found[health.WITNESS] else None,
        "is_drill_overdue": not found[health.DRILL] and found["database"],
    }


def _part_words(name: str) -> str:
    if name.startswith("lane:"):
        return _("lane %s") % lane_words(name.removeprefix("lane:"))
    known = {"database": _("Database"), "queue": _("Queue"), "storage": _("File store"), "scheduler": _("Scheduler"),
             "witness": _("Witness of the audit"), health.DRILL: _("Restore drill within 30 days")}  # fmt: skip
    return str(known.get(name) or health.words_of(name))


def _chart(runs: RunQuerySet) -> charts.Chart:
    hours = operations.by_hour(runs)
    names = [f"{hour.at:%H}" if number % 6 == 5 or number == 0 else "" for number, hour in enumerate(hours)]
    totals = {"done": sum(hour.done for hour in hours), "failed": sum(hour.failed for hour in hours)}
    sentence = _("Runs in each of the last 24 hours: %(done)s done, %(failed)s failed.") % totals
    return charts.stacked([(hour.done, hour.failed) for hour in hours], names, sentence)
