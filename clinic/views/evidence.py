"""Opening the place a statement points at."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinic import access
from clinic.authorization.permissions import Permission
from clinic.doors import needs
from clinic.errors import Code, Refusal
from clinic.evidence import Evidence, read_place
from clinic.sources import Source
from clinic.views.asked import Asked
from clinic.views.presenters import evidence_page
from clinic.views.private import private


@needs(Permission.UPLOAD_READ)
@require_safe
@private
def evidence(request: Asked, pk: UUID) -> HttpResponse:
    wanted = _wanted(request, pk)
    context = evidence_page.page_of(Source(access.upload(request.actor, pk)), wanted)
    return render(request, "clinic/evidence/place.html", context, status=409 if context["is_broken"] else 200)


def _wanted(request: Asked, pk: UUID) -> Evidence:
    try:
        return read_place(str(pk), request.GET)
    except (KeyError, ValueError, OverflowError):
        raise Refusal(Code.INVALID) from None
