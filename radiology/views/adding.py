"""Adding films: to which case first, then the files. Each is taken in as soon as it is stored."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext

from clinic import access as core
from clinic.authorization.permissions import Permission
from clinic.doors import needs
from clinic.forms.case_number import CaseNumberForm
from clinic.models import Case, Upload, UploadKind
from clinic.views import just_added
from clinic.views.asked import Asked
from clinic.views.case_acts import asked_or_sent
from clinic.views.presenters.case_page import May
from clinic.views.private import private
from radiology import access, kinds
from radiology.actions import archives, films


@needs(Permission.UPLOAD_ADD)
@asked_or_sent
@private
def film_add(request: Asked) -> HttpResponse:
    form = CaseNumberForm(request.POST or None)
    found = form.case_for(request.actor)
    if found is None:
        return render(request, "radiology/add.html", {"form": form}, status=422 if form.is_bound else 200)
    return redirect("film_add_to", pk=found.pk)


@needs(Permission.UPLOAD_ADD)
@asked_or_sent
@private
def film_add_to(request: Asked, pk: UUID) -> HttpResponse:
    """The files of a case that are pictures, and which of them are films by now. Posted: take in the named ones."""
    found = core.case(request.actor, pk, for_change=request.method == "POST")
    if request.method == "POST":
        chosen = [one for one in _pictures(request, found) if str(one.pk) in request.POST.getlist("upload")]
        if packed := [one for one in chosen if one.kind == UploadKind.ARCHIVE]:
            return _unpacked(request, packed)
        taken = [films.take_in(by=request.actor, upload=one)[0] for one in chosen]
        words = ngettext("%d film is being opened.", "%d films are being opened.", len(taken))
        messages.success(request, words % len(taken))
        return redirect("film", pk=taken[0].pk) if len(taken) == 1 else redirect("films")
    known = {film.upload_id: film for film in access.films(request.actor).filter(case=found)}
    lines = [
        {
            "upload": one,
            "film": known.get(one.pk),
            "is_packed": one.kind == UploadKind.ARCHIVE,
            "is_ticked": just_added.is_ticked(request, one),
        }
        for one in _pictures(request, found)
    ]
    context = {"case": found, "since": just_added.began(request), "lines": lines, "may": May.of(request.actor, found),
               "waiting": sum(line["film"] is None for line in lines if not line["is_packed"])}  # fmt: skip
    return render(request, "radiology/add_to.html", context)


def _unpacked(request: Asked, packed: list[Upload]) -> HttpResponse:
    """How far it is stands on the page of the run."""
    asked = [archives.unpack(by=request.actor, upload=one)[0] for one in packed]
    words = ngettext("%d archive is being unpacked.", "%d archives are being unpacked.", len(asked))
    messages.success(request, words % len(asked))
    return redirect("run", pk=asked[0].pk)


def _pictures(request: Asked, case: Case) -> list[Upload]:
    rows = Upload.objects.visible_to(request.actor).filter(case=case, kind__in=kinds.PICTURES | {UploadKind.ARCHIVE})
    return list(rows.select_related("case").order_by("-added_at"))
