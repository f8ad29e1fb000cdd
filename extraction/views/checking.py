"""Checking facts: each act is a form of its own, and leads to the next fact that is open."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinic.authorization.permissions import Permission
from clinic.doors import needs
from clinic.errors import Code, Refusal
from clinic.forms import refusals
from clinic.views.asked import Asked
from clinic.views.case_acts import asked_or_sent
from clinic.views.private import private
from extraction import access, checked
from extraction.actions import checking as acts
from extraction.forms import FactForm, KindForm
from extraction.models import FactSheet
from extraction.views.sheets import shown

_SIMPLE = {"accept": acts.accept, "reject": acts.reject}


@needs(Permission.REVIEW_WORK)
@require_POST
@private
def sheet_decide(request: Asked, pk: UUID) -> HttpResponseRedirect:
    found, act = _seen(request, pk), _SIMPLE.get(request.POST.get("act", ""))
    if act is None:
        raise Refusal(Code.INVALID, fields={"act": [_("not known")]})
    act(by=request.actor, sheet=found, key=request.POST.get("key", ""), seen=_count(request))
    return _to(found)


@needs(Permission.REVIEW_WORK)
@asked_or_sent
@private
def sheet_edit(request: Asked, pk: UUID, key: str) -> HttpResponse:
    """The form stands in the line of the fact; what was there is in it."""
    found = access.sheet(request.actor, pk, for_change=request.method == "POST")
    if found.run_id is None:
        raise Refusal(Code.NO_FACTS_YET)
    told = acts.told_by(found.run_id)
    fact = next((one for one in checked.facts(told, acts.decisions_of(found)) if one.key == key), None)
    if fact is None:
        raise Refusal(Code.NOT_FOUND)
    kind, _dot, name = key.partition(".")
    form = FactForm(request.POST or None, kind=kind, name=name, initial=_as_written(dict(fact.values)))
    if form.is_bound and form.is_valid():
        told_values = {**_kept(dict(fact.values), form), **form.cleaned_data}
        try:
            acts.edit(by=request.actor, sheet=_seen(request, pk), key=key, told=told_values, seen=_count(request))
        except Refusal as refusal:
            refusals.tell(form, refusal)
        else:
            return _to(found)
    return shown(request, found, key, status=422 if form.is_bound else 200, form=form)


def _as_written(values: dict[str, object]) -> dict[str, object]:
    return {name: str(value).lower() if isinstance(value, bool) else value for name, value in values.items()}


def _kept(values: dict[str, object], form: FactForm) -> dict[str, object]:
    """What the form does not show. What was worked out of words that were changed is unknown now."""
    changed = {name.partition("_")[0] for name in form.changed_data}
    hidden = {name: value for name, value in values.items() if name not in form.fields}
    return {name: value for name, value in hidden.items()
            if name.partition("_")[0] not in changed and not _follows(name, form)}  # fmt: skip


def _follows(name: str, form: FactForm) -> bool:
    return name in ("times", "interval", "interval_unit") and "frequency" in form.changed_data


@needs(Permission.REVIEW_WORK)
@asked_or_sent
@private
def sheet_add_fact(request: Asked, pk: UUID) -> HttpResponse:
    """First which kind, then what it says."""
    found = access.sheet(request.actor, pk, for_change=request.method == "POST")
    kinds = KindForm(request.GET if "kind" in request.GET else None)
    kind = kinds.cleaned_data["kind"] if kinds.is_bound and kinds.is_valid() else ""
    form = FactForm(request.POST or None, kind=kind) if kind else None
    if form is not None and form.is_bound and form.is_valid():
        try:
            acts.add(by=request.actor, sheet=_seen(request, pk), kind=kind, told=form.cleaned_data,
                     seen=_count(request))  # fmt: skip
        except Refusal as refusal:
            refusals.tell(form, refusal)
        else:
            return _to(found)
    status = 422 if form is not None and form.is_bound else 200
    return shown(request, found, "-", status=status, kinds=kinds, adding=form, adding_kind=kind)


@needs(Permission.REVIEW_WORK)
@require_POST
@private
def sheet_undo(request: Asked, pk: UUID) -> HttpResponseRedirect:
    found = _seen(request, pk)
    return _to(found, acts.undo(by=request.actor, sheet=found, seen=_count(request)).key)


@needs(Permission.REVIEW_WORK)
@require_POST
@private
def sheet_finish(request: Asked, pk: UUID) -> HttpResponseRedirect:
    found = acts.finish(by=request.actor, sheet=_seen(request, pk), seen=_count(request))
    messages.success(request, _("Checked to the end."))
    return _to(found)


@needs(Permission.REVIEW_WORK)
@require_POST
@private
def sheet_reopen(request: Asked, pk: UUID) -> HttpResponseRedirect:
    found = acts.reopen(by=request.actor, sheet=_seen(request, pk))
    messages.success(request, _("Open again. What was said of each fact stands until it is changed."))
    return _to(found)


def _seen(request: Asked, pk: UUID) -> FactSheet:
    """The facts that were on the screen: asked again meanwhile, they are others."""
    found = access.sheet(request.actor, pk, for_change=True)
    if request.POST.get("run") != str(found.run_id or ""):
        raise Refusal(Code.FACTS_CHANGED)
    return found


def _to(found: FactSheet, at: str = "") -> HttpResponseRedirect:
    address = reverse("sheet", args=[found.pk])
    return HttpResponseRedirect(f"{address}?at={at}" if at else address)


def _count(request: Asked) -> int | None:
    """How many decisions there were when the page was drawn."""
    told = request.POST.get("seen", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 7 else None
