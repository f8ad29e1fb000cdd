"""What people decided, and making the engine better by it: for engineers, without a word of any patient."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from classify import kinds
from classify.actions import learning as acts
from classify.forms import LabelsForm
from classify.specialty import ROUTES
from clinic.authorization.permissions import Permission
from clinic.doors import needs
from clinic.models import Deployment, EngineLesson, EngineState, Run
from clinic.views.asked import Asked

RUNS = 20


@dataclass(frozen=True)
class Made:
    """A run that learned, or still does; and where its engine stands, if it made one."""

    run: Run
    facets: dict[str, Any]
    deployment: Deployment | None


@needs(Permission.ENGINES_MANAGE)
@require_safe
def document_learning(request: Asked) -> HttpResponse:
    return render(request, "classify/learning.html", _context(request, LabelsForm()))


def _context(request: Asked, form: LabelsForm) -> dict[str, Any]:
    site = request.actor.here
    live = Deployment.objects.filter(site=site, capability=ROUTES.name, state=EngineState.LIVE).order_by("rung")
    first = live.select_related("engine").first()
    items = acts.waiting(site)
    learned = EngineLesson.objects.filter(site=site, engine=first.engine if first else None).values("item")
    return {
        "form": form, "live": first, "capability": ROUTES, "decisions": items.count(),
        "fresh": items.exclude(pk__in=learned).count(),
        "differing": sum(said != label for said, label in items.values_list("said", "label")),
        "made": _made(site),
    }  # fmt: skip


def _made(site: UUID) -> list[Made]:
    runs = Run.objects.filter(site=site, kind=kinds.LEARN).select_related("result").order_by("-requested_at")[:RUNS]
    here = Deployment.objects.filter(site=site, capability=ROUTES.name).select_related("engine")
    by_digest = {deployment.engine.digest[:12]: deployment for deployment in here}  # as much as facets hold
    told = [(run, run.result.facets if hasattr(run, "result") else {}) for run in runs]
    return [Made(run, facets, by_digest.get(facets.get("made", ""))) for run, facets in told]


@needs(Permission.ENGINES_MANAGE)
@require_POST
def document_labels(request: Asked) -> HttpResponse:
    form = LabelsForm(request.POST)
    if not form.is_valid():
        return render(request, "classify/learning.html", _context(request, form), status=422)
    asked = acts.ask_for_labels(by=request.actor, count=form.cleaned_data["count"])
    if asked:
        words = ngettext("%d document waits for a label.", "%d documents wait for a label.", asked)
        messages.success(request, words % asked)
    else:
        messages.info(request, _("There is no answer here that nobody looks at."))
    return redirect("document_learning")


@needs(Permission.ENGINES_MANAGE)
@require_POST
def document_learn(request: Asked) -> HttpResponseRedirect:
    run, _is_new = acts.learn(by=request.actor)
    messages.success(request, _("A new engine is being made. It answers nobody before two persons agree."))
    return redirect("run", pk=run.pk)
