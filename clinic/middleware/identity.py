from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from clinic import identity
from clinic.authorization.scope import scope
from clinic.errors import Refusal
from clinic.views import errors


class IdentityMiddleware:
    """Finds out who asks and tells PostgreSQL whose rows that person may see, for as long as the request lasts."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            who = identity.identify(request)
        except Refusal as refusal:
            return errors.refused(request, refusal)
        request.identity, request.actor, request.site = who, who.actor, who.site  # type: ignore[attr-defined,assignment]
        with scope(site=who.actor.site_id, person=who.actor.user_id):
            return self.get_response(request)
