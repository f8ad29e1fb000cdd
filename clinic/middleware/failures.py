import logging
import sys
from collections.abc import Callable

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import DatabaseError, InterfaceError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError

from clinic import audit, watch
from clinic.errors import Code, Refusal
from clinic.storage.errors import KeyDestroyed, ObjectDamaged, ObjectMissing, ObjectTooLarge, StorageError, StorageFull
from clinic.views import errors

log = logging.getLogger("rounds.failures")

_STORAGE: dict[type[StorageError], Code] = {
    StorageFull: Code.STORAGE_FULL,
    ObjectDamaged: Code.OBJECT_DAMAGED,
    ObjectMissing: Code.OBJECT_DAMAGED,
    ObjectTooLarge: Code.TOO_LARGE,
    KeyDestroyed: Code.ERASED,
}


def as_refusal(problem: BaseException) -> Refusal:
    """Any exception in the words of the house. What is not known is unexpected; its text is never shown."""
    match problem:
        case Refusal():
            return problem
        case Http404():
            return Refusal(Code.NOT_FOUND)
        case PermissionDenied():
            return Refusal(Code.NOT_ALLOWED)
        case StorageError():
            return Refusal(_STORAGE.get(type(problem), Code.STORAGE_DOWN))
        case DatabaseError() if audit.is_unwritable(problem):
            return Refusal(Code.AUDIT_DOWN)
        case DatabaseError() | InterfaceError():
            return Refusal(Code.DATABASE_DOWN)
        case MultiPartParserError():
            return Refusal(Code.CUT_OFF)
        case SuspiciousOperation():
            return Refusal(Code.INVALID)
    return Refusal(Code.UNEXPECTED)


class FailuresMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        return _with_words(request, response) if response.status_code == 405 and not response.content else response

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse:
        refusal = as_refusal(problem)
        tell_log(request, problem, refusal)
        errors.note(request, refusal)
        return errors.refused(request, refusal)


def _with_words(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Django answers a method it does not take with an empty page."""
    told = errors.refused(request, Refusal(Code.METHOD_NOT_ALLOWED))
    told["Allow"] = response["Allow"]
    return told


def server_error(request: HttpRequest) -> HttpResponse:
    """What failed before a view was reached: most often a database that is away when the session is looked up."""
    problem = sys.exc_info()[1] or RuntimeError("no exception is being handled")
    refusal = as_refusal(problem)
    tell_log(request, problem, refusal)
    return errors.refused(request, refusal)


def tell_log(request: HttpRequest, problem: BaseException, refusal: Refusal) -> None:
    if refusal.status < 500:
        return
    told = {
        "code": refusal.code.value,
        "reason": type(problem).__name__,
        "where": watch.where(problem),
        "method": request.method,
        "route": request.resolver_match.route if request.resolver_match else "",
    }
    log.error("request_failed", extra=told)
