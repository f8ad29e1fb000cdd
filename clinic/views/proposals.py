"""Changes that wait for a second person: all of them on one page, so that nobody has to look for hers."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic import access, step_up
from clinic.actions import proposals as acts
from clinic.authorization.permissions import Permission
from clinic.doors import needs
from clinic.views.asked import Asked
from clinic.views.presenters import proposals as shown


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
        return step_up.to_confirm(reverse("proposals"))
    acts.agree(by=request.actor, proposal=found, note=request.POST.get("note", ""), confirmed_at=confirmed)
    messages.success(request, _("Agreed: it holds from now on."))
    return redirect("proposals")


@needs(Permission.ENGINES_VIEW)
@require_POST
def proposal_refuse(request: Asked, pk: UUID) -> HttpResponse:
    """Or, by whoever asked, taken back."""
    found = access.proposal(request.actor, pk)
    acts.refuse(by=request.actor, proposal=found, note=request.POST.get("note", ""))
    messages.success(request, _("Nothing was changed."))
    return redirect("proposals")
