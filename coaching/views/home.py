"""Where practice begins: draw a question, search for one, go on with one, and say how one wants to practise."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic.authorization.permissions import Permission
from clinic.doors import needs, polled
from clinic.errors import Refusal
from clinic.views import keyset
from clinic.views.asked import Asked
from clinic.views.case_acts import asked_or_sent
from clinic.views.keyset import Section
from clinic.views.private import private
from coaching import access, asking
from coaching.actions import drawing, practising, searching
from coaching.forms import BeginForm, ChoiceForm, PreferencesForm, SearchForm
from coaching.inference.schema import Question
from coaching.models import Search
from coaching.views import rows

ROWS = 40


@needs(Permission.COACH_PRACTISE)
@require_safe
@private
def coaching(request: Asked) -> HttpResponse:
    by = request.actor
    liked = practising.preferences(by)
    form = SearchForm(request.GET if "q" in request.GET else {"role": liked.role})
    form.is_valid()
    search = _asked(request, form)
    context = {
        "form": form,
        "search": search,
        "preferences": liked,
        "chosen": _choice(form),
        "may_see_figures": by.can(Permission.OPERATIONS_VIEW),
        "may_set_purpose": by.can(Permission.SITES_MANAGE),
        **rows.home(by, liked, form.chosen, search, shows_all="all" in request.GET),
    }
    return render(request, "coaching/_found.html" if request.htmx else "coaching/coaching.html", context)


def _choice(form: SearchForm) -> list[tuple[str, object]]:
    """What a question is drawn from: the same as is shown."""
    return [(name, form.chosen.get(name) or "") for name in ("role", "category", "difficulty")]


def _asked(request: Asked, form: SearchForm) -> Search | None:
    """By meaning too, where there are words to compare; who only chooses a role waits for no worker."""
    query = form.chosen.get("q", "")
    if not query:
        return None
    filters = {name: form.chosen[name] for name in ("role", "category", "difficulty")}
    return searching.ask(by=request.actor, query=query, filters=filters)


@needs(Permission.COACH_PRACTISE)
@require_safe
@private
def coaching_practices(request: Asked) -> HttpResponse:
    """All of hers, however long ago: to go on with one, or to delete it."""
    by = request.actor
    section = Section(rows.practices(by), ("-began_at", "-id"))
    found, liked = keyset.page([section], request.GET.get("at", ""), size=ROWS), practising.preferences(by)
    context = {
        "practices": [rows.practice_row(one, liked.language) for one in found.rows],
        "next_url": found.next and f"?at={found.next}",
        "previous_url": found.previous and f"?at={found.previous}",
    }
    return render(request, "coaching/practices.html", context)


@polled(Permission.COACH_PRACTISE)
@require_safe
@private
def coaching_search(request: Asked, pk: UUID) -> HttpResponse:
    """What a worker found by meaning takes the place of what was found by words."""
    search = access.search(request.actor, pk)
    if search.found is None and rows.is_waited_for(search):
        return HttpResponse(status=204)
    return render(request, "coaching/_found.html", rows.found(request.actor, search))


@needs(Permission.COACH_PRACTISE)
@require_POST
@private
def coaching_draw(request: Asked) -> HttpResponse:
    form = ChoiceForm(request.POST)
    try:
        question = drawing.draw(by=request.actor, **form.chosen)
    except Refusal as refusal:
        messages.warning(request, str(refusal.detail))
        return redirect("coaching")
    return _begun(request, question, "drawn")


@needs(Permission.COACH_PRACTISE)
@require_POST
@private
def coaching_begin(request: Asked, name: str) -> HttpResponse:
    form = BeginForm(request.POST)
    told = form.cleaned_data if form.is_valid() else {}
    return _begun(
        request, asking.question(request.actor, name), told.get("reason") or "chosen", told.get("persona", "")
    )


def _begun(request: Asked, question: Question, reason: str, persona: str = "") -> HttpResponse:
    liked = practising.preferences(request.actor)
    found = practising.begin(by=request.actor, question=question, language=liked.language, keeps=liked.keeps,
                             reason=reason, persona=persona)  # fmt: skip
    return redirect("practice", pk=found.pk)


@needs(Permission.COACH_PRACTISE)
@asked_or_sent
@private
def coaching_preferences(request: Asked) -> HttpResponse:
    liked = practising.preferences(request.actor)
    names = ("role", "language", "keeps", "engines", "counts_disfluency")
    form = PreferencesForm(request.POST if request.method == "POST" else None,
                           initial={name: getattr(liked, name) for name in names})  # fmt: skip
    if form.is_valid():
        practising.prefer(by=request.actor, **form.cleaned_data)
        messages.success(request, _("You practise like this from now on."))
        return redirect("coaching")
    return render(request, "coaching/preferences.html", {"form": form}, status=422 if form.is_bound else 200)
