"""The list of cases, and searching it."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinic import access, pages
from clinic.authorization.permissions import Permission
from clinic.colleagues import colleagues
from clinic.doors import needs, signed_in
from clinic.forms.cases import CaseFilterForm
from clinic.models import Case
from clinic.views import searches
from clinic.views.asked import Asked
from clinic.views.case_lists import HUMAN, Listing, list_url
from clinic.views.keyset import page
from clinic.views.presenters import case_numbers, case_rows
from clinic.views.private import private

ROWS = 30


@signed_in
def home(request: Asked) -> HttpResponseRedirect:
    return redirect(pages.start_of(request.actor))


@needs(Permission.CASE_VIEW)
@private
def cases(request: Asked) -> HttpResponse:
    listing = _listing(request)
    found = page(listing.sections(request.actor), request.GET.get("at", ""), size=ROWS)
    access.case_list(request.actor, found.rows)
    numbers = case_numbers.numbers(request.actor)
    context = {
        "listing": listing,
        "rows": case_rows.rows(request.actor, found.rows),
        "next_url": listing.url(at=found.next) if found.next else "",
        "previous_url": listing.url(at=found.previous) if found.previous else "",
        "filters": case_numbers.filters(listing, numbers),
        "tiles": case_numbers.tiles(numbers, request.site),
        "found_words": case_numbers.searched(listing, len(found.rows), bool(found.next or found.previous)),
        "search_is_over": bool(request.GET.get("search")) and not listing.search,
        "human_url": list_url(show=HUMAN),
        "may_open": request.actor.can(Permission.CASE_OPEN),
        "now": timezone.localtime(),
        "dock": _dock(),
    }
    return render(request, "clinic/cases/_panel.html" if request.htmx else "clinic/cases/list.html", context)


def _listing(request: Asked) -> Listing:
    opaque = request.GET.get("search", "")
    words = searches.words_of(request.session, site_id=request.site.pk, opaque=opaque) if opaque else None
    form = CaseFilterForm(request.GET, people=colleagues(request.actor))
    return Listing.asked_for(request.GET, form, words=words)


def _dock() -> list[dict[str, str]]:
    lines = (("j k", _("move")), ("Enter", _("open")), ("c", _("new case")), ("1 – 5", _("filter")), ("/", _("search")))
    return [{"keys": keys, "words": words} for keys, words in lines]


@needs(Permission.CASE_VIEW)
@require_POST
@private
def case_search(request: Asked) -> HttpResponseRedirect:
    words = request.POST.get("q", "").strip()
    if not words:
        return redirect("cases")
    if (number := searches.only_number(words)) is not None:
        case = Case.objects.visible_to(request.actor).filter(number=number).first()
        if case:
            return redirect("case", pk=case.pk)
    opaque = searches.keep(request.session, site_id=request.site.pk, words=words)
    return redirect(list_url(search=opaque))
