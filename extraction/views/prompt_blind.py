"""Two prompts compared blind: a person sees both answers to a document, not whose they are, and says which is best."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic import audit
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.doors import needs
from clinic.errors import Code, Refusal, Words
from clinic.views.asked import Asked
from clinic.views.private import private
from extraction import blind, prompt_shelf, wording
from extraction.actions import comparing
from extraction.checked import values_of
from extraction.inference.items import items
from extraction.inference.schema import Extraction
from extraction.models import BlindComparison, BlindPair


@dataclass(frozen=True)
class Line:
    title: Words
    words: str
    asides: list[Words]


def _one(by: Actor, pk: UUID) -> BlindComparison:
    found = BlindComparison.objects.visible_to(by).select_related("first", "second").filter(pk=pk).first()
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    return found


@needs(Permission.ENGINES_MANAGE)
@require_POST
def prompt_blind_ask(request: Asked, pk: UUID, other: UUID) -> HttpResponse:
    by = request.actor
    run = comparing.ask(by=by, first=prompt_shelf.version(by, other), second=prompt_shelf.version(by, pk))
    messages.success(request, _("Both are being asked. Then people who check documents say which answer is better."))
    return redirect("run", pk=run.pk)


@needs(Permission.ENGINES_VIEW)
@require_safe
@private
def prompt_blind(request: Asked, pk: UUID) -> HttpResponse:
    """Names and shares are shown to whoever has nothing left to judge, or may judge nothing."""
    by, found = request.actor, _one(request.actor, pk)
    pair = blind.next_pair(by, found) if by.can(Permission.REVIEW_WORK) else None
    context: dict[str, Any] = {"comparison": found, "count": found.pairs.count()}
    if pair is None:
        return render(request, "extraction/prompt_blind.html", context | {"tally": blind.tally(found)})
    audit.note_read(by, "prompt.pair_read", pair, case=pair.upload.case if pair.upload else None)
    left, right = _sides(pair)
    context |= {"pair": pair, "text": blind.text_of(pair), "left": left, "right": right, "dock": _dock()}
    return render(request, "extraction/prompt_blind.html", context)


def _dock() -> list[dict[str, str]]:
    return [{"keys": "1 2 3", "words": _("left, right, alike")}]


def _sides(pair: BlindPair) -> tuple[list[Line] | None, list[Line] | None]:
    first, second = (_lines(one) for one in pair.answers)
    return (second, first) if pair.is_swapped else (first, second)


def _lines(answer: dict[str, Any] | None) -> list[Line] | None:
    if answer is None:
        return None
    found = []
    for key, item in items(Extraction.model_validate(answer)):
        kind, values = key.partition(".")[0], values_of(item)
        told = wording.title(kind, key, values), wording.line(kind, values), wording.aside(kind, values)
        found.append(Line(*told))
    return found


@needs(Permission.REVIEW_WORK)
@require_POST
@private
def prompt_blind_judge(request: Asked, pk: UUID) -> HttpResponse:
    by, found = request.actor, _one(request.actor, pk)
    pair = _pair(by, found, request.POST.get("pair", ""))
    comparing.judge(by=by, pair=pair, preferred=request.POST.get("preferred", ""))
    return redirect("prompt_blind", pk=pk)


def _pair(by: Actor, comparison: BlindComparison, told: str) -> BlindPair:
    rows = BlindPair.objects.visible_to(by).filter(comparison=comparison)
    found = next((pair for pair in rows if str(pair.pk) == told), None)
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    return found
