"""Asking an engine about a case."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from clinic import access
from clinic.actions import runs
from clinic.authorization.permissions import Permission
from clinic.doors import needs
from clinic.errors import Code, Refusal
from clinic.forms import refusals
from clinic.forms.runs import RunForm, form_for
from clinic.models import Case, Run, Upload
from clinic.pipeline import RunKind
from clinic.views.asked import Asked
from clinic.views.case_acts import asked_or_sent
from clinic.views.presenters import case_page
from clinic.views.private import private


@needs(Permission.RUN_REQUEST)
@asked_or_sent
@private
def run_request(request: Asked, pk: UUID) -> HttpResponse:
    found = access.case(request.actor, pk, for_change=True)
    kinds = case_page.offered(request.actor)
    kind = _chosen(request, kinds)
    form = _form(request, found, kind)
    if form.is_valid():
        try:
            return _ask(request, found, kind, form)
        except Refusal as refusal:
            refusals.tell(form, refusal)
    access.case(request.actor, pk)  # the names of its files are shown
    has_files = bool(form.fields["uploads"].queryset)  # type: ignore[attr-defined]
    context = {"case": found, "kind": kind, "kinds": kinds, "form": form, "has_files": has_files}
    return render(request, "clinic/case/ask.html", context, status=422 if form.is_bound else 200)


def _chosen(request: Asked, kinds: list[RunKind]) -> RunKind:
    named = request.POST.get("kind") or request.GET.get("kind")
    found = next((kind for kind in kinds if kind.name == named), None if named else next(iter(kinds), None))
    if found is None:
        raise Refusal(Code.UNKNOWN_KIND)
    return found


def _form(request: Asked, found: Case, kind: RunKind) -> RunForm:
    files = Upload.objects.visible_to(request.actor).filter(case=found).select_related("case")
    if kind.upload_kinds:
        files = files.filter(kind__in=kind.upload_kinds)
    sent = request.POST if request.method == "POST" else None
    files = files.order_by("-added_at", "pk")
    named: list[Any] = request.GET.getlist("file")
    chosen = named or list(files.values_list("pk", flat=True)[: kind.uploads_max])
    return form_for(kind)(sent, kind=kind, of=files, initial={"uploads": chosen})


def _ask(request: Asked, found: Case, kind: RunKind, form: RunForm) -> HttpResponse:
    run, is_new = _request(request, found, kind, form)
    if is_new:
        messages.success(request, _("Asked. The story of the case shows how far it is."))
    else:
        messages.info(request, _("The same is under way already; its progress is shown below."))
    return redirect("case", pk=run.case_id)


@transaction.atomic
def _request(request: Asked, found: Case, kind: RunKind, form: RunForm) -> tuple[Run, bool]:
    return runs.request(
        by=request.actor, kind=kind.name, case=found, uploads=form.cleaned_data["uploads"], params=form.params()
    )
