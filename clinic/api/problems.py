"""Every error of the API is problem+json with a stable code."""

from typing import Any

from django.http import HttpResponse, UnreadablePostError
from rest_framework import exceptions
from rest_framework.views import set_rollback

from clinic.errors import Code, Refusal
from clinic.middleware.failures import as_refusal, tell_log
from clinic.views import errors

_DRF: dict[type[Exception], Code] = {
    exceptions.NotAuthenticated: Code.SIGN_IN_NEEDED,
    exceptions.AuthenticationFailed: Code.SIGN_IN_NEEDED,
    exceptions.PermissionDenied: Code.NOT_ALLOWED,
    exceptions.NotFound: Code.NOT_FOUND,
    exceptions.MethodNotAllowed: Code.METHOD_NOT_ALLOWED,
    exceptions.NotAcceptable: Code.NOT_ACCEPTABLE,
    exceptions.UnsupportedMediaType: Code.MEDIA_TYPE_NOT_TAKEN,
}


def handle(exc: Exception, context: dict[str, Any]) -> HttpResponse:
    request = context["request"]._request
    refusal = _refusal(exc)
    set_rollback()
    tell_log(request, exc, refusal)
    errors.note(request, refusal)
    return errors.for_program(request, refusal)


def _refusal(exc: Exception) -> Refusal:
    if isinstance(exc, exceptions.ValidationError):
        return Refusal(Code.INVALID, fields=_fields(exc.detail))
    if isinstance(exc, exceptions.ParseError):
        return Refusal(Code.INVALID, detail=str(exc.detail))
    if isinstance(exc, UnreadablePostError):
        return Refusal(Code.CUT_OFF)
    return Refusal(_DRF[type(exc)]) if type(exc) in _DRF else as_refusal(exc)


def _fields(detail: Any, prefix: str = "") -> dict[str, list[str]]:
    """DRF nests; a flat list of dotted names is what a person can act on."""
    if isinstance(detail, dict):
        found: dict[str, list[str]] = {}
        for name, inner in detail.items():
            found |= _fields(inner, f"{prefix}.{name}".strip("."))
        return found
    lines = [str(line) for line in detail] if isinstance(detail, list) else [str(detail)]
    return {prefix or "body": lines}
