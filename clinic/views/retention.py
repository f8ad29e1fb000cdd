"""How long files are kept: the rules, the holds, and the list of what would be deleted before anything is."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from clinic import access, retention, step_up
from clinic.actions import retention as acts
from clinic.authorization.permissions import Permission
from clinic.doors import needs
from clinic.errors import Code, Refusal
from clinic.forms import refusals
from clinic.forms.retention import HoldForm, RuleForm
from clinic.retention import Policy
from clinic.views.asked import Asked
from clinic.views.case_acts import asked_or_sent


@needs(Permission.RETENTION_MANAGE)
@require_safe
def retention_page(request: Asked) -> HttpResponse:
    return _shown(request, HoldForm())


def _shown(request: Asked, form: HoldForm) -> HttpResponse:
    listed, here = retention.due(request.actor.here), request.actor.here
    terms = [retention.terms(here, one) for one in retention.policies()]
    days = {one.policy.name: one.expiry_days for one in terms}
    context = {
        "terms": terms,
        "coming": [(one, retention.goes_on(one, days[one.policy.name])) for one in retention.coming(here)],
        "going": [one for one in listed if one.goes],
        "kept": [(one, retention.kept_words(one.kept)) for one in listed if not one.goes],
        "seen": retention.name_of(listed), "holds": retention.holds(request.actor.here), "form": form,
        "most": retention.MOST_LISTED,
    }  # fmt: skip
    return render(request, "clinic/retention/page.html", context, status=422 if form.errors else 200)


@needs(Permission.RETENTION_MANAGE)
@require_POST
def retention_delete(request: Asked) -> HttpResponse:
    confirmed = step_up.confirmed_at(request, access.oneself(request.actor))
    if not step_up.is_fresh(confirmed):
        return step_up.to_confirm(reverse("retention"))
    try:
        count = acts.expire(by=request.actor, seen=request.POST.get("seen", ""), confirmed=confirmed)
        words = ngettext("%d file was deleted.", "%d files were deleted.", count) % count
        messages.success(request, words)
    except Refusal as refusal:
        if refusal.code != Code.LIST_CHANGED:
            raise
        messages.warning(request, _("The list has changed since you saw it. Look at it again: nothing was deleted."))
    return redirect("retention")


@needs(Permission.RETENTION_MANAGE)
@asked_or_sent
def retention_rule(request: Asked, name: str) -> HttpResponse:
    policy = _policy(name)
    terms = retention.terms(request.actor.here, policy)
    form = RuleForm(request.POST or None, initial={"cold_days": terms.cold_days, "expiry_days": terms.expiry_days})
    if form.is_valid():
        try:
            acts.set_rule(by=request.actor, policy=policy, **form.cleaned_data)
            messages.success(request, _("Saved. It holds from now on."))
            return redirect("retention")
        except Refusal as refusal:
            refusals.tell(form, refusal)
    context = {"form": form, "policy": policy}
    return render(request, "clinic/retention/rule.html", context, status=422 if form.is_bound else 200)


@needs(Permission.RETENTION_MANAGE)
@require_POST
def retention_hold(request: Asked) -> HttpResponse:
    form = HoldForm(request.POST)
    if form.is_valid():
        try:
            case = access.case_to_keep(request.actor, form.cleaned_data["case"])
            acts.hold(by=request.actor, case=case, reason=form.cleaned_data["reason"])
            messages.success(request, _("Held. Nothing of %s is deleted while the hold stands.") % case.reference)
            return redirect("retention")
        except Refusal as refusal:
            if refusal.code == Code.NOT_FOUND:
                form.add_error("case", _("There is no case of that number at this site."))
            else:
                refusals.tell(form, refusal)
    return _shown(request, form)


@needs(Permission.RETENTION_MANAGE)
@require_POST
def retention_lift(request: Asked, pk: UUID) -> HttpResponse:
    found = access.hold(request.actor, pk)
    confirmed = step_up.confirmed_at(request, access.oneself(request.actor))
    if not step_up.is_fresh(confirmed):
        return step_up.to_confirm(reverse("retention"))
    acts.lift(by=request.actor, hold=found, confirmed=confirmed)
    messages.success(request, _("Lifted. The rules hold for the case again."))
    return redirect("retention")


def _policy(name: str) -> Policy:
    found = next((one for one in retention.policies() if one.name == name), None)
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    return found
