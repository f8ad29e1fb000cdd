"""Experiments: their list, a new one with its plan, and the page of one."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.doors import needs
from clinic.errors import Code, Refusal
from clinic.forms import refusals
from clinic.forms.engines import ReasonForm
from clinic.views.asked import Asked
from clinic.views.case_acts import asked_or_sent
from extraction import experiment_figures, prompt_shelf
from extraction.actions import experiments as acts
from extraction.actions import prompts
from extraction.forms import ExperimentForm
from extraction.models import Experiment, ExperimentMove
from extraction.views import experiment_panels


def _one(by: Actor, pk: UUID) -> Experiment:
    found = experiment_figures.visible(by).filter(pk=pk).first()
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    return found


@needs(Permission.ENGINES_VIEW)
@require_safe
def experiments(request: Asked) -> HttpResponse:
    rows = [experiment_panels.row(one) for one in experiment_figures.visible(request.actor).order_by("-at", "-id")]
    may_manage = request.actor.can(Permission.ENGINES_MANAGE)
    return render(request, "extraction/experiments.html", {"rows": rows, "may_manage": may_manage})


@needs(Permission.ENGINES_MANAGE)
@asked_or_sent
def experiment_new(request: Asked) -> HttpResponse:
    by = request.actor
    prompts.enter_shipped(by=Actor.system("prompts", site_id=by.here))
    form = ExperimentForm(request.POST or None, versions=prompt_shelf.versions(by))
    if form.is_valid():
        try:
            told = form.cleaned_data
            made = acts.draft(by=by, name=told["name"], hypothesis=told["hypothesis"], first=told["first"],
                              second=told["second"], effect=float(told["effect"]) / 100)  # fmt: skip
            messages.success(request, _("Drafted. Look at how many documents it takes, then start it."))
            return redirect("experiment", pk=made.pk)
        except Refusal as refusal:
            refusals.tell(form, refusal)
    context = {"form": form, "title": _("New experiment"), "button": _("Work out the plan"), "tone": "primary",
               "lead": _("Each new document is asked with one of two versions, drawn by chance.")}  # fmt: skip
    return render(request, "extraction/experiment_form.html", context, status=422 if form.is_bound else 200)


@needs(Permission.ENGINES_VIEW)
@require_safe
def experiment(request: Asked, pk: UUID) -> HttpResponse:
    return _shown(request, _one(request.actor, pk), ReasonForm())


def _shown(request: Asked, found: Experiment, form: ReasonForm) -> HttpResponse:
    page = experiment_panels.page_of(found, experiment_figures.shown(found))
    context = {"page": page, "form": form, "may_manage": request.actor.can(Permission.ENGINES_MANAGE)}
    return render(request, "extraction/experiment.html", context, status=422 if form.is_bound else 200)


@needs(Permission.ENGINES_MANAGE)
@require_POST
def experiment_start(request: Asked, pk: UUID) -> HttpResponse:
    acts.start(by=request.actor, experiment=_one(request.actor, pk))
    messages.success(request, _("It runs: each new document is drawn for one of the two."))
    return redirect("experiment", pk=pk)


_ENDS: dict[str, Callable[..., ExperimentMove]] = {"conclude": acts.conclude, "give_up": acts.give_up}


@needs(Permission.ENGINES_MANAGE)
@require_POST
def experiment_end(request: Asked, pk: UUID) -> HttpResponse:
    found, act = _one(request.actor, pk), _ENDS.get(request.POST.get("act", ""))
    if act is None:
        raise Refusal(Code.INVALID, fields={"act": [_("not known")]})
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _shown(request, found, form)
    act(by=request.actor, experiment=found, reason=form.cleaned_data["reason"])
    messages.success(request, _("Ended. What was seen is kept."))
    return redirect("experiment", pk=pk)
