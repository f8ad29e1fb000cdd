"""Dashboards beside Operations: how engines do, how the work goes, how safe the house is. And the lists behind them."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from clinic import concealment
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.doors import needs, signed_in
from clinic.figures import business, counted, medical, periods
from clinic.figures.counted import Line
from clinic.figures.periods import Period
from clinic.models import ItemState, ReviewItem
from clinic.views import keyset
from clinic.views.asked import Asked
from clinic.views.keyset import Section
from clinic.views.presenters import business_page, dashboards, medical_page, security_page

SIZE = 50
LONGEST = 160  # of a name in an address


def _period(request: Asked) -> Period:
    return periods.named(request.GET.get("days", ""))


def _frame(request: Asked, name: str, period: Period) -> dict[str, Any]:
    return {"tabs": dashboards.tabs(request.actor, name), "periods": dashboards.periods(name, period), "period": period}


@needs(Permission.ENGINES_VIEW)
@require_safe
def medical_page_view(request: Asked) -> HttpResponse:
    period = _period(request)
    found = medical.of(request.actor.here, period.since)
    context = {"tiles": medical_page.tiles(found, period), "rows": [medical_page.row(one, period) for one in found]}
    frame = _frame(request, dashboards.MEDICAL, period)
    return render(request, "clinic/dashboards/medical.html", frame | context)


@needs(Permission.BUSINESS_VIEW)
@require_safe
def business_page_view(request: Asked) -> HttpResponse:
    period, here = _period(request), request.actor.here
    since = period.since
    days, costs = business.by_day(here, period.days, since), business.costs(here, since)
    counts = {name: sum(getattr(one, name) for one in days) for name in ("opened", "closed", "signed")}
    context = {
        "tiles": business_page.tiles(counts, business.to_signature(here, since),
                                     business.machine_of_cases(here, since), costs, period),
        "days": days[::-1],
        "since": since,
        "chart": business_page.chart(days),
        "made": [business_page.made_row(one, period) for one in business.made(request.actor, since)],
        "machine": business_page.machine_rows(business.machine(here, since), period),
        "costs": [business_page.cost_row(one, period) for one in costs],
    }  # fmt: skip
    frame = _frame(request, dashboards.BUSINESS, period)
    return render(request, "clinic/dashboards/business.html", frame | context)


@needs(Permission.SECURITY_VIEW)
@require_safe
def security_page_view(request: Asked) -> HttpResponse:
    period = _period(request)
    context = {"panels": security_page.panels(request.actor, period)}
    frame = _frame(request, dashboards.SECURITY, period)
    return render(request, "clinic/dashboards/security.html", frame | context)


@signed_in
@require_safe
def counted_page(request: Asked, name: str) -> HttpResponse:
    """What one number counts; for whom the dashboard is that shows it."""
    what, period = counted.named(name), _period(request)
    request.actor.require(what.permission)
    of = request.GET.get("of", "")[:LONGEST]
    rows: QuerySet[Any] = what.rows(request.actor, period.since, of)
    page = keyset.page([Section(rows, what.order)], request.GET.get("at", ""), size=SIZE)
    lines = [what.line(row) for row in page.rows]
    shown = _without_secrets(request.actor, lines)
    back = dashboards.page_of(what)
    context = {
        "what": what, "period": period, "rows": [_row(request.actor, one) for one in shown],
        "total": rows.count(), "kept_back": len(lines) - len(shown), "back": back,
        "tabs": dashboards.tabs(request.actor, back), "back_url": f"{reverse(back)}?days={period.days}",
        "next_url": dashboards.list_url(name, period, of, page.next) if page.next else "",
        "previous_url": dashboards.list_url(name, period, of, page.previous) if page.previous else "",
        "has": {part: any(getattr(one, part) for one in shown) for part in ("case", "what", "person")},
    }  # fmt: skip
    return render(request, "clinic/dashboards/counted.html", context)


def _without_secrets(by: Actor, lines: list[Line]) -> list[Line]:
    """To stand in a list says something of an answer: none of those that she is to judge first without knowing it."""
    results = [one.result for one in lines if one.result is not None]
    hidden = concealment.concealed(results, by) | frozenset(
        ReviewItem.objects.filter(result__in=results, is_blind=True, state=ItemState.WAITING).values_list(
            "result", flat=True
        )
    )
    return [one for one in lines if one.result is None or one.result.pk not in hidden]


def _row(by: Actor, line: Line) -> dict[str, Any]:
    return {"line": line, "case": f"C-{line.case[1]}" if line.case else "", "url": _url(by, line)}


def _url(by: Actor, line: Line) -> str:
    """To where she may look at it: what was decided, the case, the run, or who read it."""
    ways = (
        (line.item, Permission.REVIEW_WORK, "review_item"), (line.case and line.case[0], Permission.CASE_VIEW, "case"),
        (line.run, Permission.JOBS_VIEW, "run"), (line.case and line.case[0], Permission.AUDIT_READ, "audit_readers"),
    )  # fmt: skip
    return next((reverse(name, args=[pk]) for pk, needed, name in ways if pk and by.can(needed)), "")
