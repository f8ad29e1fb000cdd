"""What people do in an incident. Each act has an address of its own and works without script."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinic import access
from clinic.actions import golden
from clinic.actions import incidents as acts
from clinic.authorization.permissions import Permission
from clinic.doors import needs
from clinic.errors import Code, Refusal
from clinic.forms import refusals
from clinic.forms.incidents import NoteForm, ResolveForm, ReviewForm, StopForm
from clinic.models import Incident, IncidentLine
from clinic.views.asked import Asked
from clinic.views.case_acts import asked_or_sent
from clinic.views.presenters.incident_page import page_of
from clinic.views.private import private


def back_to(incident: Incident) -> HttpResponse:
    return HttpResponseRedirect(reverse("incident", args=[incident.pk]))


def done_in(form: Form, act: Callable[[], object]) -> bool:
    """Whether the form was right and the act was done; what an action refuses stands beside the field it names."""
    if not form.is_valid():
        return False
    try:
        act()
    except Refusal as refusal:
        refusals.tell(form, refusal)
        return False
    return True


def form_page(request: Asked, form: Form, title: str, *, incident: Incident | None = None, button: str,
              lead: str = "", tone: str = "primary") -> HttpResponse:  # fmt: skip
    context = {"form": form, "title": title, "incident": incident, "button": button, "lead": lead, "tone": tone}
    return render(request, "clinic/incidents/form.html", context, status=422 if form.is_bound else 200)


@needs(Permission.ENGINES_VIEW)
@asked_or_sent
def incident_new(request: Asked) -> HttpResponse:
    """For what is odd but not so wrong that the engine must stop."""
    form = StopForm(request.POST or None)
    made: list[Incident] = []

    def act() -> None:
        capability, class_name = form.chosen()
        note = form.cleaned_data["note"]
        made.append(acts.open_by_hand(by=request.actor, capability=capability, class_name=class_name, note=note))

    if done_in(form, act):
        return back_to(made[0])
    return form_page(
        request, form, _("Open an incident"), button=_("Open the incident"),
        lead=_("For what must be looked into while the engine goes on. It is not stopped by this."),
    )  # fmt: skip


@needs(Permission.ENGINES_VIEW)
@require_POST
@private
def incident_note(request: Asked, pk: UUID) -> HttpResponse:
    found = access.incident(request.actor, pk, for_change=True)
    form = NoteForm(request.POST)
    if done_in(form, lambda: acts.note(by=request.actor, incident=found, words=form.cleaned_data["words"])):
        return back_to(found)
    found = access.incident(request.actor, pk)
    context = {"page": page_of(request.actor, found), "note_form": form}
    return render(request, "clinic/incidents/incident.html", context, status=422)


@needs(Permission.ENGINES_VIEW)
@require_POST
def incident_step(request: Asked, pk: UUID, step: str) -> HttpResponse:
    found = access.incident(request.actor, pk, for_change=True)
    acts.tick(by=request.actor, incident=found, step=step)
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Trigger": "incident-changed"})
    return back_to(found)


@needs(Permission.ENGINES_VIEW)
@require_POST
def incident_pack_write(request: Asked, pk: UUID) -> HttpResponse:
    found = access.incident(request.actor, pk, for_change=True)
    acts.write_pack(by=request.actor, incident=found)
    messages.success(request, _("The pack is being written anew, with what has happened since."))
    return back_to(found)


@needs(Permission.ENGINES_VIEW)
@require_POST
def incident_cases(request: Asked, pk: UUID) -> HttpResponse:
    """All test cases of the engine it is about: what has to come out right before it may come back."""
    found = access.incident(request.actor, pk, for_change=True)
    if found.engine is None:
        raise Refusal(Code.NOT_FOUND)
    golden.ask(by=request.actor, engine=found.engine)
    messages.success(request, _("Its test cases are being asked. The result stands here in a moment."))
    return back_to(found)


@needs(Permission.ENGINES_VIEW)
@asked_or_sent
@private
def incident_resolve(request: Asked, pk: UUID) -> HttpResponse:
    found = access.incident(request.actor, pk, for_change=True)
    form = ResolveForm(request.POST or None)
    if done_in(form, lambda: acts.resolve_by_hand(by=request.actor, incident=found, note=form.cleaned_data["note"])):
        return back_to(found)
    return form_page(request, form, _("Say that it is over"), incident=found, button=_("It is over"))


@needs(Permission.ENGINES_VIEW)
@asked_or_sent
@private
def incident_review(request: Asked, pk: UUID) -> HttpResponse:
    """The last writing is there to go on with."""
    found = access.incident(request.actor, pk)
    last = found.entries.filter(kind=IncidentLine.REVIEW).order_by("-at").first()
    form = ReviewForm(request.POST or None, initial=last.words if last else None)
    if done_in(form, lambda: acts.write_review(by=request.actor, incident=found, parts=form.cleaned_data)):
        messages.success(request, _("The review stands in the log."))
        return back_to(found)
    return form_page(request, form, _("Review after the incident"), incident=found, button=_("Write the review"),
                     lead=_("Causes, not persons. Who reads it in a year must understand it."))  # fmt: skip


@needs(Permission.ENGINES_VIEW)
@require_POST
def incident_close(request: Asked, pk: UUID) -> HttpResponse:
    found = access.incident(request.actor, pk, for_change=True)
    acts.close(by=request.actor, incident=found)
    messages.success(request, _("The incident is closed. Its log stays."))
    return back_to(found)
