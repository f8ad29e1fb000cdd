"""Opening a case: for a patient known by her number, or for a new one."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from clinic.actions import cases, idempotency, patients
from clinic.authorization.permissions import Permission
from clinic.colleagues import colleagues
from clinic.doors import needs
from clinic.forms.new_case import NewCaseForm
from clinic.models import Patient, Urgency
from clinic.views.asked import Asked
from clinic.views.case_acts import asked_or_sent
from clinic.views.private import private


@needs(Permission.CASE_OPEN)
@asked_or_sent
@private
def case_new(request: Asked) -> HttpResponse:
    people, known = colleagues(request.actor), Patient.objects.visible_to(request.actor).filter(erased_at=None)
    form = NewCaseForm(request.POST or None, people=people, known=known)
    if not form.is_valid():
        return render(request, "clinic/cases/new.html", {"form": form}, status=422 if form.is_bound else 200)
    case_id, is_new = idempotency.once(
        by=request.actor, key=f"case_new:{form.cleaned_data['once']}", request=form.fingerprint(),
        make=lambda: _open(request, form),
    )  # fmt: skip
    if is_new:
        messages.success(request, _("The case is open."))
    return redirect("case", pk=case_id)


def _open(request: Asked, form: NewCaseForm) -> UUID:
    chosen = form.cleaned_data
    patient = form.patient or patients.create(
        by=request.actor, site=request.site, name=chosen["name"].strip() or None, birth_date=chosen["birth_date"],
        sex=chosen["sex"],
    )  # fmt: skip
    opened = cases.open_case(
        by=request.actor, patient=patient, question=chosen["question"], urgency=Urgency(chosen["urgency"]),
        encounter=chosen["encounter"].strip() or None, department=chosen["department"].strip(),
        assignee=chosen["assignee"], due_at=chosen["due_at"],
    )  # fmt: skip
    return opened.pk
