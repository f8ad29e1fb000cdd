from collections.abc import Callable
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from clinic.doors import Door, door_of
from clinic.errors import Code, Refusal
from clinic.views import errors

# What a person without a second factor may still open where one is required: setting it up, and leaving.
_SETTING_UP = ("mfa_", "account_logout", "account_reauthenticate", "account_change_password", "clinic_asset")


class ClosedByDefaultMiddleware:
    """Nobody passes a URL without a door. Runs last, when the view is known."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: Any, view: Callable[..., Any], _args: Any, _kwargs: Any) -> HttpResponse | None:
        name = request.resolver_match.url_name
        door = door_of(view, name)
        if door is None:
            return errors.refused(request, Refusal(Code.NOT_FOUND))
        if door.is_public:
            return None
        if not request.actor.is_known:
            return _to_sign_in(request)
        if request.identity.by_header and not _is_for_programs(request, name):
            return errors.refused(request, Refusal(Code.NOT_ALLOWED, detail=_("Pages are for people. Use the API.")))
        if settings.MFA_REQUIRED and not request.identity.by_header and not _may_pass_without_mfa(request, name):
            return _to_second_factor(request)
        return _check_permission(request, door)


def _to_sign_in(request: Any) -> HttpResponse:
    if errors.wants_problem(request):
        return errors.refused(request, Refusal(Code.SIGN_IN_NEEDED))
    reason = getattr(request, "session_ended", "")
    sign_in = reverse("account_login") + (f"?reason={reason}" if reason else "")
    if request.headers.get("HX-Request"):  # a fragment must not be replaced by a sign-in form
        response = HttpResponse(status=401)
        response["HX-Redirect"] = sign_in
        return response
    return redirect_to_login(request.get_full_path() if request.method == "GET" else "/", sign_in)


def _to_second_factor(request: Any) -> HttpResponse:
    if errors.wants_problem(request):
        return errors.refused(request, Refusal(Code.SECOND_FACTOR_NEEDED))
    return HttpResponseRedirect(reverse("mfa_index"))


def _is_for_programs(request: Any, name: str | None) -> bool:
    return errors.wants_problem(request) or name == "metrics"


def _may_pass_without_mfa(request: Any, name: str | None) -> bool:
    return (name or "").startswith(_SETTING_UP) or is_mfa_enabled(request.user)


def _check_permission(request: Any, door: Door) -> HttpResponse | None:
    if door.permission is None or request.actor.can(door.permission):
        return None
    refusal = Refusal(Code.NOT_ALLOWED)
    errors.note(request, refusal)
    return errors.refused(request, refusal)
