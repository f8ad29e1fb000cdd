"""The inboxes, and the page of one document."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from classify import access, inbox
from classify.actions import documents as acts
from classify.models import Document
from classify.views import panels, rows
from clinic.authorization.permissions import Permission
from clinic.doors import needs, polled
from clinic.errors import Code, Refusal
from clinic.views.asked import Asked
from clinic.views.blind_notice import before_looking
from clinic.views.news import news
from clinic.views.private import private
from clinic.views.shelves import keys_of_documents

ROWS = 40


@needs(Permission.UPLOAD_READ)
@require_safe
@private
def documents(request: Asked) -> HttpResponse:
    by, place = request.actor, rows.SHELF.chosen(request)
    found = inbox.page(by, place, request.GET.get("at", ""), size=ROWS)
    listed = access.document_list(by, found.rows)
    context = {
        "rows": rows.rows(by, listed), "filters": rows.filters(by, place), "place": place,
        "order_words": rows.order_words(place),
        **rows.SHELF.pages(place, found),
        "may_add": by.can(Permission.UPLOAD_ADD), "may_review": by.can(Permission.REVIEW_WORK),
        "dock": keys_of_documents(),
    }  # fmt: skip
    return render(request, "classify/_list.html" if request.htmx else "classify/documents.html", context)


@needs(Permission.UPLOAD_READ)
@require_safe
@private
def document(request: Asked, pk: UUID) -> HttpResponse:
    asked = access.documents(request.actor).filter(pk=pk).values_list("route_run", flat=True).first()
    if notice := before_looking(request, asked):
        return notice
    found = access.document(request.actor, pk)
    context: dict[str, Any] = {"document": found, "panel": panels.panel_for(request.actor, found)}
    return render(request, "classify/document.html", context | {"known": stamp(found)})


@polled(Permission.UPLOAD_READ)
@require_safe
@private
def document_news(request: Asked, pk: UUID) -> HttpResponse:
    found = access.documents(request.actor).filter(pk=pk).first()
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    return news(request, stamp(found))


def stamp(found: Document) -> str:
    return str(found.route_run_id or "")


@needs(Permission.RUN_REQUEST)
@require_POST
@private
def document_again(request: Asked, pk: UUID) -> HttpResponseRedirect:
    found = access.document(request.actor, pk, for_change=True)
    run = acts.sort_again(by=request.actor, document=found)
    messages.success(request, _("The engine that answers now is asked again."))
    return redirect("run", pk=run.pk)
