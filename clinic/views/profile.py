from typing import Any
from urllib.parse import unquote

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic import access, identity
from clinic.actions import people
from clinic.authorization.roles import ROLES, Role
from clinic.cookies import liked
from clinic.doors import signed_in
from clinic.forms.profile import ProfileForm
from clinic.spoken import preferred_pace
from clinic.templatetags.look import preferred_theme
from clinic.views import preferences
from clinic.views.asked import Asked

LONGEST_NAME = 120


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: Asked) -> HttpResponse:
    form = ProfileForm(
        request.POST or None, person=access.oneself(request.actor), theme=preferred_theme(request) or "system",
        pace=preferred_pace(request),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        return _save(request, form)
    return render(request, "clinic/profile/profile.html", _context(request, form), status=422 if form.errors else 200)


def _save(request: Asked, form: ProfileForm) -> HttpResponse:
    chosen = form.cleaned_data
    person = access.oneself(request.actor)
    people.update_profile(by=request.actor, person=person, name=chosen["name"].strip(), language=chosen["language"],
                          engines=chosen["engines"] or person.engines)  # fmt: skip
    response = HttpResponseRedirect(reverse("profile"))
    preferences.speak(response, chosen["language"])
    preferences.dress(response, chosen["theme"])
    preferences.pace(response, chosen["pace"])
    with translation.override(chosen["language"]):
        messages.success(request, _("Saved."))
    return response


def _context(request: Asked, form: ProfileForm) -> dict[str, Any]:
    microphone = unquote(liked(request, "microphone"))[:LONGEST_NAME]
    return {"form": form, "microphone": microphone, "places": places(request), "has_mfa": is_mfa_enabled(request.user)}


def places(request: Asked) -> list[dict[str, Any]]:
    """Each site with the roles held there, what each may and what it never does."""
    by_site: dict[Any, list[dict[str, Any]]] = {}
    for held in identity.memberships_of(access.oneself(request.actor)):
        by_site.setdefault(held.site, []).append({"held": held, "card": ROLES[Role(held.role)]})
    return [{"site": site, "roles": roles, "is_here": site == request.site} for site, roles in by_site.items()]
