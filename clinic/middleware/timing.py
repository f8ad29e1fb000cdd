import logging
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from clinic import metrics

log = logging.getLogger("rounds.requests")
NO_ROUTE = "none"  # a static file, or an address that nothing answers: its path could hold anything


class TimingMiddleware:
    """One line and one count per request. By name of the route: a path may hold the id of a case."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        seconds = time.perf_counter() - began
        route, method = route_of(request), known_method(request.method)
        metrics.count_request(route, method, response.status_code, seconds)
        log.info("request", extra={"route": route, "method": method, "status": response.status_code,
                                   "ms": round(seconds * 1000, 1)})  # fmt: skip
        return response


def route_of(request: HttpRequest) -> str:
    match = request.resolver_match
    return match.view_name or NO_ROUTE if match else NO_ROUTE


def known_method(method: str | None) -> str:
    """What is sent as a method is the sender's choice, and each new word would be a new time series."""
    return method if method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} else "other"
