"""The figures above the list. They are asked on every visit, so each question stays cheap however many cases there are:
open work is counted whole, what is done up to a limit."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Aggregate, Count, DurationField, F, Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic.authorization.actor import Actor
from clinic.forms.cases import ME
from clinic.models import Case, CaseState, Run, RunState, Site, Urgency
from clinic.models.cases import NEEDS_WORK
from clinic.templatetags.figures import spaced, took, waiting
from clinic.views.case_lists import AI, ALL, DONE, HUMAN, MINE, SIGNED, Listing, list_url

COUNTED_AT_MOST = 10_000
RUNS_LOOKED_AT = 500


@dataclass(frozen=True)
class Numbers:
    mine: int
    human: int
    ai: int
    for_you: int
    for_you_emergency: int
    for_you_urgent: int
    overdue: int
    first_due: datetime | None
    first_opened: datetime | None
    signed: int
    signed_today: int
    all: int
    median_run: timedelta | None


class Median(Aggregate):
    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


def numbers(by: Actor) -> Numbers:
    cases = Case.objects.visible_to(by)
    done = cases.exclude(state__in=NEEDS_WORK)
    signed = cases.filter(state__in=SIGNED)
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    work = _open_work(by)
    whole = work.pop("whole")
    return Numbers(
        **work,
        signed=_up_to(signed),
        signed_today=_up_to(signed.filter(state_since__gte=today)),
        all=min(COUNTED_AT_MOST, whole + _up_to(done)),
        median_run=_median_run(by, today),
    )


def _open_work(by: Actor) -> dict[str, Any]:
    human, mine = Q(state=CaseState.AWAITING_HUMAN), Q(assignee=by.user_id)
    work = Case.objects.visible_to(by).needing_work()
    return work.aggregate(
        whole=Count("pk"),
        mine=Count("pk", filter=mine),
        human=Count("pk", filter=human),
        ai=Count("pk", filter=Q(state=CaseState.AWAITING_AI)),
        for_you=Count("pk", filter=mine & human),
        for_you_emergency=Count("pk", filter=mine & human & Q(urgency=Urgency.EMERGENCY)),
        for_you_urgent=Count("pk", filter=mine & human & Q(urgency=Urgency.URGENT)),
        overdue=Count("pk", filter=Q(due_at__lt=timezone.now())),
        first_due=Min("due_at"),
        first_opened=Min("opened_at"),
    )


def _up_to(cases: Any) -> int:
    count: int = cases.order_by()[:COUNTED_AT_MOST].count()
    return count


def _median_run(by: Actor, since: datetime) -> timedelta | None:
    """Of the latest of today, so that a busy night costs no more than a quiet one."""
    latest = Run.objects.visible_to(by).filter(state=RunState.SUCCEEDED, requested_at__gte=since)
    chosen = latest.order_by("-requested_at").values("pk")[:RUNS_LOOKED_AT]
    worked = Run.objects.visible_to(by).filter(pk__in=chosen)
    median = worked.annotate(took=F("finished_at") - F("started_at")).aggregate(median=Median("took"))["median"]
    return median if isinstance(median, timedelta) else None


def _figure(count: int) -> str:
    return f"{spaced(count)}+" if count >= COUNTED_AT_MOST else spaced(count)


def filters(listing: Listing, found: Numbers) -> list[dict[str, Any]]:
    choices = (
        (MINE, _("My cases"), found.mine),
        (HUMAN, _("Awaiting human"), found.human),
        (AI, _("Awaiting AI"), found.ai),
        (DONE, _("Signed"), found.signed),
        (ALL, _("All at this site"), found.all),
    )
    return [
        {
            "url": listing.url(show=show), "words": words, "count": "" if listing.search else _figure(count),
            "current": listing.show == show, "key": str(key),
        }
        for key, (show, words, count) in enumerate(choices, start=1)
    ]  # fmt: skip


def tiles(found: Numbers, site: Site) -> list[dict[str, Any]]:
    return [_for_you(found), _overdue(found), _longest(found, site), _engines(found), _signed(found)]


def _for_you(found: Numbers) -> dict[str, Any]:
    pressing = []
    if found.for_you_emergency:
        pressing.append(_("%(n)s emergency") % {"n": found.for_you_emergency})
    if found.for_you_urgent:
        pressing.append(_("%(n)s urgent") % {"n": found.for_you_urgent})
    tone = "is-bad" if found.for_you_emergency else ""
    return {"label": _("Waiting for you"), "value": _figure(found.for_you), "tone": tone,
            "note": ", ".join(pressing) or _("None pressing"), "url": list_url(show=HUMAN, assignee=ME)}  # fmt: skip


def _overdue(found: Numbers) -> dict[str, Any]:
    note = _("Nothing is late")
    if found.overdue and found.first_due:
        note = _("The longest by %(time)s") % {"time": waiting(found.first_due)}
    return {"label": _("Overdue"), "value": _figure(found.overdue), "note": note,
            "url": list_url(show=ALL, overdue="on"), "tone": "is-warn" if found.overdue else ""}  # fmt: skip


def _longest(found: Numbers, site: Site) -> dict[str, Any]:
    limit = waiting(timedelta(minutes=site.routine_wait_minutes))
    return {"label": _("Longest wait, this site"), "value": waiting(found.first_opened) if found.first_opened else "–",
            "note": _("Limit for routine: %(time)s") % {"time": limit}}  # fmt: skip


def _engines(found: Numbers) -> dict[str, Any]:
    note = _("No run finished today")
    if found.median_run is not None:
        note = _("Median run %(time)s today") % {"time": took(found.median_run)}
    return {"label": _("Waiting for engines"), "value": _figure(found.ai), "note": note, "url": list_url(show=AI)}


def _signed(found: Numbers) -> dict[str, Any]:
    return {"label": _("Signed today"), "value": _figure(found.signed_today), "note": _("Since midnight"),
            "url": list_url(show=DONE)}  # fmt: skip


def searched(listing: Listing, shown: int, has_more: bool) -> str:
    """How many a search found, for the heading; beyond a page it is not counted."""
    if has_more:
        return _("More than %(n)s cases found") % {"n": shown}
    return ngettext("%(n)s case found", "%(n)s cases found", shown) % {"n": shown}
