from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clinic.authorization.permissions import Permission
from clinic.doors import needs
from clinic.templatetags.figures import waiting
from clinic.views.asked import Asked
from clinic.workload import Share, shares


@needs(Permission.WORKLOAD_VIEW)
@require_safe
def workload(request: Asked) -> HttpResponse:
    found = shares(request.actor)
    return render(request, "clinic/workload/workload.html", {"shares": found, "tiles": _tiles(found)})


def _tiles(found: list[Share]) -> list[dict[str, Any]]:
    oldest: datetime | None = min((one.oldest for one in found if one.oldest), default=None)
    overdue, unassigned = sum(one.overdue for one in found), sum(one.open for one in found if one.person is None)
    return [
        {"label": _("Open"), "value": sum(one.open for one in found), "note": _("%d with nobody") % unassigned},
        {"label": _("Overdue"), "value": overdue, "tone": "is-warn" if overdue else "", "note": _("past the due time")},
        {"label": _("Longest wait"), "value": waiting(oldest) if oldest else "–", "note": _("of the open cases")},
        {"label": _("Signed"), "value": sum(one.signed for one in found), "note": _("in the last 30 days")},
    ]
