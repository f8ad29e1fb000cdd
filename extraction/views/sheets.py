"""The list of documents whose facts are found, and the page where a person checks them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic.authorization.permissions import Permission
from clinic.doors import needs, polled
from clinic.errors import Code, Refusal
from clinic.views.asked import Asked
from clinic.views.blind_notice import before_looking
from clinic.views.news import news
from clinic.views.private import private
from clinic.views.shelves import keys_of_documents
from extraction import access, shelf
from extraction.actions import checking
from extraction.actions import sheets as acts
from extraction.asking import Asking
from extraction.models import FactSheet
from extraction.views import panels, rows

ROWS = 40


@needs(Permission.UPLOAD_READ)
@require_safe
@private
def sheets(request: Asked) -> HttpResponse:
    by, place = request.actor, rows.SHELF.chosen(request)
    found = shelf.page(by, place, request.GET.get("at", ""), size=ROWS)
    listed = access.sheet_list(by, found.rows)
    context = {
        "rows": rows.rows(listed), "filters": rows.filters(by, place), "place": place,
        **rows.SHELF.pages(place, found),
        "may_add": by.can(Permission.UPLOAD_ADD), "may_take": any(row.run_id for row in listed),
        "may_measure": by.can(Permission.ENGINES_VIEW),
        "dock": keys_of_documents(),
    }  # fmt: skip
    return render(request, "extraction/_list.html" if request.htmx else "extraction/sheets.html", context)


@needs(Permission.UPLOAD_READ)
@require_safe
@private
def sheet(request: Asked, pk: UUID) -> HttpResponse:
    if notice := before_looking(request, access.run_of(request.actor, pk)):
        return notice
    found = access.sheet(request.actor, pk)
    checking.open_for(by=request.actor, sheet=found)
    page, leaf, part = (_number(request, name) for name in ("page", "leaf", "part"))
    return shown(request, found, request.GET.get("at", ""), page=page, leaf=leaf, part=part)


def _number(request: Asked, name: str) -> int:
    asked = request.GET.get(name, "")
    return int(asked) if asked.isdecimal() and len(asked) < 6 else 0


def shown(
    request: Asked,
    found: FactSheet,
    at: str = "",
    *,
    page: int = 0,
    leaf: int = 0,
    part: int = 0,
    status: int = 200,
    **told: Any,
) -> HttpResponse:
    panel = panels.panel_for(request.actor, found, at, page, leaf, part)
    context = {"sheet": found, "panel": panel, "known": stamp(found), "dock": _keys()}  # fmt: skip
    return render(request, "extraction/sheet.html", context | told, status=status)


def _keys() -> list[dict[str, str]]:
    lines = (("j k", _("move")), ("a", _("accept")), ("e", _("correct")), ("r", _("reject")), ("g", _("show source")),
             ("n", _("add a fact")), ("u", _("undo")), ("s", _("finish")), ("d", _("original")))  # fmt: skip
    return [{"keys": keys, "words": words} for keys, words in lines]


@needs(Permission.UPLOAD_READ)
@require_safe
@private
def run_sheet(request: Asked, pk: UUID) -> HttpResponseRedirect:
    """From the run that found facts, or could not, to the sheet of its document."""
    found = access.sheets(request.actor).filter(upload__runs=pk).first()
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    return redirect("sheet", pk=found.pk)


@polled(Permission.UPLOAD_READ)
@require_safe
@private
def sheet_news(request: Asked, pk: UUID) -> HttpResponse:
    found = access.sheets(request.actor).filter(pk=pk).first()
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    return news(request, stamp(found))


def stamp(found: FactSheet) -> str:
    """Changes when there is something else to show: facts, or that nobody gave any."""
    asking = Asking.of(found)
    return str(found.run_id or "") if asking.is_under_way else f"{found.run_id or ''}.{asking.state}"


@needs(Permission.RUN_REQUEST)
@require_POST
@private
def sheet_again(request: Asked, pk: UUID) -> HttpResponseRedirect:
    found = access.sheet(request.actor, pk, for_change=True)
    run = acts.ask_again(by=request.actor, sheet=found)
    messages.success(request, _("The engine that answers now is asked again."))
    return redirect("run", pk=run.pk)
