from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinic.authorization.actor import Actor
from clinic.doors import signed_in
from clinic.tours import Tour, tours
from clinic.views.asked import Asked


@signed_in
@require_safe
def tour(request: Asked) -> HttpResponse:
    """Of the demo only: its steps say what is there to see, and elsewhere that is real patients."""
    if settings.IS_PRODUCTION:
        raise Http404
    found = [_shown(one, request.actor) for one in tours() if request.actor.can(one.permission)]
    return render(request, "clinic/tours/tours.html", {"tours": found})


def _shown(one: Tour, by: Actor) -> dict[str, Any]:
    steps = [{"words": step.words, "link": step.link, "url": step.address(by)} for step in one.steps]
    return {"name": one.name, "title": one.title, "says": one.says, "steps": steps}
