"""What others may know: who takes part, how the engines do, and for what purpose anything more were allowed."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clinic.authorization.permissions import Permission
from clinic.doors import needs
from clinic.views.asked import Asked
from clinic.views.case_acts import asked_or_sent
from clinic.views.private import private
from coaching import tallies
from coaching.actions import purposes
from coaching.forms import PurposeForm
from coaching.models import Participation

DAYS = 90


@needs(Permission.COACH_PARTICIPATION)
@require_safe
@private
def coaching_participation(request: Asked) -> HttpResponse:
    rows = Participation.objects.visible_to(request.actor).by_person(DAYS)
    return render(request, "coaching/participation.html", {"rows": list(rows), "days": DAYS})


@needs(Permission.OPERATIONS_VIEW)
@require_safe
@private
def coaching_figures(request: Asked) -> HttpResponse:
    return render(request, "coaching/figures.html", {"lines": tallies.lines(request.actor), "least": tallies.LEAST})


@needs(Permission.SITES_MANAGE)
@asked_or_sent
@private
def coaching_purpose(request: Asked) -> HttpResponse:
    """Off unless somebody answers for it. Ending it needs no reason."""
    if request.method == "POST" and request.POST.get("act") == "end":
        purposes.end(by=request.actor)
        messages.success(request, _("Nothing about feelings is estimated from now on."))
        return redirect("coaching_purpose")
    form = PurposeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        purposes.record(by=request.actor, purpose=form.cleaned_data["purpose"])
        messages.success(request, _("Recorded. Each speaker is still asked, every time."))
        return redirect("coaching_purpose")
    context = {"form": form, "purpose": purposes.current(request.actor)}
    return render(request, "coaching/purpose.html", context, status=422 if form.is_bound else 200)
