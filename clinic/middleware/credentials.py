from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from clinic import audit

# The sign-in library changes these and tells of it afterwards: change and event belong in one transaction.
CHANGES = frozenset(
    {
        "account_change_password",
        "account_set_password",
        "account_reset_password_from_key",
        "mfa_activate_totp",
        "mfa_deactivate_totp",
        "mfa_generate_recovery_codes",
        "mfa_add_webauthn",
        "mfa_edit_webauthn",
        "mfa_remove_webauthn",
    }
)


class OneTransactionMiddleware:
    """A password or a second factor changes together with its audit event, or not at all. Runs after the doors."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: Any, view: Callable[..., Any], args: Any, kwargs: Any) -> HttpResponse | None:
        if request.method != "POST" or request.resolver_match.url_name not in CHANGES:
            return None
        with audit.together():
            response: HttpResponse = view(request, *args, **kwargs)
        return response
