from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from clinic.actions import runs
from clinic.authorization.permissions import Permission
from clinic.doors import needs, polled
from clinic.errors import Code, Refusal
from clinic.models import Run
from clinic.policies import may_replay
from clinic.views import job_lists
from clinic.views.asked import Asked

AT_ONCE = 200  # what one press of a button starts again; each is a transaction of its own


@needs(Permission.JOBS_VIEW)
@require_safe
def jobs(request: Asked) -> HttpResponse:
    template = "clinic/jobs/_jobs.html" if request.htmx.target == "jobs" else "clinic/jobs/jobs.html"
    return render(request, template, _context(request))


@polled(Permission.JOBS_VIEW)
@require_safe
def jobs_live(request: Asked) -> HttpResponse:
    """The same list, asked for by the page itself."""
    return render(request, "clinic/jobs/_jobs.html", _context(request))


def _context(request: Asked) -> dict[str, Any]:
    listing = job_lists.Listing.asked_for(request.GET)
    counts, page = job_lists.counts(request.actor), listing.page(request.actor)
    return {
        "listing": listing,
        "page": page,
        "tiles": job_lists.tiles(counts),
        "filters": listing.filters(counts),
        "is_live": any(run.is_active for run in page.rows),
        "live_url": listing.url("jobs_live", at=listing.at),
        "next_url": listing.url(at=page.next) if page.next else "",
        "previous_url": listing.url(at=page.previous) if page.previous else "",
        "has_replayable": any(may_replay(request.actor, run) for run in page.rows),
        "is_narrowed": bool(listing.narrowed) or listing.show != job_lists.ALL,
    }


@needs(Permission.JOBS_VIEW)
@require_POST
def jobs_replay(request: Asked) -> HttpResponse:
    """The chosen ones, or with `all` every dead one the list was narrowed to. In bulk: nobody waits at a screen."""
    listing = job_lists.Listing.asked_for(request.POST)
    dead = Run.objects.jobs_for(request.actor).dead().filter(**listing.narrowed)
    if "all" not in request.POST:
        dead = dead.filter(pk__in=_ids(request.POST.getlist("run")))
    started = sum(_replay(request, run) for run in dead.order_by("requested_at")[:AT_ONCE])
    if started:
        messages.success(
            request, ngettext("%d job was started again.", "%d jobs were started again.", started) % started
        )
    else:
        messages.warning(request, _("Nothing was started. Choose jobs that were given up."))
    return HttpResponseRedirect(listing.url(show=job_lists.ACTIVE) if started else listing.url())


def _replay(request: Asked, run: Run) -> bool:
    try:
        runs.replay(by=request.actor, run=run, batch=True)
    except Refusal as why:
        if why.code not in (Code.NOT_DEAD, Code.CASE_IS_CLOSED):  # somebody was quicker, or its case is closed
            raise
        return False
    return True


def _ids(raw: list[str]) -> list[UUID]:
    found = []
    for text in raw[:AT_ONCE]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
