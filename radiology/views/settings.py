"""How this site reads its films, and asking for it to be otherwise."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from clinic.authorization.permissions import Permission
from clinic.doors import needs
from clinic.errors import Refusal
from clinic.forms import refusals
from clinic.views.asked import Asked
from clinic.views.case_acts import asked_or_sent
from clinic.views.private import private
from radiology.actions import policies
from radiology.forms import PolicyForm
from radiology.policy import policy_of


@needs(Permission.ENGINES_VIEW)
@asked_or_sent
@private
def film_settings(request: Asked) -> HttpResponse:
    policy = policy_of(request.actor.here)
    form = PolicyForm(request.POST or None, policy=policy)
    if form.is_valid():
        try:
            policies.propose(by=request.actor, rules=form.rules, reason=form.cleaned_data["reason"])
        except Refusal as refusal:
            refusals.tell(form, refusal)
        else:
            messages.success(request, _("A second person has to agree. It holds from then on."))
            return redirect("proposals")
    context = {"form": form, "policy": policy, "may_ask": request.actor.can(Permission.ENGINES_MANAGE)}
    return render(request, "radiology/settings.html", context, status=422 if form.is_bound else 200)
