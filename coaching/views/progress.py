"""How she comes along, by her own measure; and what the measures are."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.doors import needs
from clinic.errors import Words
from clinic.views.asked import Asked
from clinic.views.private import private
from coaching import drawings, worded
from coaching.inference.delivery import definitions
from coaching.inference.progress import Verdict
from coaching.inference.schema import MeasureName
from coaching.usual import WEEKS, Past, names_told, past_of, weeks_practised

SHOWN = 12


@dataclass(frozen=True)
class Line:
    name: Words
    n: int
    usual: str
    bars: drawings.Bars
    trend: str
    is_clear: bool


@needs(Permission.COACH_PRACTISE)
@require_safe
@private
def coaching_progress(request: Asked) -> HttpResponse:
    past = past_of(request.actor)
    context = {
        "lines": _lines(request.actor, past), "count": len(past.attempts),
        "weeks": weeks_practised(request.actor), "of_weeks": WEEKS,
    }  # fmt: skip
    return render(request, "coaching/progress.html", context)


def _lines(by: Actor, past: Past) -> list[Line]:
    words: dict[str, Words] = {"content": _("Content"), "delivery": _("Delivery")}
    words |= {name.value: said for name, said in worded.MEASURES.items()}
    return [_line(past, name, words[name]) for name in names_told(by, past)]


def _line(past: Past, name: str, words: Words) -> Line:
    values, band, found = past.values(name), past.usual(name), past.trend(name)
    return Line(
        name=words, n=len(values), usual=f"{_said(name, band.low)} – {_said(name, band.high)}" if band else "",
        bars=drawings.bars(values[-SHOWN:]), trend=worded.interval(found),
        is_clear=found.verdict not in (Verdict.TOO_EARLY, Verdict.NO_CLEAR_CHANGE),
    )  # fmt: skip


def _said(name: str, value: float) -> str:
    return worded.value(MeasureName(name), value) if name in set(MeasureName) else f"{value:.0f}"


@needs(Permission.COACH_PRACTISE)
@require_safe
def coaching_measures(request: Asked) -> HttpResponse:
    """What is measured, how, and how far it may be trusted: figures of `make bench-delivery`."""
    language = (get_language() or "en")[:2]
    return render(request, "coaching/measures.html", {"definitions": definitions(language)})
