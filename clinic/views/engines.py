"""The engines of a site: their list, the page of one, and what one person may do to them."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic import access, groups, lineage
from clinic.actions import engine_moves, engine_proposals, golden
from clinic.authorization.permissions import Permission
from clinic.doors import needs
from clinic.errors import Code, Refusal
from clinic.forms import refusals
from clinic.forms.engines import DataForm
from clinic.models import Deployment, EngineState
from clinic.views.asked import Asked
from clinic.views.case_acts import asked_or_sent
from clinic.views.engine_acts import ACTS
from clinic.views.presenters import drift_page, engine_list, engine_page


@needs(Permission.ENGINES_VIEW)
@require_safe
def engines(request: Asked) -> HttpResponse:
    found = engine_list.panels(request.actor)
    only = request.GET.get("capability", "")
    context = {
        "panels": [panel for panel in found if not only or panel.name == only],
        "lead": engine_list.lead(found),
        "proposals": engine_list.open_proposals(request.actor),
        "may_manage": request.actor.can(Permission.ENGINES_MANAGE),
        "data_leaves": request.site.lets_patient_data_leave,
    }
    return render(request, "clinic/engines/engines.html", context)


@needs(Permission.ENGINES_VIEW)
@require_safe
def engine(request: Asked, pk: UUID) -> HttpResponse:
    by, found = request.actor, access.deployment(request.actor, pk)
    page = engine_page.page_of(by, found)
    context = {
        "page": page,
        "learned": lineage.engine_here(by, found.engine),
        "watch": next((each for each in drift_page.panels(by) if each.digest == found.engine.digest), None),
        "groups": groups.of_engine(by, found.engine) if found.state == EngineState.LIVE else [],
        "acts": [(name, ACTS.get(name)) for name in page.acts],
        "may_manage": by.can(Permission.ENGINES_MANAGE),
    }
    return render(request, "clinic/engines/engine.html", context)


@needs(Permission.ENGINES_VIEW)
@require_safe
def engine_card(request: Asked, digest: str) -> HttpResponse:
    """From an answer to the engine that gave it."""
    held = Deployment.objects.visible_to(request.actor).filter(engine__digest=digest).first()
    if held is None:
        raise Refusal(Code.NOT_FOUND)
    return redirect("engine", pk=held.pk)


@needs(Permission.ENGINES_MANAGE)
@asked_or_sent
def engine_act(request: Asked, pk: UUID, act: str) -> HttpResponse:
    found, wanted = access.deployment(request.actor, pk), ACTS.get(act)
    if wanted is None:
        raise Refusal(Code.NOT_FOUND)
    form = wanted.form(request.POST or None)
    if form.is_valid():
        try:
            wanted.do(request.actor, found, form.cleaned_data)
            messages.success(request, str(wanted.done))
            return redirect("engine", pk=pk)
        except Refusal as refusal:
            refusals.tell(form, refusal)
    context = {"form": form, "title": wanted.title, "button": wanted.title, "lead": wanted.lead, "deployment": found,
               "tone": wanted.tone}  # fmt: skip
    return render(request, "clinic/engines/form.html", context, status=422 if form.is_bound else 200)


@needs(Permission.ENGINES_MANAGE)
@require_POST
def engine_trial_end(request: Asked, pk: UUID) -> HttpResponse:
    """At once: whatever it was, it was better before."""
    found = access.deployment(request.actor, pk)
    engine_moves.set_percent(by=request.actor, deployment=found, percent=0, cause="trial_ended")
    messages.success(request, _("The trial has ended. The live engine answers all new work."))
    return redirect("engine", pk=pk)


@needs(Permission.ENGINES_VIEW)
@require_POST
def engine_prove(request: Asked, pk: UUID) -> HttpResponse:
    found = access.deployment(request.actor, pk)
    golden.ask(by=request.actor, engine=found.engine)
    messages.success(request, _("Its test cases are being asked. The result stands here in a moment."))
    return redirect("engine", pk=pk)


@needs(Permission.ENGINES_MANAGE)
@asked_or_sent
def engine_data(request: Asked) -> HttpResponse:
    """Whether remote engines may be asked about patients: asked for here, agreed to by a second person."""
    held = "yes" if request.site.lets_patient_data_leave else "no"
    form = DataForm(request.POST or None, initial={"may_leave": held})
    if form.is_valid():
        engine_proposals.ask_to_let_data_leave(
            by=request.actor, site=request.site, may_leave=form.cleaned_data["may_leave"] == "yes",
            reason=form.cleaned_data["reason"],
        )  # fmt: skip
        messages.success(request, _("Asked for. It holds when a second person has agreed."))
        return redirect("proposals")
    context = {"form": form, "title": _("Data that may leave"), "button": _("Ask for it"), "tone": "primary",
               "lead": _("No engine that fails, and no other way, goes round what is decided here.")}  # fmt: skip
    return render(request, "clinic/engines/form.html", context, status=422 if form.is_bound else 200)
