"""The transcript of a recording, inside other pages and by itself: read, listened to, confirmed, corrected."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinic import access
from clinic.actions import speech as asking
from clinic.actions import transcripts as acts
from clinic.authorization.permissions import Permission
from clinic.doors import needs
from clinic.errors import Code, Refusal
from clinic.models import Run
from clinic.speech import KIND
from clinic.views.asked import Asked
from clinic.views.case_acts import asked_or_sent
from clinic.views.presenters.transcript_panel import panel_of
from clinic.views.private import private


@needs(Permission.RUN_VIEW)
@asked_or_sent
@private
def transcript(request: Asked, pk: UUID) -> HttpResponse:
    if request.method == "POST":
        return _acted(request, access.run(request.actor, pk))
    found = access.result(request.actor, pk)
    if found.kind != KIND:
        raise Refusal(Code.NOT_FOUND)
    return _shown(request, found.run, word=_number(request.GET, "word"), to=_number(request.GET, "to"))


def _acted(request: Asked, run: Run) -> HttpResponse:
    sent = request.POST
    by, seen, first = request.actor, _number(sent, "seen"), _number(sent, "first") or 0
    last, speaker = _number(sent, "last"), _number(sent, "speaker") or 0
    last = first if last is None else last
    match sent.get("act"):
        case "confirm":
            acts.confirm(by=by, run=run, seen=seen, first=first, last=last)
        case "correct":
            acts.correct(by=by, run=run, seen=seen, first=first, last=last, words=sent.get("words", ""))
        case "who":
            acts.say_who(by=by, run=run, seen=seen, first=first, last=last, speaker=speaker)
        case "name":
            acts.name_speaker(by=by, run=run, seen=seen, speaker=speaker, name=sent.get("name", ""))
        case "checked":
            acts.finish(by=by, run=run, seen=seen)
        case "undo":
            acts.undo(by=by, run=run, seen=seen)
        case _:
            raise Refusal(Code.INVALID, fields={"act": [_("not known")]})
    if request.htmx:
        access.result(by, run.pk)  # what comes back is shown
        return _shown(request, run, focus=first)
    return HttpResponseRedirect(reverse("transcript", args=[run.pk]))


def _shown(request: Asked, run: Run, **told: int | None) -> HttpResponse:
    context = {"run": run, "script": panel_of(request.actor, run, **told)}
    name = "clinic/partials/transcript_body.html" if request.htmx else "clinic/transcripts/transcript.html"
    return render(request, name, context)


def _number(sent: Any, name: str) -> int | None:
    told = sent.get(name, "")
    return int(told) if told.isascii() and told.isdecimal() and len(told) < 8 else None


@needs(Permission.RUN_REQUEST)
@require_POST
def transcript_ask(request: Asked, pk: UUID) -> HttpResponseRedirect:
    upload = access.upload(request.actor, pk, for_change=True)
    run = asking.ask(by=request.actor, upload=upload, language=request.POST.get("language", "en"))
    return HttpResponseRedirect(reverse("run", args=[run.pk]))
