"""A record of another house, chosen at the page: whose it is, and the file."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from clinic.actions import imports
from clinic.authorization.permissions import Permission
from clinic.doors import needs
from clinic.errors import Refusal
from clinic.fhir.arriving import MOST_BYTES
from clinic.form_intake import bytes_of, passing_form
from clinic.forms.imports import ImportForm
from clinic.intake import ReceivedFile
from clinic.models import Patient, Urgency
from clinic.storage.keys import DataKey
from clinic.views.asked import Asked
from clinic.views.case_acts import asked_or_sent
from clinic.views.private import private


@needs(Permission.CASE_OPEN)
@csrf_exempt  # the token is in the form, and a form with a file is read here, encrypted as it comes
@asked_or_sent
@private
def case_import(request: Asked) -> HttpResponse:
    request.actor.require(Permission.UPLOAD_ADD)
    if request.method != "POST":
        return _page(request, ImportForm(known=_known(request)))
    with passing_form(request) as key:  # the case has a copy of its own
        response: HttpResponse = _take(request, key)
    return response


@csrf_protect
def _take(request: Any, key: DataKey) -> HttpResponse:
    form = ImportForm(request.POST, known=_known(request))
    files: list[ReceivedFile] = request.FILES.getlist("file")
    if len(files) != 1:
        form.add_error("file", _("Choose one file."))
    if not form.is_valid():
        return _page(request, form)
    try:
        case, is_new = imports.take_in(
            by=request.actor, data=_bundle(files[0], key), patient=form.patient,
            question=form.cleaned_data["question"], urgency=Urgency(form.cleaned_data["urgency"]),
        )  # fmt: skip
    except Refusal as refusal:
        if refusal.status >= 500:
            raise
        form.add_error("file", str(refusal.detail))
        return _page(request, form)
    messages.success(request, _("The record is a case now.") if is_new else _("This record was a case here already."))
    return redirect("case", pk=case.pk)


def _bundle(file: ReceivedFile, key: DataKey) -> bytes:
    return bytes_of(file, key, most=MOST_BYTES, too_large=_("A bundle may have at most 24 MB."))


def _known(request: Asked):  # type: ignore[no-untyped-def]
    return Patient.objects.visible_to(request.actor).filter(erased_at=None)


def _page(request: Asked, form: ImportForm) -> HttpResponse:
    return render(request, "clinic/cases/import.html", {"form": form}, status=422 if form.is_bound else 200)
