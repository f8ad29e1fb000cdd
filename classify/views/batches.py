"""Many documents that came together: how far they are, which files became none, and all of it as a table."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from classify import access, batches, inbox
from classify.actions import batches as acts
from classify.models import BatchItem
from classify.views.rows import PLACE_WORDS
from clinic.authorization.permissions import Permission
from clinic.doors import needs
from clinic.errors import Code, Refusal
from clinic.many_file_words import why_not_taken
from clinic.models import Run
from clinic.sealed_words import said
from clinic.tables import csv_lines, json_lines
from clinic.views import keyset
from clinic.views.asked import Asked
from clinic.views.keyset import Section
from clinic.views.private import private

ROWS = 40
FORMS = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson"}


@needs(Permission.UPLOAD_READ)
@require_safe
@private
def document_batch(request: Asked, pk: UUID) -> HttpResponse:
    run = access.batch(request.actor, pk)
    tally, places = batches.tally(run), batches.places(request.actor, run)
    failed = batches.items(request.actor, run, failed_only=True)
    page = keyset.page([Section(failed, ("number", "id"))], request.GET.get("at", ""), size=ROWS)
    context = {
        "run": run, "tally": tally, "facts": _facts(places), "failed": [_line(one) for one in page.rows],
        "forms": tuple(FORMS), "may_stop": _may_stop(request, run),
        "next_url": _url(run, page.next), "previous_url": _url(run, page.previous),
    }  # fmt: skip
    return render(request, "classify/batch.html", context)


def _facts(places: Any) -> list[dict[str, Any]]:
    return [{"term": PLACE_WORDS[place], "value": places[place]} for place in inbox.PLACES if places[place]]


def _line(item: BatchItem) -> dict[str, Any]:
    return {"number": item.number + 1, "name": said(lambda: item.name), "why": why_not_taken(item.problem)}


def _may_stop(request: Asked, run: Run) -> bool:
    return request.actor.can(Permission.RUN_CANCEL) and batches.waiting(run).exists()


def _url(run: Run, at: str | None) -> str:
    return f"{reverse('document_batch', args=[run.pk])}?{urlencode({'at': at})}" if at else ""


@needs(Permission.RUN_CANCEL)
@require_POST
@private
def document_batch_stop(request: Asked, pk: UUID) -> HttpResponseRedirect:
    run = access.batch(request.actor, pk, for_change=True)
    stopped = acts.stop(by=request.actor, run=run)
    messages.success(request, ngettext("%d run was stopped.", "%d runs were stopped.", stopped) % stopped)
    return redirect("document_batch", pk=run.pk)


@needs(Permission.UPLOAD_READ)
@require_safe
@private
def document_batch_table(request: Asked, pk: UUID, form: str) -> HttpResponse:
    if form not in FORMS:
        raise Refusal(Code.NOT_FOUND)
    run = access.batch(request.actor, pk, for_change=True)
    access.batch_taken(request.actor, run)
    lines = batches.lines(request.actor, run)
    text = json_lines(lines) if form == "jsonl" else _csv(lines)
    attached = {"Content-Disposition": f'attachment; filename="documents-{run.pk}.{form}"'}
    return HttpResponse("".join(text), content_type=FORMS[form], headers=attached)


def _csv(lines: Any) -> Any:
    return csv_lines(batches.COLUMNS, ([line[name] for name in batches.COLUMNS] for line in lines))
