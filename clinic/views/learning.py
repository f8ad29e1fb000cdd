"""Where engines got what they know: from an engine to items and people, from a patient to engines, to a reader."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from clinic import access, lineage
from clinic.authorization.permissions import Permission
from clinic.doors import needs
from clinic.views import keyset
from clinic.views.asked import Asked
from clinic.views.keyset import Section
from clinic.views.private import private

SIZE = 50


@needs(Permission.ENGINES_VIEW)
@require_safe
def learning(request: Asked) -> HttpResponse:
    """Engines that learned from this site's decisions. Who withdrew consent is not named; how many items are."""
    return render(request, "clinic/learning/engines.html", {"engines": lineage.engines_here(request.actor)})


@needs(Permission.ENGINES_VIEW)
@require_safe
def learning_engine(request: Asked, pk: UUID) -> HttpResponse:
    engine = access.engine(request.actor, pk)
    page = keyset.page([Section(lineage.items_of(request.actor, engine), ("-at", "-id"))], request.GET.get("at", ""),
                       size=SIZE)  # fmt: skip
    here = reverse("learning_engine", args=[pk])
    context = {
        "engine": engine,
        "learned": lineage.engine_here(request.actor, engine),
        "readers": lineage.readers_of(request.actor, engine),
        "corrections": lineage.corrections_of(request.actor, engine),
        "items": page.rows,
        "next_url": f"{here}?at={page.next}" if page.next else "",
        "previous_url": f"{here}?at={page.previous}" if page.previous else "",
    }
    return render(request, "clinic/learning/engine.html", context)


@needs(Permission.REVIEW_WORK)
@require_safe
def learning_mine(request: Asked) -> HttpResponse:
    return render(request, "clinic/learning/mine.html", {"mine": lineage.of_reader(request.actor)})


@needs(Permission.CASE_VIEW)
@require_safe
@private
def case_learning(request: Asked, pk: UUID) -> HttpResponse:
    found = access.case(request.actor, pk)
    learned = lineage.engines_of_patient(found.patient_id)
    return render(request, "clinic/learning/case.html", {"case": found, "engines": learned})
