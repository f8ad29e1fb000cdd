"""How readers agree and how right engines are, in figures with their n and interval."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinic import capabilities, live_quality, reader_figures, transcript_figures
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.capabilities import Capability
from clinic.doors import signed_in
from clinic.errors import Code, Refusal
from clinic.views.asked import Asked


@signed_in
@require_safe
def review_figures(request: Asked) -> HttpResponse:
    """For readers, each with her own figures; for the lead, with those of all."""
    by = request.actor
    if not (by.can(Permission.REVIEW_WORK) or by.can(Permission.REVIEW_FIGURES)):
        raise Refusal(Code.NOT_ALLOWED)
    sections = [_section(by, one) for one in capabilities.capabilities()]
    leads = by.can(Permission.REVIEW_FIGURES)
    context = {"sections": sections, "leads": leads,
               "transcripts": transcript_figures.of(by.here, by=None if leads else by.user_id),
               "may_review": by.can(Permission.REVIEW_WORK)}  # fmt: skip
    return render(request, "clinic/review/figures.html", context)


def _section(by: Actor, capability: Capability) -> dict[str, object]:
    found = reader_figures.reads(by.here, capability)
    leads = by.can(Permission.REVIEW_FIGURES)
    mine = found if leads else [read for read in found if read.reader == by.user_id]
    return {
        "capability": capability,
        "together": reader_figures.together(capability, found),
        "readers": reader_figures.of_readers(mine),
        "pairs": reader_figures.pairs(capability, found) if leads else [],
        "engines": live_quality.of(by.here, capability),
    }
