"""Pulling the stop cord, and letting go again."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _

from clinic import access
from clinic.actions import stops as acts
from clinic.authorization.permissions import Permission
from clinic.doors import needs
from clinic.errors import Code, Refusal
from clinic.forms.incidents import ReleaseForm, StopForm
from clinic.models import Incident, Stop
from clinic.views.asked import Asked
from clinic.views.case_acts import asked_or_sent
from clinic.views.incident_acts import back_to, done_in, form_page
from clinic.views.presenters.stops import what_is_meant
from clinic.views.private import private


@needs(Permission.ENGINES_STOP)
@asked_or_sent
def stop_pull(request: Asked) -> HttpResponse:
    """From a card or a page the engine, and the class it named, are chosen already: what is left is the note."""
    only, class_name = request.GET.get("capability", ""), request.GET.get("class", "")
    form = StopForm(request.POST or None, only=only, initial={"what": f"{only}:{class_name}"})
    pulled: list[tuple[Stop, bool]] = []

    def act() -> None:
        capability, named = form.chosen()
        note = form.cleaned_data["note"]
        pulled.append(acts.pull(by=request.actor, capability=capability, class_name=named, note=note))

    if done_in(form, act):
        (stop, is_new) = pulled[0]
        title = what_is_meant(stop.capability, stop.class_name)
        words = (
            _("%s is stopped. New work goes to people.") if is_new else _("%s was stopped already. Your note is kept.")
        )
        messages.success(request, words % title)
        return back_to(stop.incident)
    return form_page(
        request, form, _("Stop an engine"), button=_("Stop it now"), tone="danger",
        lead=_("From now on new work goes to people, and answers under way are marked. Letting go needs two persons."),
    )  # fmt: skip


def _stop(request: Asked, pk: UUID) -> tuple[Stop, Incident]:
    incident = access.incidents(request.actor).filter(stop=pk).first()
    if incident is None or incident.stop is None:
        raise Refusal(Code.NOT_FOUND)
    return incident.stop, incident


@needs(Permission.ENGINES_STOP)
@asked_or_sent
@private
def stop_release(request: Asked, pk: UUID) -> HttpResponse:
    stop, incident = _stop(request, pk)
    form = ReleaseForm(request.POST or None)
    if done_in(form, lambda: acts.ask_for_release(by=request.actor, stop=stop, reason=form.cleaned_data["reason"])):
        messages.success(request, _("Asked. A second person must agree."))
        return back_to(incident)
    return form_page(request, form, _("Ask for its release"), incident=incident, button=_("Ask for the release"))
