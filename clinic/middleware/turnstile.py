from collections.abc import Callable
from secrets import randbelow
from threading import BoundedSemaphore

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from clinic.errors import Code, Refusal
from clinic.views import errors

WAIT_S = 2


class TurnstileMiddleware:
    """Of the threads of a web process some at most are busy with sign-ins, which hash for long: when a whole shift
    signs in at once, or somebody floods the door, everybody else's pages come as always. Who comes beyond that is told
    to press again in a moment, before anything is looked at. Stands before the session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.places = BoundedSemaphore(settings.SIGN_INS_AT_ONCE)
        self.door = reverse("account_login")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST" or request.path_info != self.door:
            return self.get_response(request)
        if not self.places.acquire(blocking=False):
            return _come_again(request)
        try:
            return self.get_response(request)
        finally:
            self.places.release()


def _come_again(request: HttpRequest) -> HttpResponse:
    seconds = WAIT_S + randbelow(WAIT_S + 1)  # not all at the same moment again
    words = _("Many people are signing in at this moment. Go back and press the button again in a few seconds.")
    response = errors.refused(request, Refusal(Code.TOO_MANY, detail=words, facts={"retry_after_s": seconds}))
    response["Retry-After"] = str(seconds)
    return response
