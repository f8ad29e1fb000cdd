"""Having the facts of documents found: of which case first, then of which file or pasted text."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from clinic import access as core
from clinic import texts
from clinic.authorization.permissions import Permission
from clinic.doors import needs
from clinic.errors import Refusal
from clinic.forms import refusals
from clinic.forms.case_number import CaseNumberForm
from clinic.forms.pasting import PasteForm
from clinic.models import Case, Upload
from clinic.views import just_added
from clinic.views.asked import Asked
from clinic.views.case_acts import asked_or_sent
from clinic.views.presenters.case_page import May
from clinic.views.private import private
from extraction import access, kinds
from extraction.actions import batches, sheets


@needs(Permission.UPLOAD_ADD)
@asked_or_sent
@private
def sheet_add(request: Asked) -> HttpResponse:
    form = CaseNumberForm(request.POST or None)
    found = form.case_for(request.actor)
    if found is None:
        return render(request, "extraction/add.html", {"form": form}, status=422 if form.is_bound else 200)
    return redirect("sheet_add_to", pk=found.pk)


@needs(Permission.UPLOAD_ADD)
@asked_or_sent
@private
def sheet_add_to(request: Asked, pk: UUID) -> HttpResponse:
    """The files of a case that can hold text, and of which facts were found. Posted: find those of the named."""
    found = core.case(request.actor, pk, for_change=request.method == "POST")
    if request.method != "POST":
        return _page(request, found, PasteForm())
    chosen = [one for one in _readable(request, found) if str(one.pk) in request.POST.getlist("upload")]
    if many := [one for one in chosen if one.kind in kinds.MANY]:
        return _taken_in_together(request, many)
    taken = [sheets.take_in(by=request.actor, upload=one)[0] for one in chosen]
    words = ngettext("%d document is being read.", "%d documents are being read.", len(taken))
    messages.success(request, words % len(taken))
    return redirect("sheet", pk=taken[0].pk) if len(taken) == 1 else redirect("sheets")


@needs(Permission.UPLOAD_ADD)
@require_POST
@private
def sheet_paste(request: Asked, pk: UUID) -> HttpResponse:
    found = core.case(request.actor, pk, for_change=True)
    form = PasteForm(request.POST)
    if form.is_valid():
        try:
            sheet, is_new = sheets.paste(by=request.actor, case=found, **form.cleaned_data)
        except Refusal as refusal:
            refusals.tell(form, refusal)
        else:
            if not is_new:
                messages.info(request, _("This text is in the case already."))
            return redirect("sheet", pk=sheet.pk)
    return _page(request, core.case(request.actor, pk), form, status=422)


def _taken_in_together(request: Asked, many: list[Upload]) -> HttpResponse:
    asked = [batches.ask(by=request.actor, upload=one)[0] for one in many]
    messages.success(request, _("The documents are being taken out, one by one."))
    return redirect("run", pk=asked[0].pk)


def _page(request: Asked, case: Case, form: PasteForm, *, status: int = 200) -> HttpResponse:
    known = {one.upload_id: one for one in access.sheets(request.actor).filter(case=case)}
    lines = [
        {
            "upload": one,
            "sheet": known.get(one.pk),
            "is_many": one.kind in kinds.MANY,
            "is_ticked": just_added.is_ticked(request, one),
        }
        for one in _readable(request, case)
    ]
    context = {"case": case, "since": just_added.began(request), "lines": lines,
               "form": form, "may": May.of(request.actor, case),
               "waiting": sum(line["sheet"] is None for line in lines)}  # fmt: skip
    return render(request, "extraction/add_to.html", context, status=status)


def _readable(request: Asked, case: Case) -> list[Upload]:
    rows = Upload.objects.visible_to(request.actor).filter(case=case, kind__in=texts.READABLE | kinds.MANY)
    return list(rows.select_related("case").order_by("-added_at"))
