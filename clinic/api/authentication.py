from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from clinic.errors import Code, Refusal


class _CsrfByHeader(CsrfViewMiddleware):
    def _reject(self, request: Any, reason: str) -> HttpResponse:
        raise Refusal(Code.NOT_FROM_HERE)


class ActorAuthentication(BaseAuthentication):
    """The middleware has found out who asks. A session, being a cookie, must also prove it was no other site."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        plain: Any = request._request
        actor = plain.actor
        if not actor.is_known:
            return None
        if not plain.identity.by_header:
            self._check_no_other_site(plain)
        return actor, plain.identity

    def _check_no_other_site(self, request: Any) -> None:
        guard, method = _CsrfByHeader(lambda _: HttpResponse()), request.method
        guard.process_request(request)
        if method == "POST":
            request.method = "PUT"  # of a POST Django reads the body for the token, before we know where a file goes
        try:
            guard.process_view(request, HttpResponse, (), {})
        finally:
            request.method = method

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="rounds"'


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "clinic.api.authentication.ActorAuthentication"
    name = ["apiKeyOrToken", "session"]

    def get_security_requirement(self, auto_schema: Any) -> list[dict[str, list[Any]]]:
        return [{name: []} for name in self.name]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, str]]:
        return [
            {"type": "http", "scheme": "bearer", "description": "An API key (rk_…) or an access token got with one."},
            {
                "type": "apiKey",
                "in": "cookie",
                "name": settings.SESSION_COOKIE_NAME,
                "description": "A signed-in person. What changes something needs the X-CSRFToken header too.",
            },
        ]
