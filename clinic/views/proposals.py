"""Changes that wait for a second person: all of them on one page, and each agreed to or refused in one place, from
whichever page it was shown on."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic import access, step_up
from clinic.actions import proposals as acts
from clinic.authorization.permissions import Permission
from clinic.doors import needs
from clinic.models import Proposal
from clinic.views.asked import Asked
from clinic.views.presenters import proposals as shown

OWN_PAGE = "own"  # what the form sends where it stands on the page of what would change


@needs(Permission.ENGINES_VIEW)
@require_safe
def proposals(request: Asked) -> HttpResponse:
    context = {"waiting": shown.waiting(request.actor), "decided": shown.decided(request.actor)}
    return render(request, "clinic/engines/proposals.html", context)


@needs(Permission.ENGINES_APPROVE)
@require_POST
def proposal_agree(request: Asked, pk: UUID) -> HttpResponse:
    """Where the change asks that she has just proved who she is, the way leads there first."""
    found = access.proposal(request.actor, pk)
    confirmed = step_up.confirmed_at(request, access.oneself(request.actor))
    if acts.sort_of(found).needs_step_up and not step_up.is_fresh(confirmed):
        return step_up.to_confirm(_page_it_came_from(request, found))
    acts.agree(by=request.actor, proposal=found, note=request.POST.get("note", ""), confirmed_at=confirmed)
    messages.success(request, _("Agreed: it holds from now on."))
    return HttpResponseRedirect(_page_it_came_from(request, found))


@needs(Permission.ENGINES_VIEW)
@require_POST
def proposal_refuse(request: Asked, pk: UUID) -> HttpResponse:
    """Or, by whoever asked, taken back."""
    found = access.proposal(request.actor, pk)
    acts.refuse(by=request.actor, proposal=found, note=request.POST.get("note", ""))
    messages.success(request, _("Nothing was changed."))
    return HttpResponseRedirect(_page_it_came_from(request, found))


def _page_it_came_from(request: Asked, proposal: Proposal) -> str:
    return shown.own_page(proposal) if request.POST.get("from") == OWN_PAGE else reverse("proposals")
