"""A site's own questions: the list, one of them, writing one, deciding on one, and all of them as JSON."""

import json
import secrets
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from clinic.api import parsers
from clinic.api.parsers import MAX_BYTES
from clinic.authorization.permissions import Permission
from clinic.doors import needs
from clinic.errors import Code, Refusal
from clinic.form_intake import bytes_of, passing_form
from clinic.forms import refusals
from clinic.intake import ReceivedFile
from clinic.storage.keys import DataKey
from clinic.views import keyset
from clinic.views.asked import Asked
from clinic.views.case_acts import asked_or_sent
from clinic.views.keyset import Section
from clinic.views.private import private
from coaching import access, asking, worded
from coaching.actions import practising
from coaching.actions import questions as acts
from coaching.forms import QuestionForm, QuestionJsonForm, QuestionsFileForm, RefuseForm
from coaching.inference import bank
from coaching.models import SiteQuestion
from coaching.views import rows

ROWS = 40


@needs(Permission.COACH_PRACTISE)
@require_safe
def site_questions(request: Asked) -> HttpResponse:
    by = request.actor
    every = SiteQuestion.objects.visible_to(by).select_related("written_by", "decided_by")
    found = keyset.page([Section(every, ("-written_at", "-id"))], request.GET.get("at", ""), size=ROWS)
    context = {"rows": [(row, rows.question_row(asking.read(row.body))) for row in found.rows],
               "next_url": found.next and f"?at={found.next}",
               "previous_url": found.previous and f"?at={found.previous}"}  # fmt: skip
    return render(request, "coaching/questions.html", context)


@needs(Permission.COACH_PRACTISE)
@require_safe
def site_question(request: Asked, pk: UUID) -> HttpResponse:
    return _shown(request, access.site_question(request.actor, pk), RefuseForm())


def _shown(request: Asked, row: SiteQuestion, form: RefuseForm, *, status: int = 200) -> HttpResponse:
    by, question = request.actor, asking.read(row.body)
    context = {
        "row": row, "form": form, "question": question, "shown": rows.question_row(question),
        "points": [worded.said(point.text) for point in question.points],
        "follow_ups": [worded.said(one) for one in question.follow_ups],
        "body": json.dumps(row.body, indent=2, ensure_ascii=False),
        "may_decide": by.can(Permission.COACH_QUESTIONS) and row.written_by_id != by.user_id,
        "may_retire": by.can(Permission.COACH_QUESTIONS) and row.state == "published",
        "is_mine": row.written_by_id == by.user_id,
    }  # fmt: skip
    return render(request, "coaching/question.html", context, status=status)


@needs(Permission.COACH_PRACTISE)
@asked_or_sent
@private
def site_question_new(request: Asked) -> HttpResponse:
    """In fields, or as JSON for who has it from elsewhere."""
    is_json = "body" in request.POST
    fields = QuestionForm(request.POST if request.method == "POST" and not is_json else None,
                          initial={"language": practising.preferences(request.actor).language})  # fmt: skip
    as_json = QuestionJsonForm(request.POST if is_json else None, initial={"body": _pattern()})
    form = as_json if is_json else fields
    if form.is_valid():
        try:
            row = acts.propose(by=request.actor, body=as_json.cleaned_data["body"] if is_json else _named(fields))
        except Refusal as refusal:
            refusals.tell(form, refusal)
        else:
            messages.success(request, _("Somebody else reads it before anybody is asked it."))
            return redirect("site_question", pk=row.pk)
    context = {"form": fields, "as_json": as_json}
    return render(request, "coaching/question_new.html", context, status=422 if form.is_bound else 200)


def _named(form: QuestionForm) -> dict[str, Any]:
    """An id out of its title. Two of one title are two questions: only who writes JSON can replace one."""
    name = slugify(form.cleaned_data["title"].replace("_", " "))[:50].strip("-") or "question"
    return form.body | {"id": f"{name}-{secrets.token_hex(2)}"}


@needs(Permission.COACH_PRACTISE)
@csrf_exempt  # the token is in the form, and a form with a file is read here, encrypted as it comes
@asked_or_sent
@private
def site_questions_import(request: Asked) -> HttpResponse:
    """A file that was exported here or elsewhere. Each question of it is read by somebody else before it is asked."""
    if request.method != "POST":
        return _file_page(request, QuestionsFileForm())
    with passing_form(request) as key:
        response: HttpResponse = _bring_in(request, key)
    return response


@csrf_protect
def _bring_in(request: Any, key: DataKey) -> HttpResponse:
    form = QuestionsFileForm(request.POST)
    try:
        found = acts.bring_in(by=request.actor, told=_told(request.FILES.getlist("file"), key))
    except Refusal as refusal:
        if refusal.status >= 500:
            raise
        for fault in (refusal.fields or {}).get("questions", [str(refusal.detail)]):
            form.add_error("file", fault)
        return _file_page(request, form)
    said = _("%(new)s proposed, %(here)s were here already. Somebody else reads each before anybody is asked it.")
    messages.success(request, said % {"new": len(found.proposed), "here": len(found.here)})
    return redirect("site_questions")


def _told(files: list[ReceivedFile], key: DataKey) -> dict[str, Any]:
    if len(files) != 1:
        raise Refusal(Code.INVALID, detail=_("Choose one file."))
    raw = bytes_of(files[0], key, most=MAX_BYTES, too_large=_("A file of questions may have at most 1 MB."))
    try:
        found = parsers.read(raw)
    except (ValueError, RecursionError):
        raise Refusal(Code.INVALID, detail=_("This is not JSON.")) from None
    if not isinstance(found, dict):
        raise Refusal(Code.INVALID, detail=_("A list named `questions` is wanted, and nothing else."))
    return found


def _file_page(request: Asked, form: QuestionsFileForm) -> HttpResponse:
    return render(request, "coaching/questions_import.html", {"form": form}, status=422 if form.is_bound else 200)


def _pattern() -> str:
    """One of the bank to write over, under a name of its own."""
    first = asking.told(bank.questions()[0])
    return json.dumps(first | {"id": "our-first-question"}, indent=2, ensure_ascii=False)


@needs(Permission.COACH_QUESTIONS)
@require_POST
@private
def site_question_decide(request: Asked, pk: UUID) -> HttpResponse:
    row, said = access.site_question(request.actor, pk), request.POST.get("act")
    if said == "refuse":
        form = RefuseForm(request.POST)
        if not form.is_valid():
            return _shown(request, row, form, status=422)
        acts.refuse(by=request.actor, question=row, why=form.cleaned_data["why"])
    elif said == "retire":
        acts.retire(by=request.actor, question=row)
    else:
        acts.publish(by=request.actor, question=row)
    return redirect("site_question", pk=pk)


@needs(Permission.COACH_PRACTISE)
@require_safe
def site_questions_export(request: Asked) -> HttpResponse:
    """The bank and what the site published, as it can be brought in again."""
    told = [asking.told(one) for one in asking.questions(request.actor)]
    answer = JsonResponse({"questions": told}, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = 'attachment; filename="questions.json"'
    return answer
