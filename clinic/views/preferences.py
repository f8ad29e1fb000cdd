"""Where a person works and how it looks: site, language, theme."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from clinic import identity, pages
from clinic.actions import people
from clinic.authorization.actor import Actor
from clinic.cookies import name_of
from clinic.doors import door_of, public, signed_in
from clinic.errors import Code, Refusal
from clinic.spoken import USUAL
from clinic.views.asked import Asked, id_in

YEAR_S = 365 * 24 * 3600


@signed_in
@require_POST
def site_choose(request: Asked) -> HttpResponse:
    actor = go_to_site(request, id_in(request.POST.get("site", "")))
    wanted = next_of(request)
    return HttpResponseRedirect(wanted if _is_open_to(actor, wanted) else pages.start_of(actor))


def go_to_site(request: Asked, site_id: UUID) -> Actor:
    """From the next request on; the actor returned is who the person will be there."""
    if site_id not in {site.pk for site in request.identity.sites}:
        raise Refusal(Code.NOT_FOUND)
    if request.actor.site_id == site_id:
        return request.actor
    request.session["site"] = str(site_id)
    return identity.identify(request).actor


def _is_open_to(actor: Actor, address: str) -> bool:
    """A list may be looked at from another site, a thing of this site may not."""
    try:
        match = resolve(address.partition("?")[0])
    except Resolver404:
        return False
    door = door_of(match.func, match.url_name)
    return not match.kwargs and door is not None and (door.permission is None or actor.can(door.permission))


@public
@require_POST
def language_choose(request: Asked) -> HttpResponse:
    """Remembered with the person where there is one, and in this browser in any case: for the sign-in page."""
    chosen = request.POST.get("language", "")
    if chosen not in dict(settings.LANGUAGES):
        raise Refusal(Code.INVALID)
    if request.user.is_authenticated and request.user.language != chosen:
        people.update_profile(by=request.actor, person=request.user, language=chosen)
    response = redirect(next_of(request))
    speak(response, chosen)
    return response


def speak(response: HttpResponse, language: str) -> None:
    translation.activate(language)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, language, max_age=YEAR_S, secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=True, samesite="Lax",
    )  # fmt: skip


def dress(response: HttpResponse, theme: str) -> None:
    """So that the page is drawn in the right one at once. Like the system: none."""
    _remember(response, "theme", "" if theme == "system" else theme)


def pace(response: HttpResponse, chosen: str) -> None:
    _remember(response, "pace", "" if chosen == USUAL else chosen)


def _remember(response: HttpResponse, name: str, value: str) -> None:
    """A cookie that scripts of the page write too (`cookies.js`)."""
    name = name_of(name)
    if not value:
        response.delete_cookie(name, samesite="Lax")
        return
    response.set_cookie(name, value, max_age=YEAR_S, secure=settings.HAS_TLS, httponly=False, samesite="Lax")


def next_of(request: Any, otherwise: str = "/") -> str:
    wanted = request.POST.get("next", "")
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours else otherwise
