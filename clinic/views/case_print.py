"""A case on paper: its newest signed report and its story, as the page was narrowed, with what proves both."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from clinic import access, proof
from clinic.authorization.permissions import Permission
from clinic.doors import needs
from clinic.models import Case
from clinic.views.asked import Asked
from clinic.views.presenters import case_page, entries, report_page
from clinic.views.private import private
from clinic.views.story import Story

MOST_LINES = 2000  # the newest


@needs(Permission.CASE_VIEW)
@require_safe
@private
def case_print(request: Asked, pk: UUID) -> HttpResponse:
    found = access.case(request.actor, pk)
    story = Story.asked_for(request.GET, found, request.actor)
    told = list(reversed(story.entries.order_by("-at", "-pk")[:MOST_LINES]))
    consents = case_page.consents_of(request.actor, found)
    context = case_page.head(request.actor, found, consents) | _report(request, found) | {
        "days": entries.days(told, found, request.actor), "lines": len(told), "most": MOST_LINES,
        "is_narrowed": story.is_narrowed, "narrowed_to": story.words(), "back_url": story.url(),
        "digest": proof.digest_of(told), "ends_at": proof.chain_ends_at(), "now": timezone.now(),
        "asked_by": request.actor.label,
    }  # fmt: skip
    return render(request, "clinic/case/print.html", context)


def _report(request: Asked, found: Case) -> dict[str, Any]:
    newest = report_page.newest_version(request.actor, found)
    if newest is None:
        return {"report": None}
    newest.case = found
    return report_page.content_page(request.actor, newest)
