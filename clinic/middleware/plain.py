from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from clinic.errors import Code, Refusal
from clinic.views import errors


class ProgramsComeByTlsMiddleware:
    """A browser that comes in the clear is sent on to TLS. A program is refused: sent on, it would go on sending its
    key in the clear, and nobody would notice."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_of_programs = errors.wants_problem(request) or "Authorization" in request.headers
        if settings.SECURE_SSL_REDIRECT and is_of_programs and not request.is_secure():
            return errors.for_program(request, Refusal(Code.TLS_NEEDED))
        return self.get_response(request)
