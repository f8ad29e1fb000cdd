"""The queue of what waits for a person: taking, deciding, taking back. Every act leads to the next item by itself."""

from statistics import median
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic import access
from clinic.actions import claims, flags, reviews
from clinic.authorization.permissions import Permission
from clinic.doors import needs, polled
from clinic.errors import Code, Refusal
from clinic.forms.reviews import AskForm, DecisionForm
from clinic.models import Case, Review, ReviewItem
from clinic.review_policy import all_rules
from clinic.review_queue import KINDS, counts, of_kind, readable_by
from clinic.views import review_lists
from clinic.views.asked import Asked, id_in
from clinic.views.presenters import review_item as panels
from clinic.views.presenters import review_rows
from clinic.views.private import private

SIZE = 50
LATEST_TODAY = 200
LONGEST = 400  # of what an address may choose


@needs(Permission.REVIEW_WORK)
@require_safe
@private
def review(request: Asked) -> HttpResponse:
    return render(request, "clinic/review/review.html", _queue(request, None))


@needs(Permission.REVIEW_WORK)
@require_safe
@private
def review_item(request: Asked, pk: UUID) -> HttpResponse:
    return _item_page(request, access.review_item(request.actor, pk))


def _item_page(request: Asked, item: ReviewItem, form: DecisionForm | None = None, problem: Refusal | None = None,
               ) -> HttpResponse:  # fmt: skip
    may_take = _may_take(request, item)
    context = _queue(request, item) | {
        "panel": panels.panel_for(request.actor, item, may_take=may_take is None),
        "why_not": may_take,
        "form": form or DecisionForm(choices=panels.choices(item)),
        "note_is_needed": panels.note_is_needed(item),
        "problem": problem,
    }
    return render(request, "clinic/review/review.html", context, status=422 if form is not None else 200)


def _may_take(request: Asked, item: ReviewItem) -> Refusal | None:
    try:
        claims.check_may_read(request.actor, item)
    except Refusal as refusal:
        return refusal
    return None


def _queue(request: Asked, current: ReviewItem | None) -> dict[str, Any]:
    by, kind, capability = request.actor, _kind(request), _chosen(request, "of")
    rules = all_rules(by.here)
    everything = readable_by(by, rules)
    waiting = of_kind(everything.filter(capability=capability) if capability else everything, kind)
    page = review_lists.page(by, _with_parts(waiting), rules, _chosen(request, "at"), size=SIZE)
    listed = access.review_list(by, page.rows)
    counted = counts(everything)
    filters = review_rows.filters(counted, kind, capability)
    return {
        "rows": review_rows.rows(by, listed, current),
        "count": next(one["count"] for one in filters if one["current"]),
        "next_url": review_rows.queue_url(kind, capability, at=page.next) if page.next else "",
        "previous_url": review_rows.queue_url(kind, capability, at=page.previous) if page.previous else "",
        "filters": filters,
        "capability_filters": review_rows.capability_filters(counted, kind, capability),
        "show": kind,
        "of": capability,
        "at": _chosen(request, "at"),
        "wait_hours": min((one.wait_hours for one in rules.values()), default=8),
        "median_seconds": _median_today(request),
        "held": panels.just_held(by),
        "dock": _dock(),
    }


def _with_parts(items: QuerySet[ReviewItem]) -> QuerySet[ReviewItem]:
    """Fetched once it is known which rows are shown: joined, they would be carried through the sorting."""
    case = Prefetch("case", queryset=Case.objects.defer("question"))
    return items.prefetch_related(case, "result", "claimed_by")


def _kind(request: Asked) -> str:
    kind = _chosen(request, "show")
    return kind if kind in KINDS else ""


def _chosen(request: Asked, name: str) -> str:
    return str((request.POST if request.method == "POST" else request.GET).get(name, ""))[:LONGEST]


def _median_today(request: Asked) -> float | None:
    """Her own, so that nobody is measured before others."""
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    mine = Review.objects.visible_to(request.actor).filter(reader=request.actor.user_id, at__gte=today)
    looked = mine.order_by("-at").values_list("looked", flat=True)[:LATEST_TODAY]
    seconds = [one.get("seconds", 0) for one in looked]
    return median(seconds) if seconds else None


def _dock() -> list[dict[str, str]]:
    lines = (
        ("j k", _("next, previous")), ("Enter", _("take")), ("n", _("take the first")), ("1 – 9", _("choose")),
        ("e", _("edit note")), ("s", _("decide and next")), ("u", _("undo, 10 s")), ("x", _("give back")),
    )  # fmt: skip
    return [{"keys": keys, "words": words} for keys, words in lines]


# --- acts -------------------------------------------------------------------------------------------------------------


@needs(Permission.REVIEW_WORK)
@require_POST
@private
def review_next(request: Asked) -> HttpResponse:
    return _to_next(request)


def _to_next(request: Asked, after: ReviewItem | None = None) -> HttpResponse:
    kind, capability = _kind(request), _chosen(request, "of")
    item = claims.claim_next(by=request.actor, capability=capability, kind=kind, after=after)
    if item is None:
        messages.info(request, _("Nothing more waits for you here."))
        return redirect(review_rows.queue_url(kind, capability))
    return _to(request, item)


def _to(request: Asked, item: ReviewItem) -> HttpResponseRedirect:
    """The filters and the page stay as they were chosen."""
    here = review_rows.queue_url(_kind(request), _chosen(request, "of"), at=_chosen(request, "at"))
    query = here.partition("?")[2]
    address = reverse("review_item", args=[item.pk])
    return HttpResponseRedirect(f"{address}?{query}" if query else address)


@needs(Permission.REVIEW_WORK)
@require_POST
@private
def review_claim(request: Asked) -> HttpResponse:
    item = access.review_item(request.actor, id_in(request.POST.get("item", "")), for_change=True)
    claims.claim(by=request.actor, item=item)
    return _to(request, item)


@polled(Permission.REVIEW_WORK)
@require_POST
@private
def review_renew(request: Asked, pk: UUID) -> HttpResponse:
    """Asked for by the page while she works on it."""
    item = claims.renew(by=request.actor, item=access.review_item(request.actor, pk, for_change=True))
    return render(request, "clinic/review/_lock.html", {"until": item.claimed_until, "renew_url": request.path})


@needs(Permission.REVIEW_WORK)
@require_POST
@private
def review_release(request: Asked, pk: UUID) -> HttpResponse:
    claims.release(by=request.actor, item=access.review_item(request.actor, pk, for_change=True))
    messages.success(request, _("Given back to the queue."))
    return redirect(review_rows.queue_url(_kind(request), _chosen(request, "of")))


@needs(Permission.REVIEW_WORK)
@require_POST
@private
def review_decide(request: Asked, pk: UUID) -> HttpResponse:
    item = access.review_item(request.actor, pk, for_change=True)
    form = DecisionForm(request.POST, choices=panels.choices(item))
    if not form.is_valid():
        return _again(request, pk, form)
    try:
        said = form.cleaned_data
        reviews.hold(by=request.actor, item=item, label=said["label"], note=said["note"], looked=form.did)
    except Refusal as refusal:
        if refusal.code not in (Code.INVALID, Code.NOT_LOOKED):
            raise
        for name, sentences in refusal.fields.items():
            form.add_error(name, sentences)
        return _again(request, pk, form, None if refusal.fields else refusal)
    return _to_next(request, after=item)


def _again(request: Asked, pk: UUID, form: DecisionForm, problem: Refusal | None = None) -> HttpResponse:
    return _item_page(request, access.review_item(request.actor, pk), form, problem)


@needs(Permission.REVIEW_WORK)
@require_POST
@private
def review_undo(request: Asked, pk: UUID) -> HttpResponse:
    item = access.review_item(request.actor, pk, for_change=True)
    reviews.undo(by=request.actor, item=item)
    claims.claim(by=request.actor, item=item)
    messages.success(request, _("Taken back: nothing was decided."))
    return _to(request, item)


@needs(Permission.REVIEW_WORK)
@require_http_methods(["GET", "HEAD", "POST"])
@private
def review_ask(request: Asked, pk: UUID) -> HttpResponse:
    """A person sends the answer of a run to review herself."""
    result = access.result_for_review(request.actor, pk)
    form = AskForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "clinic/review/ask.html", {"result": result, "form": form},
                      status=422 if form.is_bound else 200)  # fmt: skip
    flags.ask(by=request.actor, result=result, note=form.cleaned_data["note"])
    messages.success(request, _("It waits for a colleague now."))
    return redirect("run", pk=pk)
