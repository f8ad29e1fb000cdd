"""A case handed over: what is open, what the giver says, and the answer of whom it is offered to."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinic import access, handing_over
from clinic.actions import handovers as acts
from clinic.authorization.permissions import Permission
from clinic.colleagues import colleagues
from clinic.doors import needs
from clinic.errors import Code, Refusal
from clinic.forms import refusals
from clinic.forms.handovers import AnswerForm, HandoverForm
from clinic.models import Case
from clinic.views.asked import Asked
from clinic.views.case_acts import asked_or_sent
from clinic.views.private import private


@needs(Permission.CASE_VIEW)
@asked_or_sent
@private
def case_handover(request: Asked, pk: UUID) -> HttpResponse:
    found = access.case(request.actor, pk, for_change=request.method == "POST")
    people = colleagues(request.actor).exclude(pk=request.actor.myself)
    form = HandoverForm(request.POST or None, people=people)
    if request.method != "POST" or not form.is_valid():
        return _page(request, found, form)
    try:
        row = acts.offer(by=request.actor, case=found, **form.cleaned_data)
    except Refusal as refusal:
        if refusal.code not in (Code.ALREADY_EXISTS, Code.INVALID):
            raise
        refusals.tell(form, refusal)
        return _page(request, access.case(request.actor, pk), form)
    messages.success(request, _("Offered to %(name)s. It is hers once she takes it.") % {"name": row.taker.name})
    return redirect("case", pk=pk)


def _page(request: Asked, found: Case, form: HandoverForm) -> HttpResponse:
    standing = handing_over.standing(request.actor, found)
    context = {
        "case": found, "form": form, "points": handing_over.open_points(found), "standing": standing,
        "points_then": handing_over.points_of(standing) if standing else [], "answer_form": AnswerForm(),
        "is_taker": standing is not None and standing.taker_id == request.actor.user_id,
        "is_giver": standing is not None and standing.giver_id == request.actor.user_id,
        "may_offer": request.actor.can(Permission.CASE_ASSIGN) and found.takes_additions,
    }  # fmt: skip
    return render(request, "clinic/case/handover.html", context, status=422 if form.is_bound else 200)


@needs(Permission.CASE_VIEW)
@require_POST
@private
def handover_answer(request: Asked, pk: UUID) -> HttpResponse:
    found = access.handover(request.actor, pk)
    match request.POST.get("answer"):
        case "accept":
            acts.accept(by=request.actor, handover=found)
            messages.success(request, _("Taken: the case is with you now."))
        case "decline":
            try:
                acts.decline(by=request.actor, handover=found, reason=request.POST.get("reason", ""))
            except Refusal as refusal:
                if refusal.code != Code.INVALID:
                    raise
                messages.warning(request, _("Say why you do not take it, in a few words."))
                return redirect("case_handover", pk=found.case_id)
            messages.success(request, _("Not taken. Whoever offered it is told."))
        case "withdraw":
            acts.withdraw(by=request.actor, handover=found)
            messages.success(request, _("Taken back."))
        case _other:
            raise Refusal(Code.INVALID)
    return redirect("case", pk=found.case_id)
