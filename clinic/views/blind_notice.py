"""Said before it is too late: whoever sees what the engine said cannot read the same answer blind any more."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from clinic import review_queue
from clinic.authorization.permissions import Permission
from clinic.views.asked import Asked

ALL_THE_SAME = "open"


def before_looking(request: Asked, run_id: UUID | None) -> HttpResponse | None:
    """Instead of the page that shows the answer, once; None where nothing would be lost, or she has chosen. Nothing of
    the answer is in it, so nothing is noted as read."""
    by = request.actor
    if run_id is None or request.GET.get(ALL_THE_SAME) or not by.can(Permission.REVIEW_WORK):
        return None
    item = review_queue.blind_item_of(by, run_id)
    if item is None or review_queue.has_seen_the_answer(by, item):
        return None
    context = {"item": item, "way_on": f"{request.path}?{ALL_THE_SAME}=1"}
    return render(request, "clinic/review/blind_notice.html", context)
