from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from clinic.doors import door_of

BEGAN, SEEN = "began", "seen"


class SessionLimitsMiddleware:
    """Idle and absolute limits. What a page polls by itself does not count as somebody being there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        if request.session.session_key and request.user.is_authenticated:
            now = timezone.now().timestamp()
            began, seen = request.session.get(BEGAN, now), request.session.get(SEEN, now)
            idle_s, absolute_s = settings.SESSION_IDLE_MINUTES * 60, settings.SESSION_ABSOLUTE_HOURS * 3600
            if now - seen > idle_s or now - began > absolute_s:
                logout(request)
                request.session_ended = "idle" if now - seen > idle_s else "absolute"  # told on the sign-in page
        return self.get_response(request)

    def process_view(self, request: Any, view: Callable[..., Any], _args: Any, _kwargs: Any) -> None:
        if not request.user.is_authenticated:
            return
        now = timezone.now().timestamp()
        request.session.setdefault(BEGAN, now)
        door = door_of(view, request.resolver_match.url_name)
        is_background = door is not None and door.is_background
        if not is_background and now - request.session.get(SEEN, 0) >= 1:
            request.session[SEEN] = now
