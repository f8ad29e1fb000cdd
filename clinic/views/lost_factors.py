"""A lost second factor: asked for, confirmed, refused or taken back, on the page of the person it is about."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinic import access, step_up
from clinic.actions import lost_factors as acts
from clinic.authorization.permissions import Permission
from clinic.doors import needs
from clinic.forms.lost_factors import LostFactorForm
from clinic.views import people
from clinic.views.asked import Asked
from clinic.views.private import private


@needs(Permission.PEOPLE_MANAGE)
@require_POST
def lost_factor_ask(request: Asked, pk: UUID) -> HttpResponse:
    person, form = access.person(request.actor, pk), LostFactorForm(request.POST)
    if not form.is_valid():
        return people.page(request, person, factor_form=form)
    acts.ask(by=request.actor, person=person, how=form.cleaned_data["how"])
    messages.success(request, _("Asked for. Another admin confirms it within a day."))
    return HttpResponseRedirect(reverse("person", args=[pk]))


@needs(Permission.PEOPLE_MANAGE)
@require_POST
@private
def lost_factor_confirm(request: Asked, pk: UUID, proposal_pk: UUID) -> HttpResponse:
    """Whoever confirms has just proved who he is, and alone sees the link."""
    person = access.person(request.actor, pk)
    found = access.lost_factor(request.actor, person, proposal_pk)
    confirmed = step_up.confirmed_at(request, access.oneself(request.actor))
    if not step_up.is_fresh(confirmed):
        return step_up.to_confirm(reverse("person", args=[pk]))
    secret = acts.confirm(by=request.actor, proposal=found, confirmed_at=confirmed)
    return people.page_with_link(request, person, secret)


@needs(Permission.PEOPLE_MANAGE)
@require_POST
def lost_factor_refuse(request: Asked, pk: UUID, proposal_pk: UUID) -> HttpResponse:
    """Or, by whoever asked, taken back."""
    person = access.person(request.actor, pk)
    acts.refuse(by=request.actor, proposal=access.lost_factor(request.actor, person, proposal_pk))
    messages.success(request, _("Nothing was changed."))
    return HttpResponseRedirect(reverse("person", args=[pk]))
