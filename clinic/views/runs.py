from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic import access
from clinic.actions import runs
from clinic.authorization.permissions import Permission
from clinic.doors import needs, polled
from clinic.errors import Code, Refusal
from clinic.models import Run
from clinic.views.asked import Asked
from clinic.views.private import private
from clinic.views.run_pages import page_of

ENDED, CHANGED = "run-ended", "jobs-changed"


@needs(Permission.JOBS_VIEW)
@require_safe
@private
def run(request: Asked, pk: UUID) -> HttpResponse:
    return render(request, "clinic/runs/run.html", _context(request, pk))


@polled(Permission.JOBS_VIEW)
@require_safe
@private
def run_body(request: Asked, pk: UUID) -> HttpResponse:
    """The page without its frame, fetched once by itself when the run has ended."""
    return render(request, "clinic/runs/_body.html", _context(request, pk))


@polled(Permission.JOBS_VIEW)
@require_safe
@private
def run_status(request: Asked, pk: UUID) -> HttpResponse:
    return _status(request, access.job(request.actor, pk))


@needs(Permission.JOBS_VIEW)
@require_POST
def run_cancel(request: Asked, pk: UUID) -> HttpResponse:
    found = access.job(request.actor, pk)
    try:
        found = runs.cancel(by=request.actor, run=found)
    except Refusal as refusal:
        if refusal.code != Code.ALREADY_FINAL:
            raise
        found.refresh_from_db()  # it ended in the meantime: what the person wanted is so
    if _wants_status(request):
        return _status(request, found)
    return _done(
        request, found, _("The run is cancelled.") if found.state == "cancelled" else _("It had already ended.")
    )


@needs(Permission.JOBS_VIEW)
@require_POST
def run_replay(request: Asked, pk: UUID) -> HttpResponse:
    fresh = runs.replay(by=request.actor, run=access.job(request.actor, pk))
    return _done(request, fresh, _("Started again as a new run."))


def _context(request: Asked, pk: UUID) -> dict[str, Any]:
    found = access.job(request.actor, pk)
    return {"run": found, "page": page_of(request.actor, found)}


def _wants_status(request: Asked) -> bool:
    return (request.htmx.target or "").startswith("run-")


def _status(request: Asked, found: Run) -> HttpResponse:
    response = render(request, "clinic/runs/_status.html", {"run": found, "announce": True})
    if found.is_final:
        response["HX-Trigger-After-Swap"] = ENDED
    return response


def _done(request: Asked, found: Run, words: str) -> HttpResponse:
    """A row of a list asks the list to draw itself again; a page goes to the run."""
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Trigger": CHANGED})
    messages.success(request, words)
    return HttpResponseRedirect(reverse("run", args=[found.pk]))
