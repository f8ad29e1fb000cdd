"""Limits and policy of reading: what holds, what another limit would do, and asking a second person to agree."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clinic import capabilities
from clinic.actions import thresholds
from clinic.authorization.permissions import Permission
from clinic.capabilities import Capability
from clinic.doors import needs
from clinic.errors import Refusal
from clinic.forms import refusals
from clinic.forms.review_settings import CLASS, LimitsForm, PolicyForm, ReasonForm
from clinic.review_policy import limits_of, rules_of
from clinic.review_simulator import Simulation
from clinic.views.asked import Asked
from clinic.views.presenters import review_settings as shown


@needs(Permission.ENGINES_VIEW)
@require_safe
def review_settings(request: Asked) -> HttpResponse:
    return render(request, "clinic/review/settings.html", {"capabilities": shown.overview(request.actor)})


@needs(Permission.ENGINES_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def review_limits(request: Asked, capability: str) -> HttpResponse:
    """With limits in its address it says what they would do; sent with a reason they are asked for."""
    known = capabilities.capability_named(capability)
    held = limits_of(request.actor.here, known)
    asked = request.POST if request.method == "POST" else request.GET
    form = LimitsForm(asked if any(name.startswith(CLASS) for name in asked) else None, capability=known, limits=held)
    why = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and why.is_valid():
        try:
            thresholds.propose_limits(by=request.actor, capability=capability, values=form.values,
                                      reason=why.cleaned_data["reason"])  # fmt: skip
            return _asked_for(request, "review_limits", capability)
        except Refusal as refusal:
            refusals.tell(why, refusal)
    return _limits_page(request, known, form, why)


def _limits_page(request: Asked, known: Capability, form: LimitsForm, why: ReasonForm) -> HttpResponse:
    simulated = None
    if form.is_bound and form.is_valid():
        simulated = shown.simulated(known, Simulation.of(request.actor.here, known, form.values), form.values)
    context = shown.page(request.actor, known, thresholds.LIMITS) | {
        "form": why, "simulated": simulated, "rows": shown.limit_rows(request.actor, known, form),
    }  # fmt: skip
    is_wrong = any(one.is_bound and one.errors for one in (form, why))
    return render(request, "clinic/review/limits.html", context, status=422 if is_wrong else 200)


@needs(Permission.ENGINES_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def review_policy(request: Asked, capability: str) -> HttpResponse:
    known = capabilities.capability_named(capability)
    rules = rules_of(request.actor.here, known.name)
    form = PolicyForm(request.POST or None, capability=known, rules=rules)
    if request.method == "POST" and form.is_valid():
        try:
            thresholds.propose_policy(by=request.actor, capability=capability, rules=form.rules,
                                      reason=form.cleaned_data["reason"])  # fmt: skip
            return _asked_for(request, "review_policy", capability)
        except Refusal as refusal:
            refusals.tell(form, refusal)
    context = shown.page(request.actor, known, thresholds.POLICY) | {"form": form}
    return render(request, "clinic/review/policy.html", context, status=422 if form.is_bound else 200)


def _asked_for(request: Asked, page: str, capability: str) -> HttpResponse:
    messages.success(request, _("Asked for. It holds when a second person has agreed."))
    return redirect(page, capability=capability)
