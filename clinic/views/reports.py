"""The report of a case: its draft, and what is done to it sentence by sentence. Works without script; with it a
sentence saves itself while it is written, and nothing that is being typed is drawn anew."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic import access
from clinic.actions import reports
from clinic.authorization.permissions import Permission
from clinic.doors import needs
from clinic.errors import Code, Refusal
from clinic.forms.reports import PointForm, SentenceForm, WriteForm
from clinic.models import Case
from clinic.report_body import NoSuchSentence, Sentence
from clinic.views.asked import Asked
from clinic.views.presenters import report_page
from clinic.views.presenters.case_page import body_of, draft_of
from clinic.views.private import private

CHANGED = "report-changed"  # what the list of checks listens for
Did = Sentence | None


@needs(Permission.CASE_VIEW)
@require_safe
@private
def report_draft(request: Asked, pk: UUID) -> HttpResponse:
    found = access.case(request.actor, pk)
    draft = draft_of(found)
    if draft is None and not request.actor.can(Permission.REPORT_WRITE):
        return _to_newest(request, found)
    return _editor(request, found)


def _to_newest(request: Asked, found: Case) -> HttpResponse:
    newest = report_page.newest_version(request.actor, found)
    if newest is None:
        raise Refusal(Code.NOT_FOUND)
    return HttpResponseRedirect(reverse("report", args=[newest.pk]))


def _editor(request: Asked, found: Case, *, form: WriteForm | None = None, status: int = 200,
            problem: Refusal | None = None, typed: dict[str, str] | None = None) -> HttpResponse:  # fmt: skip
    """`typed`: words that could not be saved, by sentence; they stand beside what stands there now."""
    context = report_page.draft_page(request.actor, found, draft_of(found), typed=typed)
    context |= {"write_form": form or WriteForm(), "problem": problem}
    match request.htmx.target:
        case "report-checks":
            return render(request, "clinic/reports/_checks.html", context)
        case "report-editor":
            page = render(request, "clinic/reports/_editor.html", context, status=status)
            page["HX-Trigger"] = CHANGED
            return page
    return render(request, "clinic/reports/draft.html", context, status=status)


def _done(request: Asked, found: Case, words: str, at: str = "") -> HttpResponse:
    if request.htmx:
        return _editor(request, access.case(request.actor, found.pk))
    messages.success(request, words)
    return HttpResponseRedirect(report_page.back_url(found) + (f"#s-{at}" if at else ""))


@needs(Permission.REPORT_WRITE)
@require_POST
@private
def report_write(request: Asked, pk: UUID) -> HttpResponse:
    found = access.case(request.actor, pk, for_change=True)
    form = WriteForm(request.POST)
    if not form.is_valid():
        return _editor(request, access.case(request.actor, pk), form=form, status=422)
    told = form.cleaned_data
    made = reports.write(by=request.actor, case=found, section=told["section"], text=told["text"],
                         is_mine=told["is_mine"])  # fmt: skip
    return _done(request, found, _("The sentence is in the draft."), made.id)


@needs(Permission.REPORT_WRITE)
@require_POST
@private
def report_take(request: Asked, pk: UUID) -> HttpResponse:
    found = access.case(request.actor, pk, for_change=True)
    made = reports.take_over(by=request.actor, case=found, key=request.POST.get("key", ""))
    return _done(request, found, _("Taken over, with its sources."), made.id)


@needs(Permission.REPORT_WRITE)
@require_POST
@private
def report_sentence(request: Asked, pk: UUID, sentence: UUID) -> HttpResponse:
    """One form with several buttons: each says in `do` what it does."""
    found = access.case(request.actor, pk, for_change=True)
    act = _ACTS.get(request.POST.get("do", ""))
    form = SentenceForm(request.POST)
    if act is None or not form.is_valid():
        return _unsaved(request, found, str(sentence), Refusal(Code.INVALID, fields=_errors(form)))
    try:
        did = act(request, found, str(sentence), form.cleaned_data)
    except Refusal as refusal:
        if refusal.code not in (Code.DRAFT_CHANGED, Code.INVALID):
            raise
        return _unsaved(request, found, str(sentence), refusal)
    if request.POST.get("auto") and did:
        return _saved(request, found, did)
    return _done(request, found, _("The draft is changed."), str(sentence) if did else "")


def _errors(form: SentenceForm) -> dict[str, list[str]]:
    return {name: [str(error) for error in errors] for name, errors in form.errors.items()}


def _saved(request: Asked, found: Case, did: Sentence) -> HttpResponse:
    """Only the line under the words: the words themselves are in somebody's hands."""
    line = report_page.one_line(request.actor, access.case(request.actor, found.pk), did)
    part = render(request, "clinic/reports/_saved.html", {"line": line, "is_saved": True})
    part["HX-Trigger"] = CHANGED
    return part


def _unsaved(request: Asked, found: Case, sentence: str, refusal: Refusal) -> HttpResponse:
    """What was typed is not lost, and what a colleague wrote is not overwritten: both are shown."""
    shown = access.case(request.actor, found.pk)
    typed = {sentence: request.POST.get("text", "")}
    if not request.POST.get("auto"):
        return _editor(request, shown, status=refusal.status, problem=refusal, typed=typed)
    try:
        line = report_page.one_line(request.actor, shown, body_of(draft_of(shown)).get(sentence))
    except NoSuchSentence:
        line = None
    context = {"line": line, "problem": refusal, "sentence_id": sentence}
    part = render(request, "clinic/reports/_saved.html", context, status=refusal.status)
    part["HX-Retarget"], part["HX-Reswap"] = f"#saved-{sentence}", "outerHTML"
    return part


def _reword(request: Asked, found: Case, sentence: str, told: dict[str, Any]) -> Did:
    return reports.reword(by=request.actor, case=found, sentence=sentence, **told)


def _vouch(request: Asked, found: Case, sentence: str, told: dict[str, Any]) -> Did:
    """What stands in the field is what is vouched for, saved or not."""
    now = reports.reword(by=request.actor, case=found, sentence=sentence, **told)
    return reports.vouch(by=request.actor, case=found, sentence=sentence, seen=now.revision)


def _unvouch(request: Asked, found: Case, sentence: str, told: dict[str, Any]) -> Did:
    return reports.vouch(by=request.actor, case=found, sentence=sentence, seen=told["seen"], is_mine=False)


def _shift(step: int) -> Callable[..., Did]:
    def shift(request: Asked, found: Case, sentence: str, told: dict[str, Any]) -> Did:
        now = reports.reword(by=request.actor, case=found, sentence=sentence, **told)
        reports.shift(by=request.actor, case=found, sentence=sentence, step=step)
        return now

    return shift


def _strike(request: Asked, found: Case, sentence: str, told: dict[str, Any]) -> Did:
    reports.strike(by=request.actor, case=found, sentence=sentence, seen=told["seen"])
    return None


_ACTS: dict[str, Callable[..., Did]] = {
    "save": _reword, "vouch": _vouch, "unvouch": _unvouch, "up": _shift(-1), "down": _shift(1), "strike": _strike,
}  # fmt: skip


@needs(Permission.REPORT_WRITE)
@require_POST
@private
def report_point(request: Asked, pk: UUID, sentence: UUID) -> HttpResponse:
    found = access.case(request.actor, pk, for_change=True)
    form = PointForm(request.POST)
    try:
        if not form.is_valid():
            raise Refusal(Code.WORDS_NOT_THERE)
        upload = access.upload(request.actor, form.cleaned_data["upload"], for_change=True)
        reports.point(by=request.actor, case=found, sentence=str(sentence), upload=upload,
                      words=form.cleaned_data["words"], seen=form.cleaned_data["seen"])  # fmt: skip
    except Refusal as refusal:
        if refusal.code not in (Code.DRAFT_CHANGED, Code.WORDS_NOT_THERE):
            raise
        return _editor(request, access.case(request.actor, pk), status=refusal.status, problem=refusal)
    return _done(request, found, _("The sentence has a source."), str(sentence))


@needs(Permission.REPORT_WRITE)
@require_POST
@private
def report_amend(request: Asked, pk: UUID) -> HttpResponse:
    found = access.case(request.actor, pk, for_change=True)
    reports.begin_amendment(by=request.actor, case=found)
    return _done(request, found, _("The signed version stays as it is; this is a draft of the next one."))


@needs(Permission.REPORT_WRITE)
@require_POST
@private
def report_discard(request: Asked, pk: UUID) -> HttpResponse:
    found = access.case(request.actor, pk, for_change=True)
    reports.discard(by=request.actor, case=found)
    messages.success(request, _("The draft is gone. What was signed stays."))
    where = reverse("case", args=[found.pk])
    return HttpResponse(status=204, headers={"HX-Redirect": where}) if request.htmx else HttpResponseRedirect(where)
