"""The prompts of a site: their list, the page of one with what changed, and what may be done to them."""

from collections.abc import Callable, Mapping
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.doors import needs
from clinic.errors import Refusal
from clinic.forms import refusals
from clinic.forms.engines import ReasonForm
from clinic.views.asked import Asked
from clinic.views.case_acts import asked_or_sent
from extraction import merging, prompt_shelf
from extraction.actions import prompts as acts
from extraction.forms import MergeForm, PromptForm
from extraction.models import PromptVersion
from extraction.views import prompt_panels

SYSTEM = "prompts"


@needs(Permission.ENGINES_VIEW)
@require_safe
def prompts(request: Asked) -> HttpResponse:
    """What came with the product arrives when somebody first looks."""
    by = request.actor
    acts.enter_shipped(by=Actor.system(SYSTEM, site_id=by.here))
    context = prompt_panels.shelf(by) | {"may_manage": by.can(Permission.ENGINES_MANAGE), "dock": _dock()}
    return render(request, "extraction/prompts.html", context)


def _dock() -> list[dict[str, str]]:
    return [{"keys": "j k", "words": _("move")}, {"keys": "Enter", "words": _("open")}]


@needs(Permission.ENGINES_VIEW)
@require_safe
def prompt(request: Asked, pk: UUID) -> HttpResponse:
    by = request.actor
    found = prompt_shelf.version(by, pk)
    page = prompt_panels.page_of(by, found, request.GET.get("against", ""))
    return render(request, "extraction/prompt.html", {"page": page, "may_manage": by.can(Permission.ENGINES_MANAGE)})


@needs(Permission.ENGINES_MANAGE)
@asked_or_sent
def prompt_branch(request: Asked, pk: UUID) -> HttpResponse:
    parent = prompt_shelf.version(request.actor, pk)
    initial = {"name": prompt_panels.next_name(request.actor), "text": parent.text}
    form = PromptForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            made = acts.branch(by=request.actor, parent=parent, **form.cleaned_data)
            messages.success(
                request, _("Branched. It is asked with when it has passed its trial and two persons agree.")
            )
            return redirect("prompt", pk=made.pk)
        except Refusal as refusal:
            refusals.tell(form, refusal)
    told = {"title": _("Branch from %s") % parent.name, "button": _("Keep as a new version"), "tone": "primary",
            "lead": _("The version it comes from stays as it is.")}  # fmt: skip
    return _form(request, form, parent, told)


@needs(Permission.ENGINES_MANAGE)
@asked_or_sent
def prompt_merge(request: Asked, pk: UUID, other: UUID) -> HttpResponse:
    """What `other` changed is brought into this one; what both changed, a person resolves."""
    by = request.actor
    mine, theirs = prompt_shelf.version(by, pk), prompt_shelf.version(by, other)
    merge = merging.merge_of(mine, theirs)
    form = MergeForm(request.POST or None, merge=merge, initial={"name": prompt_panels.next_name(by)})
    if form.is_valid():
        try:
            made = acts.merge(by=by, mine=mine, theirs=theirs, name=form.cleaned_data["name"],
                              note=form.cleaned_data["note"], resolved=form.resolved)  # fmt: skip
            messages.success(request, _("Merged. It is asked with when it has passed its trial and two persons agree."))
            return redirect("prompt", pk=made.pk)
        except Refusal as refusal:
            refusals.tell(form, refusal)
    return render(request, "extraction/prompt_merge.html", {"form": form, "merge": merge},
                  status=422 if form.is_bound else 200)  # fmt: skip


@needs(Permission.ENGINES_MANAGE)
@require_POST
def prompt_trial(request: Asked, pk: UUID) -> HttpResponse:
    run = acts.ask_trial(by=request.actor, version=prompt_shelf.version(request.actor, pk))
    messages.success(request, _("The engine is being asked. The figures stand here when it has answered."))
    return redirect("run", pk=run.pk)


@needs(Permission.ENGINES_MANAGE)
@asked_or_sent
def prompt_promote(request: Asked, pk: UUID) -> HttpResponse:
    found = prompt_shelf.version(request.actor, pk)
    told = {"title": _("Ask to make %s live") % found.name, "button": _("Ask for it"), "tone": "primary",
            "lead": _("A second person must agree. Its trial is looked at again when she does.")}  # fmt: skip
    return _with_reason(
        request, found, told, _("Asked for. It holds when a second person has agreed."),
        lambda reason: acts.ask_to_promote(by=request.actor, version=found, reason=reason),
    )  # fmt: skip


@needs(Permission.ENGINES_MANAGE)
@asked_or_sent
def prompt_back(request: Asked) -> HttpResponse:
    told = {"title": _("Roll back"), "button": _("Roll back"), "tone": "danger",
            "lead": _("The prompt that was live before is asked with again, from the next run on.")}  # fmt: skip
    return _with_reason(
        request, None, told, _("Rolled back. The prompt before it is live again."),
        lambda reason: acts.roll_back(by=request.actor, reason=reason),
    )  # fmt: skip


def _with_reason(request: Asked, found: PromptVersion | None, told: Mapping[str, str | Promise], done: str,
                 do: Callable[[str], object]) -> HttpResponse:  # fmt: skip
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            do(form.cleaned_data["reason"])
            messages.success(request, done)
            return _to(found)
        except Refusal as refusal:
            refusals.tell(form, refusal)
    return _form(request, form, found, told)


def _to(found: PromptVersion | None) -> HttpResponseRedirect:
    return redirect("prompt", pk=found.pk) if found else redirect("prompts")


def _form(request: Asked, form: Form, found: PromptVersion | None, told: Mapping[str, str | Promise]) -> HttpResponse:
    context = {"form": form, "version": found, **told}
    return render(request, "extraction/prompt_form.html", context, status=422 if form.is_bound else 200)
