"""One case: its head, its story, and what stands beside it. The whole page, or the part that htmx asks for."""

import json
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from clinic import access, case_proof
from clinic.authorization.permissions import Permission
from clinic.case_proof import CaseProof
from clinic.doors import needs, polled
from clinic.forms.case_acts import NoteForm
from clinic.models import Case
from clinic.templatetags.figures import took
from clinic.views.asked import Asked
from clinic.views.presenters import case_page, case_proofs, entries
from clinic.views.private import private
from clinic.views.story import Story, all_of


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
    is_newest = not window.previous
    return {
        "case": found,
        "may": case_page.May.of(request.actor, found),
        "days": days,
        **_count(days),
        **_choices(story, story.counts()),
        "earlier_url": story.url(at=window.next) if window.next else "",
        "earlier_part": story.url("case_entries", at=window.next, day=_day(days)) if window.next else "",
        "newest_url": "" if is_newest else story.url(),
        "tail_url": _tail_url(story, days) if is_newest else "",
        "note_form": NoteForm(),
    }


def _choices(story: Story, counts: list[dict[str, Any]]) -> dict[str, Any]:
    """What stands above the story: chips with their figures, whose hand, and in which state of the case."""
    hands = story.hands(counts)
    hand = next((hand["words"] for hand in hands if hand["current"] and story.by), "")
    whiles = story.whiles(counts)
    while_words = next((one["words"] for one in whiles if one["current"] and story.during), "")
    return {"filters": story.filters(counts), "hands": hands, "hand": hand, "all": all_of(counts), "whiles": whiles,
            "while_words": while_words, "print_url": story.url("case_print")}  # fmt: skip


def _count(days: list[entries.Day], already: Any = None) -> dict[str, int]:
    """How many lines the page shows and how many of them match; `already`: what it says of those that stand there."""
    states = [line.proof.state for day in days for line in day.entries]
    shown, matching = (_figure((already or {}).get(name, "")) for name in ("shown", "matching"))
    return {"shown": shown + len(states), "matching": matching + states.count("ok")}


def _figure(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 8 else 0


def _day(days: list[entries.Day], *, last: bool = False) -> str:
    return days[-1 if last else 0].date.isoformat() if days else ""


def _tail_url(story: Story, days: list[entries.Day]) -> str:
    """Where the story goes on after these lines."""
    positions = [line.proof.position or 0 for day in days for line in day.entries]
    return story.url("case_tail", after=str(max(positions, default=0)), day=_day(days, last=True))


def _dock() -> list[dict[str, str]]:
    lines = (("j k", _("entry")), ("Enter", _("open")), ("b", _("earlier")),
             ("u", _("add files")), ("m", _("note")), ("v", _("verify")),
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
               "earlier_url": story.url(at=window.next), **_count(days, request.GET)}  # fmt: skip
    context["all"] = _figure(request.GET.get("all", ""))
    return render(request, "clinic/case/_earlier.html", context)


@polled(Permission.CASE_VIEW)
@require_safe
@private
def case_tail(request: Asked, pk: UUID) -> HttpResponse:
    """What came after the last line on the page, and the figures above and beside it as they are now. Asked for by the
    page when something happened; where nothing is new nothing is shown, and that is no reading."""
    if not request.htmx:
        return redirect("case", pk=pk)
    found = access.case(request.actor, pk, for_change=True)
    story = Story.asked_for(request.GET, found, request.actor)
    told = story.since(request.GET.get("after", ""))
    counts = story.counts()
    if not told and request.GET.get("all", "") in ("", str(all_of(counts))):
        return HttpResponse(status=204)
    days: list[entries.Day] = []
    last_day = request.GET.get("day", "")
    tail_url = story.url("case_tail", after=request.GET.get("after", ""), day=last_day)
    if told:
        access.case(request.actor, pk)
        days = entries.days(told, found, request.actor)
        tail_url = _tail_url(story, days)
    context = {"case": found, "days": days, "last_day": last_day, "tail_url": tail_url, "again": bool(told),
               "proof_facts": case_page.proof_facts(request.actor, found)}  # fmt: skip
    context |= _choices(story, counts) | _count(days, request.GET)
    return render(request, "clinic/case/_tail.html", context)


@needs(Permission.CASE_VIEW)
@require_safe
@private
def case_verify(request: Asked, pk: UUID) -> HttpResponse:
    """All of the case, not only what is on the page."""
    found = access.case(request.actor, pk)
    proof = case_proof.prove(request.actor, found)
    context = {
        "case": found, "proof": proof, "parts": case_proofs.parts_of(proof),
        "faults": case_proofs.faults_of(request.actor, found, proof), "tone": _tone(proof),
        "proof_facts": case_page.proof_facts(request.actor, found), "title": _("Verify case"),
    }  # fmt: skip
    if not request.htmx:
        return render(request, "clinic/case/verified.html", context)
    verdict = {"verdict": _verdict(proof), "verdict_tone": _tone(proof), "is_apart": True}
    part = render(
        request, "clinic/case/_verified.html", context | verdict | _count([], request.GET) | {"all": proof.entries}
    )
    part["HX-Trigger"] = json.dumps({"toast": {"words": verdict["verdict"], "tone": verdict["verdict_tone"]}})
    return part


def _tone(proof: CaseProof) -> str:
    return "danger" if proof.faults else "info" if proof.waiting else "ok"


def _verdict(proof: CaseProof) -> str:
    """In one line, for where the eye is: the panel that says it at length may be below the edge of the window."""
    if proof.faults:
        bad = len(proof.faults)
        return ngettext("%(n)d thing is not what was written", "%(n)d things are not what was written", bad) % {
            "n": bad
        }
    return _("All as it was written, checked in %s") % took(proof.seconds)
