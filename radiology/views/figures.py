"""How reading with an engine goes here, and what can be learned from where people and engine differed."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from clinic import audit
from clinic.authorization.permissions import Permission
from clinic.doors import needs, signed_in
from clinic.errors import Code, Refusal
from clinic.views.asked import Asked
from clinic.views.private import private
from radiology import chest, teaching
from radiology.figures import concluded, ledgers, of_engine
from radiology.models import FilmVerdict
from radiology.views.pictures import opened, preview_png

SIDE = 512  # pixels of a picture for teaching: enough to learn from


@signed_in
@require_safe
def film_figures(request: Asked) -> HttpResponse:
    """Readers see their own ledger, the lead of the site those of all."""
    by = request.actor
    if not (by.can(Permission.FILM_READ) or by.can(Permission.REVIEW_FIGURES)):
        raise Refusal(Code.NOT_ALLOWED)
    everybody = concluded(by)
    leads = by.can(Permission.REVIEW_FIGURES)
    shown = everybody if leads else [one for one in everybody if one.reader == by.user_id]
    count, classes = of_engine(everybody)
    films = {} if leads else {one.film: reverse("film", args=[one.film]) for one in shown}
    context = {"ledgers": ledgers(shown, everybody), "leads": leads, "count": count, "classes": classes,
               "films": films}  # fmt: skip
    return render(request, "radiology/figures.html", context)


@needs(Permission.FILM_READ)
@require_safe
@private
def film_learning(request: Asked) -> HttpResponse:
    lessons = teaching.lessons(request.actor)
    lines = [{"lesson": one, "engine": chest.CHEST.classes[one.engine_label].words if one.engine_label else "",
              "picture": reverse("film_learning_picture", args=[one.verdict])} for one in lessons]  # fmt: skip
    return render(request, "radiology/learning.html", {"lines": lines})


@needs(Permission.FILM_READ)
@require_safe
@private
def film_learning_picture(request: Asked, pk: UUID) -> HttpResponse:
    """The film alone: no header, no file name, no place it came from."""
    verdict = FilmVerdict.objects.visible_to(request.actor).select_related("read__film__case").filter(pk=pk).first()
    if verdict is None or not teaching.may_be_shown(request.actor, verdict):
        raise Refusal(Code.NOT_FOUND)
    audit.note_read(request.actor, "film.read", verdict.read.film, case=verdict.read.film.case)
    return HttpResponse(preview_png(opened(verdict.read.film), SIDE), content_type="image/png")
