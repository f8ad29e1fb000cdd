"""The list of consults, the page of one from the first word to the signed note, and the part of it that goes on."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic import access as core
from clinic.authorization.permissions import Permission
from clinic.doors import needs, polled
from clinic.errors import Refusal
from clinic.forms import refusals
from clinic.models import Case
from clinic.views import keyset
from clinic.views.asked import Asked
from clinic.views.case_acts import asked_or_sent
from clinic.views.keyset import Section
from clinic.views.private import private
from consult import access
from consult.actions import consults as acts
from consult.actions import waits
from consult.forms import ConsultForm, LanguageForm, WaitsForm, WordsForm
from consult.models import Consult
from consult.views import live, panels, rows
from consult.views.live import Live

ROWS = 40


@needs(Permission.UPLOAD_READ)
@require_safe
@private
def consults(request: Asked) -> HttpResponse:
    by = request.actor
    found = keyset.page([Section(access.consults(by), ("-opened_at", "-id"))], request.GET.get("at", ""), size=ROWS)
    context = {"rows": rows.rows(access.consult_list(by, found.rows)), "may_add": by.can(Permission.UPLOAD_ADD),
               "may_set": by.can(Permission.SITES_MANAGE), **rows.pages(found)}  # fmt: skip
    return render(request, "consult/_list.html" if request.htmx else "consult/consults.html", context)


def _sent(request: Asked) -> QueryDict | None:
    """What was sent, be it nothing: a form that was not filled in is told what is missing."""
    return request.POST if request.method == "POST" else None


@needs(Permission.UPLOAD_ADD)
@asked_or_sent
@private
def consult_new(request: Asked) -> HttpResponse:
    """Of which case, and in which language it will be spoken."""
    form = ConsultForm(_sent(request), initial={"language": (get_language() or "en")[:2]})
    found = form.case_for(request.actor)
    if found is None:
        return render(request, "consult/new.html", {"form": form}, status=422 if form.is_bound else 200)
    return _begun(request, found, form.cleaned_data["language"])


@needs(Permission.UPLOAD_ADD)
@asked_or_sent
@private
def consult_begin(request: Asked, pk: UUID) -> HttpResponse:
    """From the page of a case: one press, in the language of the page."""
    case = core.case(request.actor, pk, for_change=request.method == "POST")
    form = LanguageForm(request.POST)
    if request.method != "POST" or not form.is_valid():
        chosen = ConsultForm(initial={"case": case.reference, "language": (get_language() or "en")[:2]})
        return render(request, "consult/new.html", {"form": chosen}, status=422 if request.method == "POST" else 200)
    return _begun(request, case, form.cleaned_data["language"])


def _begun(request: Asked, case: Case, language: str) -> HttpResponse:
    return redirect("consult", pk=acts.begin(by=request.actor, case=case, language=language).pk)


@needs(Permission.UPLOAD_READ)
@require_safe
@private
def consult(request: Asked, pk: UUID) -> HttpResponse:
    return _shown(request, access.consult(request.actor, pk), WordsForm())


def _shown(request: Asked, found: Consult, form: WordsForm, *, status: int = 200) -> HttpResponse:
    told = live.of(found, "")
    context = {"consult": found, "form": form, "panel": panels.panel_for(request.actor, found, told.stands),
               "dock": panels.keys(), "live": told}  # fmt: skip
    return render(request, "consult/consult.html", context, status=status)


@polled(Permission.UPLOAD_READ)
@require_safe
@private
def consult_live(request: Asked, pk: UUID) -> HttpResponse:
    """What changes by itself while she speaks and waits. Asked again until nothing is under way; while nothing has
    changed nothing is shown, and nothing read."""
    found = access.consult(request.actor, pk, for_change=True)
    told = live.of(found, request.GET.get("known", ""))
    if not told.changed and not told.new_parts:
        return HttpResponse(status=204)
    found = access.consult(request.actor, pk)
    return HttpResponse(_changed(request, found, told))


def _changed(request: Asked, found: Consult, told: Live) -> str:
    panel = None if told.is_only_heard else panels.panel_for(request.actor, found, told.stands)
    return render_to_string("consult/_live.html", {"consult": found, "live": told, "panel": panel}, request)


def _acted(request: Asked, pk: UUID, *, before: str = "") -> HttpResponse:
    """What an act changed, in parts, so that a recording on the page goes on; without script the page anew."""
    if not request.htmx:
        return redirect("consult", pk=pk)
    found = access.consult(request.actor, pk)
    return HttpResponse(before + _changed(request, found, live.of(found, request.POST.get("known", ""))))


@needs(Permission.UPLOAD_READ)
@require_safe
@private
def consult_trace(request: Asked, pk: UUID) -> HttpResponse:
    """What ran beside what, drawn to one scale."""
    found = access.consult(request.actor, pk)
    return render(request, "consult/trace.html", {"consult": found, "trace": panels.trace_of(found)})


@needs(Permission.UPLOAD_ADD)
@require_POST
@private
def consult_words(request: Asked, pk: UUID) -> HttpResponse:
    found = access.consult(request.actor, pk, for_change=True)
    form = WordsForm(request.POST)
    if form.is_valid():
        try:
            acts.type_in(by=request.actor, consult=found, text=form.cleaned_data["text"])
        except Refusal as refusal:
            refusals.tell(form, refusal)
        else:
            empty = render_to_string("consult/_words.html", {"consult": found, "form": WordsForm()}, request)
            return _acted(request, pk, before=empty)
    if request.htmx:
        return render(request, "consult/_words.html", {"consult": found, "form": form}, status=422)
    return _shown(request, access.consult(request.actor, pk), form, status=422)


@needs(Permission.RUN_REQUEST)
@require_POST
@private
def consult_again(request: Asked, pk: UUID) -> HttpResponse:
    acts.answer_again(by=request.actor, consult=access.consult(request.actor, pk, for_change=True))
    return _acted(request, pk)


@needs(Permission.RUN_REQUEST)
@require_POST
@private
def consult_part_again(request: Asked, pk: UUID, number: int) -> HttpResponse:
    """What could not be read: whoever is there now tries."""
    acts.read_again(by=request.actor, part=access.part(request.actor, pk, number))
    return _acted(request, pk)


@needs(Permission.RUN_CANCEL)
@require_POST
@private
def consult_cancel(request: Asked, pk: UUID) -> HttpResponse:
    acts.cancel(by=request.actor, consult=access.consult(request.actor, pk, for_change=True))
    return _acted(request, pk)


@needs(Permission.UPLOAD_ADD)
@require_POST
@private
def consult_seen(request: Asked, pk: UUID, number: int) -> HttpResponse:
    acts.see_flags(by=request.actor, answer=access.answer(request.actor, pk, number))
    return _acted(request, pk)


@needs(Permission.SITES_MANAGE)
@asked_or_sent
@private
def consult_waits(request: Asked) -> HttpResponse:
    now = waits.of_site(request.actor)
    form = WaitsForm(_sent(request), initial={"voice_s": now.voice_s, "picture_s": now.picture_s})
    if form.is_valid():
        waits.change(by=request.actor, **form.cleaned_data)
        messages.success(request, _("Answers wait as long from now on."))
        return redirect("consult_waits")
    return render(request, "consult/waits.html", {"form": form}, status=422 if form.is_bound else 200)
