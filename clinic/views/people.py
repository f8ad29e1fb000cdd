from typing import Any
from uuid import UUID

from allauth.account.utils import user_pk_to_url_str
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic import access, in_hand
from clinic.actions import people as acts
from clinic.authorization.permissions import Permission
from clinic.authorization.roles import ROLES, permissions_of, still_held
from clinic.authorization.words import words
from clinic.doors import needs, signed_in
from clinic.errors import Refusal
from clinic.forms import refusals
from clinic.forms.people import ROLE_CHOICES, PersonForm, RoleForm
from clinic.forms.profile import KeyForm
from clinic.models import Membership, User
from clinic.views import keys, people_lists
from clinic.views.asked import Asked
from clinic.views.presenters import lost_factors
from clinic.views.private import private


@needs(Permission.PEOPLE_VIEW)
@require_safe
def people(request: Asked) -> HttpResponse:
    listing = people_lists.Listing.asked_for(request.GET)
    page = listing.page(request.actor)
    context = {
        "listing": listing,
        "rows": people_lists.rows(page.rows),
        "filters": listing.filters(),
        "role_choices": ROLE_CHOICES,
        "due": access.roles_held(request.actor).to_be_looked_at().count(),
        "next_url": listing.url(at=page.next) if page.next else "",
        "previous_url": listing.url(at=page.previous) if page.previous else "",
        "may_manage": request.actor.can(Permission.PEOPLE_MANAGE),
        "factors_waiting": lost_factors.people_waiting(request.actor),
    }
    template = "clinic/people/_list.html" if request.htmx.target == "people" else "clinic/people/people.html"
    return render(request, template, context)


@signed_in
@require_safe
def roles(request: Asked) -> HttpResponse:
    """Drawn from the table the checks read, so it cannot say anything else than what holds."""
    table = [
        {"words": words(permission), "cells": [(card.title, permission in card.permissions) for card in ROLES.values()]}
        for permission in Permission
    ]
    return render(request, "clinic/people/roles.html", {"cards": list(ROLES.values()), "table": table})


@needs(Permission.PEOPLE_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
@private
def person_new(request: Asked) -> HttpResponse:
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _add(request, form)
        except Refusal as refusal:
            refusals.tell(form, refusal)
    return render(request, "clinic/people/new.html", {"form": form}, status=422 if form.errors else 200)


def _add(request: Asked, form: PersonForm) -> HttpResponse:
    known = User.objects.filter(email__iexact=form.cleaned_data["email"]).first()
    if known:
        return _welcome(request, known, form)
    chosen = form.cleaned_data
    with transaction.atomic():
        person = acts.create(by=request.actor, email=chosen["email"], name=chosen["name"], language=chosen["language"])
        _give(request, person, form)
    if not ROLES[form.chosen].signs_in:
        messages.success(request, _("The program is known now. Give it a key."))
        return HttpResponseRedirect(reverse("person", args=[person.pk]))
    return _handed_over(request, person)


def _welcome(request: Asked, known: User, form: PersonForm) -> HttpResponse:
    """Somebody of another site: she keeps her account and password, and gets a role here."""
    _give(request, known, form)
    messages.success(request, _("%s has an account already and signs in as before. The role was given.") % known.name)
    return HttpResponseRedirect(reverse("person", args=[known.pk]))


def _give(request: Asked, person: User, form: RoleForm) -> None:
    department = form.cleaned_data["department"].strip()
    acts.give_role(by=request.actor, person=person, site=request.site, role=form.chosen, department=department)


@needs(Permission.PEOPLE_VIEW)
@require_safe
def person(request: Asked, pk: UUID) -> HttpResponse:
    return page(request, access.person(request.actor, pk))


@needs(Permission.PEOPLE_MANAGE)
@require_POST
@private
def person_link(request: Asked, pk: UUID) -> HttpResponse:
    return _handed_over(request, access.person(request.actor, pk))


def _handed_over(request: Asked, person: User) -> HttpResponse:
    return page_with_link(request, person, acts.make_link(by=request.actor, person=person))


def page_with_link(request: Asked, person: User, secret: str) -> HttpResponse:
    """In the answer itself: the link is stored nowhere, not even in a session. A reload opens the plain page."""
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(person), "key": secret})
    response = page(request, access.person(request.actor, person.pk), link=request.build_absolute_uri(path))
    response["HX-Push-Url"] = reverse("person", args=[person.pk])
    response["Cache-Control"] = "no-store"
    return response


@needs(Permission.PEOPLE_MANAGE)
@require_POST
def person_active(request: Asked, pk: UUID) -> HttpResponse:
    found = access.person(request.actor, pk)
    is_active = request.POST.get("is_active") == "on"
    held = in_hand.told(pk, request.actor.here, _left_to(found, is_active=False))
    acts.set_active(by=request.actor, person=found, is_active=is_active)
    messages.success(request, (_("%s can sign in again.") if is_active else _("%s is switched off.")) % found.name)
    _tell_what_went_back(request, [] if is_active else held)
    return HttpResponseRedirect(reverse("person", args=[pk]))


@needs(Permission.PEOPLE_MANAGE)
@require_POST
def role_give(request: Asked, pk: UUID) -> HttpResponse:
    found, form = access.person(request.actor, pk), RoleForm(request.POST)
    if form.is_valid():
        try:
            _give(request, found, form)
            return HttpResponseRedirect(reverse("person", args=[pk]))
        except Refusal as refusal:
            refusals.tell(form, refusal)
    return page(request, found, role_form=form)


@needs(Permission.PEOPLE_MANAGE)
@require_POST
def role_end(request: Asked, pk: UUID, role_pk: UUID) -> HttpResponse:
    found = access.person(request.actor, pk)
    held = access.membership(request.actor, found, role_pk)
    left = _left_to(found, is_active=found.is_active, without=held)
    had = in_hand.told(pk, request.actor.here, left)
    acts.end_role(by=request.actor, membership=held)
    _tell_what_went_back(request, had)
    return HttpResponseRedirect(reverse("person", args=[pk]))


def _tell_what_went_back(request: Asked, held: list[str]) -> None:
    if held:
        messages.info(request, _("Gone back, to be given to others: %s.") % ", ".join(held))


@needs(Permission.KEYS_MANAGE)
@require_POST
@private
def person_keys(request: Asked, pk: UUID) -> HttpResponse:
    """Keys of a program. It holds no password, so whoever manages keys gives it one."""
    found = access.person(request.actor, pk)
    form = KeyForm(request.POST, allowed=_permissions(found))
    issued = keys.issue(request, found, form) if form.is_valid() else None
    if request.htmx:
        context = _keys(request, found) | ({"issued": issued} if issued else {"form": form})
        return render(request, "clinic/profile/_keys.html", context, status=200 if issued else 422)
    return page(request, found, **({"issued": issued} if issued else {"form": form}))


def _permissions(person: Any) -> frozenset[Permission]:
    return permissions_of(frozenset(people_lists.role_of(held) for held in person.held))


def _left_to(person: Any, *, is_active: bool, without: Membership | None = None) -> frozenset[Permission]:
    roles = frozenset(people_lists.role_of(held) for held in person.held if held != without)
    return permissions_of(still_held(roles, is_active=is_active))


def _keys(request: Asked, person: Any) -> dict[str, Any]:
    return {
        "rows": keys.rows(request, person),
        "form": KeyForm(allowed=_permissions(person)),
        "action": reverse("person_keys", args=[person.pk]),
        "may_issue": request.actor.can(Permission.KEYS_MANAGE),
    }


def page(request: Asked, person: User, **more: Any) -> HttpResponse:
    row = people_lists.rows([person])[0]
    context: dict[str, Any] = {
        "one": row,
        "person": person,
        "role_form": RoleForm(),
        "may_manage": request.actor.can(Permission.PEOPLE_MANAGE),
        "is_me": person.pk == request.actor.user_id,
        "works_elsewhere": acts.works_elsewhere(request.actor, person),
        "in_hand": in_hand.told(person.pk, request.actor.here) if person.is_active else [],
        "former": people_lists.former(request.actor, person),
    }
    if row["is_program"] and request.actor.can(Permission.KEYS_MANAGE):
        context |= _keys(request, person)
    if context["may_manage"]:
        context |= lost_factors.told(request.actor, person)
    context |= more
    wrong = any(getattr(context.get(name), "errors", None) for name in ("form", "role_form", "factor_form"))
    return render(request, "clinic/people/person.html", context, status=422 if wrong else 200)
