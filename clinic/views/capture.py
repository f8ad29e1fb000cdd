"""Recording and photographing without a network: the page while there is one, the shell that stands in for it while
there is none, and the worker that puts it there."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinic import access, capture, sealing
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.doors import needs
from clinic.models import Case, CaseState
from clinic.views.asked import Asked
from clinic.views.presenters.case_rows import patient_line, question_of
from clinic.views.private import private

MOST_CASES = 50
VERSION = "X-Capture-Version"  # of the files a shell names: the worker keeps no shell that would ask for others


@needs(Permission.UPLOAD_ADD)
@require_safe
@private
def capture_page(request: Asked) -> HttpResponse:
    return render(request, "clinic/capture/capture.html", {"choices": _choices(request.actor)})


def _choices(by: Actor) -> list[tuple[str, str]]:
    """One's own cases that take files, the latest first, each by whose it is and what it asks."""
    own = Case.objects.visible_to(by).exclude(state=CaseState.CLOSED)
    own = own.filter(Q(assignee=by.user_id) | Q(opened_by=by.user_id), patient__erased_at=None)
    rows = list(own.select_related("patient", "site").order_by("-opened_at", "-id")[:MOST_CASES])
    sealing.warm(case.patient_id for case in rows)
    return [(str(case.pk), _words(case)) for case in access.case_list(by, rows)]


def _words(case: Case) -> str:
    return f"{case.reference} · {patient_line(case.patient, case.age_years)} · {question_of(case)}"


@needs(Permission.UPLOAD_ADD)
@require_safe
def capture_shell(request: HttpRequest) -> HttpResponse:
    """The same for everybody who reads this language: it knows nobody, and holds no token."""
    response = render(request, "clinic/capture/shell.html")
    response["Cache-Control"], response[VERSION] = "no-cache", capture.version()
    return response


@needs(Permission.UPLOAD_ADD)
@require_safe
def capture_worker(request: HttpRequest) -> HttpResponse:
    """At the root of the site; the page registers it for its own addresses only."""
    response = HttpResponse(capture.worker(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response
