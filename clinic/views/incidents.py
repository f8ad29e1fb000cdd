from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clinic import access
from clinic.actions.incidents import may_act
from clinic.authorization.permissions import Permission
from clinic.capabilities import capabilities
from clinic.doors import needs, polled
from clinic.downloads import download_pack
from clinic.forms.incidents import NoteForm
from clinic.models import Incident, IncidentCause, IncidentState
from clinic.views import keyset
from clinic.views.asked import Asked
from clinic.views.keyset import Section
from clinic.views.presenters.incident_page import page_of
from clinic.views.presenters.stops import what_is_meant
from clinic.views.private import private

SIZE = 50
ALL = "all"


@needs(Permission.ENGINES_VIEW)
@require_safe
def incidents(request: Asked) -> HttpResponse:
    mine = access.incidents(request.actor)
    show = ALL if request.GET.get("show") == ALL else IncidentState.OPEN.value
    rows = mine if show == ALL else mine.not_closed()
    page = keyset.page([Section(rows, ("-opened_at", "-id"))], request.GET.get("at", ""), size=SIZE)
    here = f"{reverse('incidents')}?show={show}"
    context = {
        "rows": [_row(incident) for incident in page.rows], "show": show, "filters": _filters(show, mine),
        "may_act": may_act(request.actor), "may_stop": request.actor.can(Permission.ENGINES_STOP) and capabilities(),
        "next_url": f"{here}&at={page.next}" if page.next else "",
        "previous_url": f"{here}&at={page.previous}" if page.previous else "",
    }  # fmt: skip
    return render(request, "clinic/incidents/list.html", context)


def _filters(show: str, mine: Any) -> list[dict[str, Any]]:
    here = reverse("incidents")
    return [
        {"url": here, "words": _("Not closed"), "count": mine.not_closed().count(), "current": show != ALL, "key": "1"},
        {"url": f"{here}?show={ALL}", "words": _("All"), "count": mine.count(), "current": show == ALL, "key": "2"},
    ]


def _row(incident: Incident) -> dict[str, Any]:
    return {
        "incident": incident,
        "title": what_is_meant(incident.capability, incident.class_name),
        "cause": IncidentCause(incident.cause).label,
        "is_stopped": incident.stop is not None and incident.stop.released_at is None,
    }


@needs(Permission.ENGINES_VIEW)
@require_safe
@private
def incident(request: Asked, pk: UUID) -> HttpResponse:
    found = access.incident(request.actor, pk)
    context = {"page": page_of(request.actor, found), "note_form": NoteForm()}
    return render(request, "clinic/incidents/incident.html", context)


@polled(Permission.ENGINES_VIEW)
@require_safe
@private
def incident_live(request: Asked, pk: UUID) -> HttpResponse:
    """What changes while people work on it: the checklist, the log, the packs. The page asks for it by itself."""
    found = access.incident(request.actor, pk)
    return render(request, "clinic/incidents/_live.html", {"page": page_of(request.actor, found)})


@needs(Permission.ENGINES_VIEW)
@require_safe
@private
def incident_pack(request: Asked, pk: UUID) -> HttpResponseBase:
    return download_pack(access.incident_pack(request.actor, pk))
