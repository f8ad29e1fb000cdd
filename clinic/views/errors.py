"""One refusal, three faces: a page, a fragment, problem+json."""

import logging
from typing import Any

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from clinic import audit
from clinic.errors import Code, Refusal
from clinic.fhir import outcome
from clinic.fhir.shapes import MEDIA_TYPE

log = logging.getLogger("rounds.failures")
_WORTH_AUDITING = {Code.NOT_FOUND, Code.NOT_ALLOWED, Code.ERASED}
PROBLEM_TYPE = "application/problem+json"
FHIR = "/fhir/"  # the door of record systems


def wants_problem(request: HttpRequest) -> bool:
    return request.path.startswith(("/api/", FHIR))


def for_program(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """In the form of whichever of our doors for programs was knocked at."""
    return _as_outcome(request, refusal) if request.path.startswith(FHIR) else as_problem(request, refusal)


def _as_outcome(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    told = outcome.of(refusal, getattr(request, "id", ""))
    return _with_headers(JsonResponse(told, status=refusal.status, content_type=MEDIA_TYPE), refusal)


def problem(request: HttpRequest, refusal: Refusal) -> dict[str, Any]:
    told: dict[str, Any] = {
        "type": f"/api/problems/{refusal.code.value}",
        "title": str(refusal.meaning.sentence),
        "status": refusal.status,
        "code": refusal.code.value,
        "detail": str(refusal.detail),
        "what_to_do": str(refusal.meaning.what_to_do),
        "request_id": getattr(request, "id", ""),
    }
    if refusal.fields:
        told["errors"] = {name: [str(line) for line in lines] for name, lines in refusal.fields.items()}
    return told | refusal.facts


def as_problem(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    answer = JsonResponse(problem(request, refusal), status=refusal.status, content_type=PROBLEM_TYPE)
    return _with_headers(answer, refusal)


def _with_headers(response: HttpResponse, refusal: Refusal) -> HttpResponse:
    if refusal.code == Code.SIGN_IN_NEEDED:
        response["WWW-Authenticate"] = 'Bearer realm="rounds"'
    if "retry_after_s" in refusal.facts:
        response["Retry-After"] = str(refusal.facts["retry_after_s"])
    return response


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    if wants_problem(request):
        return for_program(request, refusal)
    context = {"refusal": refusal, "code": refusal.code.value, "request_id": getattr(request, "id", "")}
    if request.headers.get("HX-Request"):
        response = render(request, "errors/fragment.html", context, status=refusal.status)
        response["HX-Retarget"], response["HX-Reswap"] = "#failures", "innerHTML"
        response["HX-Reselect"] = "unset"  # whoever asked for a part of a page hears this too
        return response
    return _page(request, context, refusal.status)


def _page(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
    """Within the frame for somebody known, so that the way on is where it always is; plain where it cannot be drawn."""
    if status < 500 and _is_signed_in(request):
        try:
            return render(request, "errors/page.html", context | {"frame": "clinic/base.html"}, status=status)
        except (DatabaseError, InterfaceError):
            log.error("frame_not_drawn", extra={"code": context["code"]})
    return render(request, "errors/page.html", context | {"frame": "clinic/base_plain.html"}, status=status)


def _is_signed_in(request: HttpRequest) -> bool:
    who = getattr(request, "identity", None)
    return who is not None and who.actor.user_id is not None and not who.by_header


def note(request: HttpRequest, refusal: Refusal) -> None:
    """A refused attempt of somebody known is an event. The response goes out even if it cannot be written."""
    actor = getattr(request, "actor", None)
    if refusal.code not in _WORTH_AUDITING or actor is None or not actor.is_known:
        return
    match = request.resolver_match
    asked = match.kwargs.get("pk") if match else None
    try:
        audit.note_refusal(actor, (match.view_name if match else "") or "", refusal.code.value, asked)
    except DatabaseError:
        log.error("refusal_not_audited", extra={"code": refusal.code.value})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return refused(request, Refusal(Code.FORM_TOO_OLD))


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return refused(request, Refusal(Code.TOO_MANY))


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return refused(request, Refusal(Code.NOT_FOUND))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return refused(request, Refusal(Code.INVALID))


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return refused(request, Refusal(Code.NOT_ALLOWED))
