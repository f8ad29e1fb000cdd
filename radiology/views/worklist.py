"""The list of films, and the room in which one is read."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic.authorization.permissions import Permission
from clinic.doors import needs, polled
from clinic.errors import Code, Refusal
from clinic.forms import refusals
from clinic.views.asked import Asked
from clinic.views.news import news
from clinic.views.private import private
from radiology import access, comparison
from radiology.actions import films as film_actions
from radiology.actions import reads, texts
from radiology.forms import ConcludeForm, OverruleForm, SealForm, TextForm, UprightForm
from radiology.models import Film
from radiology.policy import policy_of
from radiology.views import panels, rows, stage
from radiology.worklist import DONE, SECOND, SHOWN, TO_READ, films_of, in_order


@needs(Permission.UPLOAD_READ)
@require_safe
@private
def films(request: Asked) -> HttpResponse:
    return render(request, "radiology/films.html", _list(request, None))


def _list(request: Asked, current: Film | None) -> dict[str, Any]:
    by, show = request.actor, _show(request)
    policy = policy_of(by.here)
    wanted = films_of(by, show)
    ordered = wanted.order_by("-added_at") if show == DONE else in_order(wanted, policy)
    listed = access.film_list(by, list(ordered.select_related("case__patient", "claimed_by")[:SHOWN]))
    tabs = rows.tabs(by, show)
    return {
        "rows": rows.rows(by, listed, current, show), "tabs": tabs, "show": show, "policy": policy,
        "count": next((tab["count"] for tab in tabs if tab["current"]), None), "shown_at_most": SHOWN,
        "may_read": by.can(Permission.FILM_READ), "may_add": by.can(Permission.UPLOAD_ADD),
    }  # fmt: skip


def _show(request: Asked) -> str:
    told = (request.POST if request.method == "POST" else request.GET).get("show", "")
    return told if told in (SECOND, DONE) else TO_READ


@needs(Permission.UPLOAD_READ)
@require_safe
@private
def film(request: Asked, pk: UUID) -> HttpResponse:
    found = access.film(request.actor, pk)
    if request.htmx.target == "reading":
        return render(request, "radiology/_side.html", _side(request, found))
    return _room(request, found)


def _room(request: Asked, found: Film, *, status: int = 200, **forms: Any) -> HttpResponse:
    context = _list(request, found) | _side(request, found, **forms)
    return render(request, "radiology/film.html", context | {"dock": _dock()}, status=status)


def _side(request: Asked, found: Film, **forms: Any) -> dict[str, Any]:
    panel, prior = panels.panel_for(request.actor, found), comparison.prior_of(request.actor, found)
    return {
        "panel": panel, "film": found, "show": _show(request), "prior": prior,
        "may_read": request.actor.can(Permission.FILM_READ),
        "stage": {"film": stage.film_on_stage(found, panel.map.url), "prior": prior and stage.prior_on_stage(prior)},
        "comparison": comparison.of(request.actor, found, prior),
        "seal_form": SealForm(), "conclude_form": ConcludeForm(), "overrule_form": OverruleForm(),
        "text_form": TextForm(),
        "upright_form": UprightForm(initial={"quarter_turns": found.quarter_turns, "is_inverted": found.is_inverted}),
    } | forms  # fmt: skip


def _dock() -> list[dict[str, str]]:
    lines = (
        ("j k", _("next, previous")), ("n", _("take the first")), ("1 – 5", _("impression")), ("s", _("seal")),
        ("w z p", _("window, zoom, pan")), ("i r 0", _("invert, rotate, reset")), ("h", _("map")), ("v", _("prior")),
    )  # fmt: skip
    return [{"keys": keys, "words": words} for keys, words in lines]


# --- acts -------------------------------------------------------------------------------------------------------------


@needs(Permission.FILM_READ)
@require_POST
@private
def film_next(request: Asked) -> HttpResponse:
    taken = reads.take_next(by=request.actor, show=_show(request))
    if taken is None:
        messages.info(request, _("No film waits for you here."))
        return redirect(_list_url(request))
    return _to(request, taken)


@needs(Permission.FILM_READ)
@require_POST
@private
def film_take(request: Asked, pk: UUID) -> HttpResponse:
    return _to(request, reads.take(by=request.actor, film=access.film(request.actor, pk, for_change=True)))


@needs(Permission.FILM_READ)
@require_POST
@private
def film_give_back(request: Asked, pk: UUID) -> HttpResponse:
    reads.give_back(by=request.actor, film=access.film(request.actor, pk, for_change=True))
    messages.success(request, _("Given back to the list."))
    return redirect(_list_url(request))


@needs(Permission.FILM_READ)
@require_POST
@private
def film_seal(request: Asked, pk: UUID) -> HttpResponse:
    return _done(request, pk, "seal_form", SealForm(request.POST), reads.seal)


@needs(Permission.FILM_READ)
@require_POST
@private
def film_conclude(request: Asked, pk: UUID) -> HttpResponse:
    said = _("Your reading is complete. The report of the case can take it over.")
    return _done(request, pk, "conclude_form", ConcludeForm(request.POST), reads.conclude, said=said)


@needs(Permission.UPLOAD_ADD)
@require_POST
@private
def film_upright(request: Asked, pk: UUID) -> HttpResponse:
    return _done(request, pk, "upright_form", UprightForm(request.POST), film_actions.put_upright)


@needs(Permission.FILM_READ)
@require_POST
@private
def film_overrule(request: Asked, pk: UUID) -> HttpResponse:
    return _done(request, pk, "overrule_form", OverruleForm(request.POST), film_actions.overrule)


@needs(Permission.FILM_READ)
@require_POST
@private
def film_text(request: Asked, pk: UUID) -> HttpResponse:
    """What goes on is the film itself, or the one without the writing."""
    found = access.film(request.actor, pk, for_change=True)
    form = TextForm(request.POST)
    if form.is_valid():
        try:
            return _to(request, texts.decide(by=request.actor, film=found, **form.cleaned_data))
        except Refusal as refusal:
            refusals.tell(form, refusal)
    return _room(request, access.film(request.actor, pk), status=422, text_form=form)


def _done(request: Asked, pk: UUID, name: str, form: Form, act: Callable[..., Any], *, said: str = "") -> HttpResponse:
    """What the form says is done to the film; what is wrong with it stands in the room again, beside its fields."""
    found = access.film(request.actor, pk, for_change=True)
    if form.is_valid():
        try:
            act(by=request.actor, film=found, **form.cleaned_data)
        except Refusal as refusal:
            refusals.tell(form, refusal)
    if form.errors:
        return _room(request, access.film(request.actor, pk), status=422, **{name: form})
    if said:
        messages.success(request, said)
    return _to(request, found)


@polled(Permission.UPLOAD_READ)
@require_safe
@private
def film_news(request: Asked, pk: UUID) -> HttpResponse:
    found = access.films(request.actor).filter(pk=pk).first()
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    return news(request, stamp(found))


def stamp(found: Film) -> str:
    """What the page would show anew: opened, answered, map tested."""
    return f"{found.state}.{found.chest_run_id or ''}.{found.map_run_id or ''}"


def _to(request: Asked, found: Film) -> HttpResponseRedirect:
    address = reverse("film", args=[found.pk])
    return HttpResponseRedirect(f"{address}?show={_show(request)}" if _show(request) != TO_READ else address)


def _list_url(request: Asked) -> str:
    show = _show(request)
    return f"{reverse('films')}?show={show}" if show != TO_READ else reverse("films")
