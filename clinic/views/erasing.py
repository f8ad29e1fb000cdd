"""Patients who were forgotten, with their certificates; and asking for it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clinic import access
from clinic.actions import erasing as acts
from clinic.authorization.permissions import Permission
from clinic.doors import needs
from clinic.errors import Refusal
from clinic.forms.erasing import EraseForm
from clinic.models import Erasure, Patient
from clinic.views.asked import Asked
from clinic.views.case_acts import asked_or_sent

MOST_SHOWN = 100


@needs(Permission.RETENTION_MANAGE)
@asked_or_sent
def erasures(request: Asked) -> HttpResponse:
    form = EraseForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _ask(request, form):
        messages.success(request, _("Asked for. The patient is forgotten when a lead has agreed."))
        return redirect("erasures")
    rows = Erasure.objects.visible_to(request.actor).select_related("asked_by", "agreed_by").order_by("-at")
    context = {"form": form, "rows": [(row, acts.holds(row)) for row in rows[:MOST_SHOWN]]}
    return render(request, "clinic/retention/erasures.html", context, status=422 if form.errors else 200)


def _ask(request: Asked, form: EraseForm) -> bool:
    patient = Patient.objects.filter(site=request.actor.here, number=form.cleaned_data["number"]).first()
    if patient is None:
        form.add_error("number", _("No patient has this number."))
        return False
    try:
        acts.ask(by=request.actor, patient=patient, reason=form.cleaned_data["reason"])
    except Refusal as refusal:
        form.add_error("number", str(refusal.detail))
        return False
    return True


@needs(Permission.RETENTION_MANAGE)
@require_safe
def erasure_certificate(request: Asked, pk: UUID) -> HttpResponse:
    row = access.erasure(request.actor, pk)
    told = {"certificate": row.certificate, "key_id": row.key_id, "signature": row.signature}
    answer = JsonResponse(told, json_dumps_params={"indent": 1, "ensure_ascii": False})
    answer["Content-Disposition"] = f'attachment; filename="erasure-P-{row.number}.json"'
    return answer
