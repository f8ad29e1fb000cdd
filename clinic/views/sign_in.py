import json
from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.account.views import LoginView, LogoutView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from allauth.usersessions.views import ListUserSessionsView
from django.conf import settings
from django.http import HttpResponse
from django.utils.decorators import method_decorator

from clinic.authorization.roles import ROLES, Role


class SignIn(LoginView):
    """allauth's own, and what our page says beside the form."""

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)
        response.status_code = 422
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"mfa_required": settings.MFA_REQUIRED} | demo_logins()


class SecondStep(AuthenticateView):
    """allauth's own, and what this person can answer with: a key she has not got is not offered."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        own = Authenticator.objects.filter(user=self.stage.login.user).values_list("type", flat=True)
        return context | {"factors": set(own)}


@method_decorator(reauthentication_required(allow_get=True), name="dispatch")
class Devices(ListUserSessionsView):
    """allauth's own; who sits down at an open session of somebody does not sign her out everywhere else."""


class SignOut(LogoutView):
    """The browser is told to drop what it keeps of us: the next person at this machine finds nothing."""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post(*args, **kwargs)
        response["Clear-Site-Data"] = '"cache", "storage"'
        return response


def demo_logins() -> dict[str, Any]:
    """Written by the demo command, in the demo only. Without the file the page is as anywhere."""
    if not settings.IS_DEMO:
        return {}
    try:
        told = json.loads((settings.HOME / "demo.json").read_text())
        people = [{"email": one["email"], "role": ROLES[Role(one["role"])].title} for one in told["people"]]
        return {"demo_people": people, "demo_password": told["password"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
