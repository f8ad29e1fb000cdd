"""Practice with a human coach: the question, the notes of both, and who is who."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from clinic.authorization.permissions import Permission
from clinic.colleagues import colleagues
from clinic.doors import needs, polled
from clinic.errors import Refusal
from clinic.forms import refusals
from clinic.views.asked import Asked
from clinic.views.case_acts import asked_or_sent
from clinic.views.private import private
from coaching import access, asking
from coaching.actions import live as acts
from coaching.forms import InviteForm, LiveNoteForm
from coaching.models import LiveSession
from coaching.views import rows


@needs(Permission.COACH_PRACTISE)
@asked_or_sent
@private
def practice_invite(request: Asked, pk: UUID) -> HttpResponse:
    """Somebody of the site, to coach this practice."""
    practice = access.practice(request.actor, pk)
    people = colleagues(request.actor).exclude(pk=request.actor.myself)
    form = InviteForm(request.POST if request.method == "POST" else None, people=people)
    if form.is_valid():
        try:
            live = acts.invite(by=request.actor, practice=practice, coach=form.cleaned_data["coach"])
        except Refusal as refusal:
            refusals.tell(form, refusal)
        else:
            return redirect("live_session", pk=live.pk)
    context = {"practice": practice, "form": form}
    return render(request, "coaching/invite.html", context, status=422 if form.is_bound else 200)


@needs(Permission.COACH_PRACTISE)
@require_safe
@private
def live_session(request: Asked, pk: UUID) -> HttpResponse:
    return _shown(request, access.live(request.actor, pk), LiveNoteForm())


def _shown(request: Asked, live: LiveSession, form: LiveNoteForm, *, status: int = 200) -> HttpResponse:
    return render(request, "coaching/live.html", {**_context(request, live), "form": form}, status=status)


def _context(request: Asked, live: LiveSession) -> dict[str, object]:
    notes = list(live.notes.select_related("by").order_by("at"))
    return {"live": live, "notes": notes, "known": len(notes), "is_speaker": live.person_id == request.actor.user_id,
            "question": rows.question_row(asking.read(live.asked), live.language)}  # fmt: skip


@polled(Permission.COACH_PRACTISE)
@require_safe
@private
def live_news(request: Asked, pk: UUID) -> HttpResponse:
    """What the other one wrote since."""
    live = access.live(request.actor, pk)
    if request.GET.get("known") == str(live.notes.count()) and live.ended_at is None:
        return HttpResponse(status=204)
    return render(request, "coaching/_notes.html", _context(request, live))


@needs(Permission.COACH_PRACTISE)
@require_POST
@private
def live_note(request: Asked, pk: UUID) -> HttpResponse:
    live = access.live(request.actor, pk)
    form = LiveNoteForm(request.POST)
    if not form.is_valid():
        return _shown(request, live, form, status=422)
    acts.note(by=request.actor, live=live, text=form.cleaned_data["text"])
    return redirect("live_session", pk=live.pk)


@needs(Permission.COACH_PRACTISE)
@require_POST
@private
def live_end(request: Asked, pk: UUID) -> HttpResponse:
    live = access.live(request.actor, pk)
    acts.end(by=request.actor, live=live)
    return redirect("live_session", pk=live.pk)
