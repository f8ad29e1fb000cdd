"""Breaking the glass, looking through it for half an hour, and judging afterwards whether it was right."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic import access, step_up
from clinic.actions import glass as acts
from clinic.authorization.permissions import Permission
from clinic.doors import needs
from clinic.downloads import download
from clinic.errors import Refusal
from clinic.forms import refusals
from clinic.forms.glass import BreakForm, VerdictForm
from clinic.glass import looking
from clinic.models import BrokenGlass, Site
from clinic.sealed_words import said
from clinic.views import keyset
from clinic.views.asked import Asked
from clinic.views.case_acts import asked_or_sent
from clinic.views.keyset import Section
from clinic.views.presenters.emergency_page import page_of
from clinic.views.private import private
from clinic.views.uploads import SANDBOX

SIZE = 50
OPEN, ALL = "open", "all"
OWN_AT_MOST = 20


@needs(Permission.GLASS_BREAK)
@require_safe
def emergency(request: Asked) -> HttpResponse:
    mine = access.own_glass(request.actor).order_by("-began_at")[:OWN_AT_MOST]
    return render(request, "clinic/emergency/mine.html", {"rows": mine})


@needs(Permission.GLASS_BREAK)
@asked_or_sent
@private
def emergency_new(request: Asked) -> HttpResponse:
    """Who she is is proved before the form, so that nothing typed in a hurry is lost to the proof."""
    confirmed = _confirmed_at(request)
    if not step_up.is_fresh(confirmed):
        return step_up.to_confirm(reverse("emergency_new"))
    form = BreakForm(request.POST or None, sites=_reach(request))
    if request.method == "POST" and form.is_valid():
        try:
            glass = acts.break_glass(by=request.actor, confirmed_at=confirmed, **form.told())
            return HttpResponseRedirect(reverse("emergency_case", args=[glass.pk]))
        except Refusal as refusal:
            refusals.tell(form, refusal)
    return render(request, "clinic/emergency/new.html", {"form": form}, status=422 if form.errors else 200)


def _confirmed_at(request: Asked) -> datetime | None:
    return step_up.confirmed_at(request, access.oneself(request.actor))


def _reach(request: Asked) -> Any:
    """Names of sites are no secret; which cases they have is."""
    standing, here = Site.objects.filter(closed_at=None).order_by("name"), request.actor.here
    return standing.exclude(pk=here) if request.actor.can(Permission.CASE_VIEW) else standing.filter(pk=here)


@needs(Permission.GLASS_BREAK)
@require_safe
@private
def emergency_case(request: Asked, pk: UUID) -> HttpResponse:
    with looking(request.actor, pk) as (glass, reader):
        found = access.case(reader, glass.case_id)
        return render(request, "clinic/emergency/case.html", page_of(reader, found) | {"glass": glass})


@needs(Permission.GLASS_BREAK)
@require_safe
@private
def emergency_file(request: Asked, pk: UUID, upload: UUID) -> HttpResponseBase:
    with looking(request.actor, pk) as (_glass, reader):
        response = download(request, access.upload(reader, upload))
    response["Content-Security-Policy"] = SANDBOX
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


@needs(Permission.GLASS_BREAK)
@require_POST
def emergency_end(request: Asked, pk: UUID) -> HttpResponse:
    acts.end(by=request.actor, glass=access.own_broken_glass(request.actor, pk))
    messages.success(request, _("It is closed to you again."))
    return redirect("emergency")


# --- looking at it afterwards -----------------------------------------------------------------------------------------


@needs(Permission.GLASS_SEE)
@require_safe
@private
def emergency_reviews(request: Asked) -> HttpResponse:
    return _list(request)


def _list(request: Asked, *, form: VerdictForm | None = None, judged: UUID | None = None) -> HttpResponse:
    every = access.glass(request.actor)
    show = ALL if request.GET.get("show") == ALL else OPEN
    rows = every if show == ALL else every.to_be_looked_at()
    page = keyset.page([Section(rows, ("-began_at", "-id"))], request.GET.get("at", ""), size=SIZE)
    reads = request.actor.can(Permission.GLASS_REVIEW) or request.actor.can(Permission.AUDIT_READ)
    if reads:
        access.glass_list(request.actor, page.rows)
    here = f"{reverse('emergency_reviews')}?show={show}"
    context = {
        "rows": [_row(request, one, reads=reads, form=form if one.pk == judged else None) for one in page.rows],
        "show": show, "filters": _filters(show, every.to_be_looked_at().count()),
        "next_url": f"{here}&at={page.next}" if page.next else "",
        "previous_url": f"{here}&at={page.previous}" if page.previous else "",
    }  # fmt: skip
    return render(request, "clinic/emergency/reviews.html", context, status=422 if form else 200)


def _filters(show: str, waiting: int) -> list[dict[str, Any]]:
    here = reverse("emergency_reviews")
    return [
        {"url": here, "words": _("To be judged"), "count": waiting, "current": show == OPEN, "key": "1"},
        {"url": f"{here}?show={ALL}", "words": _("All"), "current": show == ALL, "key": "2"},
    ]


def _row(request: Asked, one: BrokenGlass, *, reads: bool, form: VerdictForm | None) -> dict[str, Any]:
    may_judge = request.actor.can(Permission.GLASS_REVIEW) and one.person_id != request.actor.user_id
    return {
        "glass": one,
        "reason": said(lambda: one.reason) if reads else "",
        "note": said(lambda: one.note) if reads else "",
        "form": (form or VerdictForm(auto_id=f"verdict-{one.pk}-%s")) if may_judge and not one.verdict else None,
        "may_end": request.actor.can(Permission.GLASS_REVIEW) and one.is_standing,
    }


@needs(Permission.GLASS_REVIEW)
@require_POST
@private
def emergency_review(request: Asked, pk: UUID) -> HttpResponse:
    found = access.broken_glass(request.actor, pk)
    form = VerdictForm(request.POST, auto_id=f"verdict-{pk}-%s")
    if form.is_valid():
        try:
            acts.look_at(by=request.actor, glass=found, **form.cleaned_data)
            messages.success(request, _("Your judgement stands beside it."))
            return redirect("emergency_reviews")
        except Refusal as refusal:
            refusals.tell(form, refusal)
    return _list(request, form=form, judged=pk)


@needs(Permission.GLASS_REVIEW)
@require_POST
def emergency_stop(request: Asked, pk: UUID) -> HttpResponse:
    acts.end(by=request.actor, glass=access.broken_glass(request.actor, pk))
    messages.success(request, _("The case is closed to that person again."))
    return redirect("emergency_reviews")
