"""Signing a report, and looking at what was signed: each version, what changed between them, and whether it holds."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clinic import access, cosigning, report_differences, report_proof, step_up
from clinic.actions import reports
from clinic.authorization.permissions import Permission
from clinic.doors import needs
from clinic.errors import Code, Refusal
from clinic.forms.reports import SignForm
from clinic.models import Case, Report
from clinic.report_body import Body
from clinic.report_pdf import pdf_of
from clinic.views.asked import Asked
from clinic.views.case_acts import asked_or_sent
from clinic.views.presenters import report_page
from clinic.views.presenters.case_page import draft_of
from clinic.views.private import private


@needs(Permission.REPORT_SIGN)
@asked_or_sent
@private
def report_sign(request: Asked, pk: UUID) -> HttpResponse:
    """The whole report once more, what is still open, and the one button. Whoever presses it has proved a moment ago
    that it is she; else she is asked to, and comes back here to press it knowingly."""
    found = access.case(request.actor, pk, for_change=request.method == "POST")
    if request.method != "POST":
        return _sign_page(request, found)
    if not step_up.is_fresh(_confirmed_at(request)):
        return step_up.to_confirm(reverse("report_sign", args=[pk]))
    return _sign(request, found)


def _confirmed_at(request: Asked) -> datetime | None:
    return step_up.confirmed_at(request, access.oneself(request.actor))


def _sign(request: Asked, found: Case) -> HttpResponse:
    form = SignForm(request.POST, is_amendment=_is_amendment(request, found))
    if not form.is_valid():
        return _sign_page(request, access.case(request.actor, found.pk), form=form, status=422)
    told = form.cleaned_data
    try:
        report = reports.sign(by=request.actor, case=found, seen=told["seen"], reason=told.get("reason", ""),
                              confirmed_at=_confirmed_at(request))  # fmt: skip
    except Refusal as refusal:
        if refusal.code == Code.INVALID:
            for name, lines in refusal.fields.items():
                form.add_error(name, [str(line) for line in lines])
        elif refusal.code not in (Code.REPORT_NOT_READY, Code.DRAFT_CHANGED, Code.ILLEGAL_MOVE):
            raise
        shown = access.case(request.actor, found.pk)
        return _sign_page(request, shown, form=form, status=refusal.status, problem=refusal)
    messages.success(request, _("Signed and sealed: version %d.") % report.version)
    return HttpResponseRedirect(reverse("report", args=[report.pk]))


def _is_amendment(request: Asked, found: Case) -> bool:
    return report_page.newest_version(request.actor, found) is not None


def _sign_page(request: Asked, found: Case, *, form: SignForm | None = None, status: int = 200,
               problem: Refusal | None = None) -> HttpResponse:  # fmt: skip
    draft = draft_of(found)
    context = report_page.draft_page(request.actor, found, draft)
    confirmed = _confirmed_at(request)
    reason = form.data.get("reason", "") if form else ""
    shown = SignForm(is_amendment=_is_amendment(request, found),
                     initial={"seen": draft.revision if draft else 0, "reason": reason})  # fmt: skip
    if form and form.errors:
        shown = form
    context |= {
        "form": shown, "problem": problem, "is_fresh": step_up.is_fresh(confirmed), "confirmed_at": confirmed,
        "confirm_url": step_up.to_confirm(request.path).url, "now": timezone.now(),
    }  # fmt: skip
    return render(request, "clinic/reports/sign.html", context, status=status)


@needs(Permission.CASE_VIEW)
@require_safe
@private
def report(request: Asked, pk: UUID) -> HttpResponse:
    found = access.report(request.actor, pk)
    return render(request, "clinic/reports/report.html", report_page.version_page(request.actor, found))


@needs(Permission.CASE_VIEW)
@require_safe
@private
def report_verify(request: Asked, pk: UUID) -> HttpResponse:
    found = access.report(request.actor, pk)
    context = {"report": found, "case": found.case, "findings": report_proof.verify(found)}
    part = "clinic/reports/_verdict.html"
    return render(request, part if request.htmx else "clinic/reports/verified.html", context)


@needs(Permission.CASE_VIEW)
@require_safe
@private
def report_pdf(request: Asked, pk: UUID) -> HttpResponse:
    found = access.report(request.actor, pk)
    name = f"{found.case.reference}-v{found.version}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    paper = pdf_of(found, cosigning.signed_under([found])[found.pk])
    return HttpResponse(paper, content_type="application/pdf", headers=headers)


@needs(Permission.CASE_VIEW)
@require_safe
@private
def report_versions(request: Asked, pk: UUID) -> HttpResponse:
    found = access.case(request.actor, pk)
    versions = report_page.versions_of(request.actor, found)
    steps = [_step(old, new) for old, new in zip([None, *versions], versions, strict=False)]
    return render(request, "clinic/reports/versions.html", {"case": found, "steps": list(reversed(steps))})


def _step(old: Report | None, new: Report) -> dict[str, Any]:
    changes = report_differences.between(Body.of(old.body), Body.of(new.body)) if old else []
    return {"report": new, "reason": new.reason, "changes": changes, "is_first": old is None}
