"""The page of a practice: the question, the answer while it comes, and what it was like."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic.authorization.permissions import Permission
from clinic.doors import needs, polled
from clinic.errors import Code, Refusal
from clinic.views.asked import Asked
from clinic.views.private import private
from coaching import access, playing, timing, worded
from coaching.actions import attempts, forgetting, practising
from coaching.forms import ListenerForm, RatingForm, TypedForm
from coaching.models import Attempt, Practice
from coaching.views import panels


@needs(Permission.COACH_PRACTISE)
@require_safe
@private
def practice(request: Asked, pk: UUID) -> HttpResponse:
    found = access.practice(request.actor, pk)
    return _shown(request, found, panels.newest(found), TypedForm())


@needs(Permission.COACH_PRACTISE)
@require_safe
@private
def practice_attempt(request: Asked, pk: UUID, number: int) -> HttpResponse:
    attempt = access.attempt_numbered(request.actor, pk, number)
    return _shown(request, attempt.practice, attempt, TypedForm())


def _shown(request: Asked, found: Practice, attempt: Attempt | None, form: TypedForm, *, status: int = 200,
           ) -> HttpResponse:  # fmt: skip
    panel = panels.panel_for(request.actor, found, attempt)
    context = {
        "practice": found,
        "form": form,
        "panel": panel,
        "dock": panels.keys(),
        "ratings": worded.SATISFACTION,
        "listener": ListenerForm(initial={"persona": found.persona}),
    }
    return render(request, "coaching/practice.html", context, status=status)


@polled(Permission.COACH_PRACTISE)
@require_safe
@private
def practice_news(request: Asked, pk: UUID) -> HttpResponse:
    """While something goes on. At its end the page is shown anew, with all there is."""
    found = access.practice(request.actor, pk)
    newest = panels.newest(found)
    if request.GET.get("known") == panels.stamp(newest):
        return HttpResponse(status=204)
    if newest is not None and not newest.is_under_way:
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = panels.address(newest)
        return answer
    return render(
        request, "coaching/_progress.html", {"practice": found, "panel": panels.panel_for(request.actor, found, newest)}
    )


@needs(Permission.COACH_PRACTISE)
@require_POST
@private
def practice_typed(request: Asked, pk: UUID) -> HttpResponse:
    found = access.practice(request.actor, pk)
    form = TypedForm(request.POST)
    if not form.is_valid():
        return _shown(request, found, panels.newest(found), form, status=422)
    attempts.type_in(by=request.actor, practice=found, text=form.cleaned_data["text"])
    return redirect("practice", pk=found.pk)


@needs(Permission.COACH_PRACTISE)
@require_safe
@private
def practice_compare(request: Asked, pk: UUID) -> HttpResponse:
    """Two attempts at the same question, whenever she answered it: the newest and the one before, or those chosen."""
    found = access.practice(request.actor, pk)
    compared = panels.compared(request.actor, found, request.GET.get("a", ""), request.GET.get("b", ""))
    chosen = [attempt.pk for attempt, _told in compared["sides"]] or [None, None]
    pickers = (("a", _("The one before"), chosen[0]), ("b", _("Beside it"), chosen[1]))
    return render(request, "coaching/compare.html", {"practice": found, "pickers": pickers, **compared})


@needs(Permission.COACH_PRACTISE)
@require_POST
@private
def practice_listener(request: Asked, pk: UUID) -> HttpResponse:
    found = access.practice(request.actor, pk)
    form = ListenerForm(request.POST)
    if not form.is_valid():
        raise Refusal(Code.INVALID)
    practising.listen(by=request.actor, practice=found, persona=form.cleaned_data["persona"])
    return HttpResponse(status=204) if request.htmx else redirect("practice", pk=pk)


@needs(Permission.COACH_PRACTISE)
@require_POST
@private
def practice_agree(request: Asked, pk: UUID) -> HttpResponse:
    found = access.practice(request.actor, pk)
    practising.agree(by=request.actor, practice=found, is_given=request.POST.get("agree") == "yes")
    return redirect("practice", pk=pk)


@needs(Permission.COACH_PRACTISE)
@require_POST
@private
def practice_rate(request: Asked, pk: UUID) -> HttpResponse:
    found = access.practice(request.actor, pk)
    form = RatingForm(request.POST)
    if not form.is_valid():
        raise Refusal(Code.INVALID)
    rated = practising.rate(by=request.actor, practice=found, **form.cleaned_data)
    if request.htmx:
        return render(request, "coaching/_rating.html", {"practice": rated, "ratings": worded.SATISFACTION})
    return redirect("practice", pk=pk)


@needs(Permission.COACH_PRACTISE)
@require_POST
@private
def practice_close(request: Asked, pk: UUID) -> HttpResponse:
    found = access.practice(request.actor, pk)
    forgetting.close(by=request.actor, practice=found)
    said = _("Closed. Sound and words are deleted.") if found.keeps == "session" else _("Closed.")
    messages.success(request, said)
    return redirect("coaching")


@needs(Permission.COACH_PRACTISE)
@require_POST
@private
def practice_delete(request: Asked, pk: UUID) -> HttpResponse:
    forgetting.delete_practice(by=request.actor, practice=access.practice(request.actor, pk))
    messages.success(request, _("Deleted: recordings, words, feedback and figures."))
    return redirect("coaching")


@needs(Permission.COACH_PRACTISE)
@require_safe
@private
def attempt_sound(request: Asked, pk: UUID) -> HttpResponse | StreamingHttpResponse:
    """Her own voice, to hear a moment of it again. A part of it where the player asks for one."""
    return playing.response(access.attempt(request.actor, pk), request.headers.get("Range", ""))


@needs(Permission.COACH_PRACTISE)
@require_safe
@private
def attempt_captions(request: Asked, pk: UUID) -> HttpResponse:
    """What she said, for the player: lines that come when they were spoken."""
    return playing.captions(access.attempt(request.actor, pk))


@needs(Permission.COACH_PRACTISE)
@require_POST
@private
def attempt_delete(request: Asked, pk: UUID) -> HttpResponse:
    attempt = access.attempt(request.actor, pk)
    forgetting.delete_attempt(by=request.actor, attempt=attempt)
    messages.success(request, _("Deleted: the recording, its words, feedback and figures."))
    return redirect("practice", pk=attempt.practice_id)


@needs(Permission.COACH_PRACTISE)
@require_POST
@private
def attempt_useful(request: Asked, pk: UUID) -> HttpResponse:
    attempt = access.attempt(request.actor, pk)
    attempts.judge(by=request.actor, attempt=attempt, is_useful=request.POST.get("useful") == "yes")
    return redirect(panels.address(attempt))


@needs(Permission.COACH_PRACTISE)
@require_safe
@private
def attempt_trace(request: Asked, pk: UUID) -> HttpResponse:
    """What ran beside what, drawn to one scale."""
    attempt = access.attempt(request.actor, pk)
    return render(request, "coaching/trace.html", {"attempt": attempt, "trace": timing.trace(attempt)})
