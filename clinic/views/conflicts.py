"""The page on which the sources of a case stand against each other, and where a person decides."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic import access, contradictions
from clinic.actions import conflicts as acts
from clinic.authorization.permissions import Permission
from clinic.doors import needs
from clinic.errors import Code, Refusal
from clinic.forms.conflicts import DecideForm
from clinic.models import Case, Run
from clinic.models.runs import ACTIVE
from clinic.views.asked import Asked
from clinic.views.presenters import conflict_cards
from clinic.views.private import private


@needs(Permission.CASE_VIEW)
@require_safe
@private
def case_conflicts(request: Asked, pk: UUID) -> HttpResponse:
    return _shown(request, access.case(request.actor, pk))


def _shown(request: Asked, found: Case, wrong: tuple[UUID, DecideForm] | None = None) -> HttpResponse:
    states = contradictions.states(found)
    under_way = Run.objects.filter(case=found, kind=contradictions.KIND, state__in=ACTIVE).exists()
    shown = conflict_cards.cards(contradictions.shown_to(request.actor, found))
    for card in shown:
        card.form = wrong[1] if wrong and wrong[0] == card.conflict.pk else DecideForm(prefix=_prefix(card.conflict.pk))
    context = {
        "case": found, "cards": shown, "open": sum(card.is_open for card in shown), "sources": len(states),
        "is_compared": contradictions.is_compared(found, states), "under_way": under_way,
        "may_decide": request.actor.can(Permission.REVIEW_WORK),
        "may_ask": request.actor.can(Permission.RUN_REQUEST),
    }  # fmt: skip
    return render(request, "clinic/case/conflicts.html", context, status=422 if wrong else 200)


def _prefix(pk: UUID) -> str:
    """Several forms stand on one page."""
    return pk.hex[:8]


@needs(Permission.REVIEW_WORK)
@require_POST
@private
def conflict_decide(request: Asked, pk: UUID) -> HttpResponse:
    found = access.conflict(request.actor, pk)
    form = DecideForm(request.POST, prefix=_prefix(found.pk))
    if not form.is_valid():
        return _shown(request, access.case(request.actor, found.case_id), (found.pk, form))
    acts.decide(by=request.actor, conflict=found, **form.cleaned_data)
    messages.success(request, _("Decided. It stands in the story of the case."))
    return redirect("case_conflicts", pk=found.case_id)


@needs(Permission.REVIEW_WORK)
@require_POST
@private
def conflict_reopen(request: Asked, pk: UUID) -> HttpResponse:
    found = access.conflict(request.actor, pk)
    acts.reopen(by=request.actor, conflict=found)
    return redirect("case_conflicts", pk=found.case_id)


@needs(Permission.RUN_REQUEST)
@require_POST
@private
def conflicts_ask(request: Asked, pk: UUID) -> HttpResponse:
    found = access.case(request.actor, pk, for_change=True)
    if acts.ask(by=request.actor, case=found) is None and len(contradictions.states(found)) < acts.FEWEST_SOURCES:
        raise Refusal(Code.NOT_ENOUGH_SOURCES)
    messages.success(request, _("The sources are being compared."))
    return redirect("case_conflicts", pk=pk)
