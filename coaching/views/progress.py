"""How she comes along, by her own measure; and what the measures are."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.doors import needs
from clinic.errors import Words
from clinic.views.asked import Asked
from clinic.views.private import private
from coaching import drawings, weeks, worded
from coaching.inference.delivery import definitions
from coaching.inference.progress import Verdict
from coaching.usual import Past, names_told, past_of

SHOWN = 12


@dataclass(frozen=True)
class Line:
    name: Words
    n: int
    usual: str
    bars: drawings.Bars
    verdict: Words
    trend: str
    is_clear: bool


@needs(Permission.COACH_PRACTISE)
@require_safe
@private
def coaching_progress(request: Asked) -> HttpResponse:
    past = past_of(request.actor)
    context = {
        "lines": _lines(request.actor, past), "count": len(past.attempts),
        "weeks": weeks.practised(request.actor), "of_weeks": weeks.WEEKS,
    }  # fmt: skip
    return render(request, "coaching/progress.html", context)


def _lines(by: Actor, past: Past) -> list[Line]:
    return [_line(past, name, worded.figure_name(name)) for name in names_told(by, past)]


def _line(past: Past, name: str, words: Words) -> Line:
    values, band, found = past.values(name), past.usual(name), past.trend(name)
    usual = f"{worded.figure(name, band.low)} – {worded.figure(name, band.high)}" if band else ""
    return Line(
        name=words, n=len(values), usual=usual, bars=drawings.bars(values[-SHOWN:]),
        verdict=worded.verdict(name, found), trend=worded.interval(found),
        is_clear=found.verdict not in (Verdict.TOO_EARLY, Verdict.NO_CLEAR_CHANGE),
    )  # fmt: skip


@needs(Permission.COACH_PRACTISE)
@require_safe
def coaching_measures(request: Asked) -> HttpResponse:
    """What is measured, how, and how far it may be trusted: figures of `make bench-delivery`."""
    language = (get_language() or "en")[:2]
    return render(request, "coaching/measures.html", {"definitions": definitions(language)})
