"""A second signature: who is asked, and the page on which she signs as the first did."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinic import access, cosigning, step_up
from clinic.actions import cosigning as acts
from clinic.authorization.permissions import Permission
from clinic.doors import needs
from clinic.errors import Code, Refusal
from clinic.forms.handovers import AnswerForm, CosignForm
from clinic.models import CoSignature
from clinic.views.asked import Asked
from clinic.views.case_acts import asked_or_sent
from clinic.views.presenters import report_page
from clinic.views.private import private


@needs(Permission.REPORT_SIGN)
@require_POST
@private
def report_cosign_ask(request: Asked, pk: UUID) -> HttpResponse:
    found = access.report(request.actor, pk)
    form = CosignForm(request.POST, people=cosigning.signers(request.actor, found))
    if form.is_valid():
        row = acts.ask(by=request.actor, report=found, whom=form.cleaned_data["whom"])
        messages.success(request, _("%(name)s is asked to sign it too.") % {"name": row.signer.name})
    else:
        messages.warning(request, _("Choose who is to sign it too."))
    return redirect("report", pk=pk)


@needs(Permission.REPORT_SIGN)
@asked_or_sent
@private
def cosign(request: Asked, pk: UUID) -> HttpResponse:
    """The whole version once more, and the one button; whoever presses it has proved a moment ago that it is she."""
    found = access.cosignature(request.actor, pk)
    if request.method != "POST":
        return _page(request, found)
    if request.POST.get("answer") == "decline":
        return _decline(request, found)
    confirmed = step_up.confirmed_at(request, access.oneself(request.actor))
    if not step_up.is_fresh(confirmed):
        return step_up.to_confirm(reverse("cosign", args=[pk]))
    acts.sign(by=request.actor, cosignature=found, confirmed_at=confirmed)
    messages.success(request, _("Signed and sealed: version %d.") % found.report.version)
    return redirect("report", pk=found.report_id)


def _decline(request: Asked, found: CoSignature) -> HttpResponse:
    try:
        acts.decline(by=request.actor, cosignature=found, reason=request.POST.get("reason", ""))
    except Refusal as refusal:
        if refusal.code != Code.INVALID:
            raise
        messages.warning(request, _("Say why you do not sign, in a few words."))
        return redirect("cosign", pk=found.pk)
    messages.success(request, _("Not signed. Whoever asked is told."))
    return redirect("report", pk=found.report_id)


def _page(request: Asked, found: CoSignature) -> HttpResponse:
    confirmed = step_up.confirmed_at(request, access.oneself(request.actor))
    context = report_page.content_page(request.actor, found.report) | {
        "cosignature": found, "answer_form": AnswerForm(), "is_fresh": step_up.is_fresh(confirmed),
        "confirmed_at": confirmed, "confirm_url": step_up.to_confirm(request.path).url,
    }  # fmt: skip
    return render(request, "clinic/reports/cosign.html", context)
