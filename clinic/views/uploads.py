"""Files of a case: adding them by a plain form, looking at one, taking it out."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import TooManyFilesSent
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_safe

from clinic import access, sealing
from clinic.actions import uploads
from clinic.authorization.permissions import Permission
from clinic.doors import needs
from clinic.downloads import download
from clinic.errors import Code, Refusal
from clinic.form_intake import let_go_all, read_form
from clinic.intake import ReceivedFile
from clinic.middleware.failures import as_refusal
from clinic.models import Case, Upload
from clinic.storage.errors import StorageError
from clinic.views.asked import Asked
from clinic.views.case_acts import asked_or_sent
from clinic.views.presenters import case_page, upload_page
from clinic.views.private import private

SANDBOX = "default-src 'none'; sandbox"


@dataclass(frozen=True)
class Outcome:
    """What became of one file of a form."""

    name: str
    state: str  # added, known, refused
    upload: Upload | None = None
    refusal: Refusal | None = None


@needs(Permission.UPLOAD_ADD)
@csrf_exempt  # here and for records: the token is in the form, which may be read only once it is known whose key to use
@asked_or_sent
@private
def upload_add(request: Asked, pk: UUID) -> HttpResponse:
    found = access.case(request.actor, pk, for_change=request.method == "POST")
    if request.method != "POST":
        return _page(request, found, [])
    if request.headers.get("Sec-Fetch-Site") == "cross-site":  # before a byte of it is stored
        raise Refusal(Code.NOT_FROM_HERE)
    found.check_takes_additions()
    try:
        fields, files = read_form(request, key=sealing.data_key(found.patient_id))
    except TooManyFilesSent:
        return _page(request, found, [], problem=_too_many())
    request._post, request._files = fields, files  # type: ignore[attr-defined]
    return _keep_or_let_go(request, found)


def _keep_or_let_go(request: Asked, found: Case) -> HttpResponse:
    """A form without its token has been read by now; what came with it must not stay."""
    response: HttpResponse = _keep(request, found)
    let_go_all(request.FILES, but="file" if getattr(request, "was_kept", False) else "")
    return response


@csrf_protect
def _keep(request: Any, found: Case) -> HttpResponse:
    request.was_kept = True
    outcomes = [_outcome(request, found, file) for file in request.FILES.getlist("file")]
    if outcomes and all(outcome.state == "added" for outcome in outcomes):
        words = ngettext("%d file is stored and checked.", "%d files are stored and checked.", len(outcomes))
        messages.success(request, words % len(outcomes))
        return HttpResponseRedirect(reverse("case", args=[found.pk]))
    problem = "" if outcomes else _("Choose at least one file. Nothing was changed.")
    return _page(request, found, outcomes, problem=problem)


def _too_many() -> str:
    most = settings.DATA_UPLOAD_MAX_NUMBER_FILES
    return _("At most %(most)d files at once come by this form. Nothing was stored; send fewer.") % {"most": most}


def _outcome(request: Asked, found: Case, file: ReceivedFile) -> Outcome:
    """One file that fails does not take the others with it."""
    name = file.name[:255]
    try:
        upload, is_new = uploads.add(by=request.actor, case=found, received=file.received(), name=name)
    except (Refusal, StorageError) as problem:
        return Outcome(name, "refused", refusal=as_refusal(problem))
    return Outcome(name, "added" if is_new else "known", upload)


def _page(request: Asked, found: Case, outcomes: list[Outcome], *, problem: str = "") -> HttpResponse:
    is_wrong = problem or any(outcome.state == "refused" for outcome in outcomes)
    context = {"case": found, "outcomes": outcomes, "problem": problem, "upload_rules": case_page.upload_rules(),
               "may": case_page.May.of(request.actor, found)}  # fmt: skip
    return render(request, "clinic/uploads/add.html", context, status=422 if is_wrong else 200)


@needs(Permission.UPLOAD_READ)
@require_safe
@private
def upload(request: Asked, pk: UUID) -> HttpResponse:
    found = access.upload(request.actor, pk)
    return render(request, "clinic/uploads/upload.html", upload_page.page_of(request.actor, found))


@needs(Permission.UPLOAD_READ)
@require_safe
@private
def upload_content(request: Asked, pk: UUID) -> HttpResponseBase:
    """Decrypted on its way out. Whatever it is, a browser that opens it in place may neither run it nor ask others."""
    response = download(request, access.upload(request.actor, pk))
    response["Content-Security-Policy"] = SANDBOX
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
