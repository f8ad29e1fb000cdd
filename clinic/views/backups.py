"""Backups of the machine, and trying whether the newest can be put back. Counts and times only."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic.actions import backups as acts
from clinic.authorization.permissions import Permission
from clinic.backups import standing
from clinic.backups.order import DRILL
from clinic.doors import needs, polled
from clinic.models import Backup, RestoreDrill, Run
from clinic.models.runs import ACTIVE
from clinic.views.asked import Asked

SHOWN = 20


@needs(Permission.OPERATIONS_VIEW)
@require_safe
def backups_page(request: Asked) -> HttpResponse:
    return render(request, "clinic/operations/backups.html", _context(request))


@polled(Permission.OPERATIONS_VIEW)
@require_safe
def backups_live(request: Asked) -> HttpResponse:
    return render(request, "clinic/operations/_backups.html", _context(request))


@needs(Permission.BACKUPS_MANAGE)
@require_POST
def backups_drill(request: Asked) -> HttpResponse:
    _run, is_new = acts.ask_for_drill(by=request.actor)
    if is_new:
        messages.success(request, _("The newest backup is being put back into a scratch database."))
    else:
        messages.info(request, _("A drill is under way already."))
    return redirect("backups")


def _context(request: Asked) -> dict[str, Any]:
    return {
        "backups": list(Backup.objects.order_by("-taken_at")[:SHOWN]),
        "drills": list(RestoreDrill.objects.select_related("asked_by").order_by("-at")[:SHOWN]),
        "last_good": standing.last_good(),
        "is_overdue": not standing.is_tried(),
        "under_way": Run.objects.jobs_for(request.actor).filter(kind=DRILL, state__in=ACTIVE).first(),
        "may_drill": request.actor.can(Permission.BACKUPS_MANAGE),
    }
