"""One case: its head, its story, and what stands beside it. The whole page, or the part that htmx asks for."""

import time
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clinic import access
from clinic.authorization.permissions import Permission
from clinic.doors import needs, polled
from clinic.forms.case_acts import NoteForm
from clinic.models import Case, Entry
from clinic.proof import proofs
from clinic.views.asked import Asked
from clinic.views.presenters import case_page, entries
from clinic.views.private import private
from clinic.views.story import Story

VERIFIED_AT_MOST = 20_000


@needs(Permission.CASE_VIEW)
@require_safe
@private
def case(request: Asked, pk: UUID) -> HttpResponse:
    found = access.case(request.actor, pk)
    match request.htmx.target:
        case "case-head":
            consents = case_page.consents_of(request.actor, found)
            return render(request, "clinic/case/_head.html", case_page.head(request.actor, found, consents))
        case "case-side":
            consents = case_page.consents_of(request.actor, found)
            return render(request, "clinic/case/_side.html", case_page.side(request.actor, found, consents))
        case "story":
            return render(request, "clinic/case/_story.html", story_of(request, found))
    consents = case_page.consents_of(request.actor, found)
    around = case_page.head(request.actor, found, consents) | case_page.side(request.actor, found, consents)
    return render(request, "clinic/case/page.html", around | story_of(request, found) | {"dock": _dock()})


def story_of(request: Asked, found: Case) -> dict[str, Any]:
    story = Story.asked_for(request.GET, found, request.actor)
    window = story.window(request.GET.get("at", ""))
    told = list(reversed(window.rows))
    days = entries.days(told, found, request.actor)
    counts = story.counts()
    hands = story.hands(counts)
    lines = [line for day in days for line in day.entries]
    matching = sum(line.proof.state == "ok" for line in lines)
    is_newest = not window.previous
    return {
        "case": found,
        "may": case_page.May.of(request.actor, found),
        "days": days,
        "shown": len(lines),
        "matching": matching,
        "filters": story.filters(counts),
        "hands": hands,
        "hand": next((hand["words"] for hand in hands if hand["current"] and story.by), ""),
        "earlier_url": story.url(at=window.next) if window.next else "",
        "earlier_part": story.url("case_entries", at=window.next, day=_day(days)) if window.next else "",
        "newest_url": "" if is_newest else story.url(),
        "tail_url": _tail_url(story, days) if is_newest else "",
        "note_form": NoteForm(),
    }


def _day(days: list[entries.Day], *, last: bool = False) -> str:
    return days[-1 if last else 0].date.isoformat() if days else ""


def _tail_url(story: Story, days: list[entries.Day]) -> str:
    """Where the story goes on after these lines."""
    positions = [line.proof.position or 0 for day in days for line in day.entries]
    return story.url("case_tail", after=str(max(positions, default=0)), day=_day(days, last=True))


def _dock() -> list[dict[str, str]]:
    lines = (("j k", _("entry")), ("Enter", _("open")), ("u", _("add files")), ("m", _("note")), ("v", _("verify")),
             ("s", _("sign")))  # fmt: skip
    return [{"keys": keys, "words": words} for keys, words in lines]


@needs(Permission.CASE_VIEW)
@require_safe
@private
def case_entries(request: Asked, pk: UUID) -> HttpResponse:
    """The lines before those on the page, to be put above them."""
    if not request.htmx:
        return redirect("case", pk=pk)
    found = access.case(request.actor, pk)
    story = Story.asked_for(request.GET, found, request.actor)
    window = story.window(request.GET.get("at", ""))
    days = entries.days(list(reversed(window.rows)), found, request.actor)
    earlier = story.url("case_entries", at=window.next, day=_day(days)) if window.next else ""
    joins = request.GET.get("day", "") if days and _day(days, last=True) == request.GET.get("day") else ""
    context = {"case": found, "days": days, "earlier_part": earlier, "joins_day": joins,
               "earlier_url": story.url(at=window.next)}  # fmt: skip
    return render(request, "clinic/case/_earlier.html", context)


@polled(Permission.CASE_VIEW)
@require_safe
@private
def case_tail(request: Asked, pk: UUID) -> HttpResponse:
    """What came after the last line on the page. Asked for by the page when something happened; where nothing is new
    nothing is shown, and that is no reading."""
    if not request.htmx:
        return redirect("case", pk=pk)
    found = access.case(request.actor, pk, for_change=True)
    story = Story.asked_for(request.GET, found, request.actor)
    told = story.since(request.GET.get("after", ""))
    if not told:
        return HttpResponse(status=204)
    access.case(request.actor, pk)
    days = entries.days(told, found, request.actor)
    last_day = request.GET.get("day", "")
    context = {"case": found, "days": days, "last_day": last_day, "tail_url": _tail_url(story, days), "again": True}
    return render(request, "clinic/case/_tail.html", context)


@needs(Permission.CASE_VIEW)
@require_safe
@private
def case_verify(request: Asked, pk: UUID) -> HttpResponse:
    """Every line of the case against the audit, not only those on the page."""
    found = access.case(request.actor, pk)
    began = time.monotonic()
    rows = Entry.objects.visible_to(request.actor).filter(case=found).only("case_id", "audit_event_id")
    states = [proof.state for proof in proofs(rows[:VERIFIED_AT_MOST]).values()]
    context = {
        "case": found, "all": len(states), "matching": states.count("ok"), "waiting": states.count("wait"),
        "took": time.monotonic() - began, "proof_facts": case_page.proof_facts(request.actor, found),
        "title": _("Verify case"),
    }  # fmt: skip
    template = "clinic/case/_verified.html" if request.htmx else "clinic/case/verified.html"
    return render(request, template, context)
