"""Searching through texts: by words at once, by meaning as soon as a worker has read the question."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic import access, searching
from clinic.actions import searching as acts
from clinic.authorization.permissions import Permission
from clinic.colleagues import colleagues
from clinic.doors import needs
from clinic.errors import Code, Refusal
from clinic.forms.searching import NameForm, SearchForm
from clinic.models import AskedSearch, SavedSearch
from clinic.searching import Filters, Hit
from clinic.views.asked import Asked
from clinic.views.case_acts import asked_or_sent
from clinic.views.presenters.case_rows import patient_line, question_of
from clinic.views.private import private


@needs(Permission.CASE_VIEW)
@asked_or_sent
@private
def text_search(request: Asked) -> HttpResponse:
    form = SearchForm(request.POST if request.method == "POST" else None, people=colleagues(request.actor))
    if form.is_valid():
        row = acts.ask(by=request.actor, query=form.cleaned_data["q"], filters=form.filters)
        return redirect("text_found", pk=row.pk)
    return render(request, "clinic/search/page.html", _frame(request, form), status=422 if form.is_bound else 200)


@needs(Permission.CASE_VIEW)
@require_safe
@private
def text_found(request: Asked, pk: UUID) -> HttpResponse:
    """The whole page, or what is under it when it asks again for what was meant: nothing, while nobody knows."""
    row = access.asked_search(request.actor, pk)
    if request.htmx and searching.waits(row):
        return HttpResponse(status=204)
    if request.htmx:
        return render(request, "clinic/search/_found.html", _found(request, row))
    form = SearchForm({"q": row.query, **row.filters}, people=colleagues(request.actor))
    return render(
        request, "clinic/search/page.html", _frame(request, form) | _found(request, row) | {"name_form": NameForm()}
    )


@needs(Permission.CASE_VIEW)
@require_POST
@private
def text_search_save(request: Asked, pk: UUID) -> HttpResponse:
    row, form = access.asked_search(request.actor, pk), NameForm(request.POST)
    if form.is_valid():
        _keep(request, row, form.cleaned_data["name"])
    return redirect("text_found", pk=row.pk)


def _keep(request: Asked, row: AskedSearch, name: str) -> None:
    try:
        acts.keep(by=request.actor, name=name, query=str(row.query), filters=row.filters)
        messages.success(request, _("Kept. Only you see it."))
    except Refusal as refusal:
        if refusal.code != Code.ALREADY_EXISTS:
            raise
        messages.warning(request, str(refusal.detail))


@needs(Permission.CASE_VIEW)
@require_POST
@private
def text_search_again(request: Asked, pk: UUID) -> HttpResponse:
    saved = access.saved_search(request.actor, pk)
    row = acts.ask(by=request.actor, query=str(saved.query), filters=saved.filters)
    return redirect("text_found", pk=row.pk)


@needs(Permission.CASE_VIEW)
@require_POST
@private
def text_search_remove(request: Asked, pk: UUID) -> HttpResponse:
    acts.remove(by=request.actor, saved=access.saved_search(request.actor, pk))
    messages.success(request, _("Removed."))
    return redirect("text_search")


def _frame(request: Asked, form: SearchForm) -> dict[str, Any]:
    saved = SavedSearch.objects.visible_to(request.actor).order_by("-saved_at")
    return {"form": form, "saved": list(saved)}


def _found(request: Asked, row: AskedSearch) -> dict[str, Any]:
    hits = searching.find(request.actor, str(row.query), Filters.of(row.filters), row.meaning)
    access.case_list(request.actor, list({hit.case.pk: hit.case for hit in hits}.values()))
    return {
        "search": row, "hits": [_shown(hit) for hit in hits], "by_meaning": row.meaning is not None,
        "waits": searching.waits(row),
    }  # fmt: skip


def _shown(hit: Hit) -> dict[str, Any]:
    case = hit.case
    return {
        "hit": hit,
        "case": case,
        "question": question_of(case),
        "patient": patient_line(case.patient, case.age_years),
    }
