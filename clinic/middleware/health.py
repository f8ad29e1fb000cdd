from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from clinic.views import health

_ANSWERS = {"/health/live": health.live, "/health/serving": health.serving, "/health/ready": health.ready}


class HealthMiddleware:
    """Stands before everything that needs a database, a session or a known host name: those may be what is missing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = _ANSWERS.get(request.path_info)
        return answer(request) if answer else self.get_response(request)
