"""Which jobs a list shows, and the figures above it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Min, Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.authorization.actor import Actor
from clinic.forms.jobs import JobFilterForm
from clinic.models import Run, RunState
from clinic.templatetags.figures import took
from clinic.views import keyset
from clinic.views.keyset import Section

ACTIVE, DEAD, DONE, CANCELLED, ALL = "active", "dead", "done", "cancelled", "all"
SHOWS = (ALL, ACTIVE, DEAD, DONE, CANCELLED)
LATEST_FIRST = ("-requested_at", "-id")
SIZE = 50


@dataclass(frozen=True)
class Listing:
    """One list as its address names it."""

    show: str
    form: JobFilterForm
    at: str = ""

    @classmethod
    def asked_for(cls, query: QueryDict) -> "Listing":
        form = JobFilterForm(query)
        form.is_valid()  # a choice that is no longer there narrows nothing
        show = query.get("show", "")
        return cls(show if show in SHOWS else ALL, form, query.get("at", ""))

    @property
    def narrowed(self) -> dict[str, str]:
        return {name: value for name, value in self.form.cleaned_data.items() if value}

    def url(self, name: str = "jobs", **changes: str) -> str:
        named = {"show": self.show if self.show != ALL else "", **self.narrowed, **changes}
        query = urlencode({key: value for key, value in named.items() if value})
        return f"{reverse(name)}?{query}" if query else reverse(name)

    def runs(self, by: Actor) -> QuerySet[Run]:
        runs = Run.objects.jobs_for(by).filter(**self.narrowed)
        match self.show:
            case "active":
                return runs.active()
            case "dead":
                return runs.dead()
            case "done":
                return runs.filter(state=RunState.SUCCEEDED)
            case "cancelled":
                return runs.filter(state=RunState.CANCELLED)
        return runs

    def page(self, by: Actor) -> keyset.Page[Run]:
        sealed = ("case__question", "case__encounter")  # a list of jobs says which case, not what it is about
        rows = self.runs(by).select_related("case", "requested_by").defer(*sealed)
        return keyset.page([Section(rows, LATEST_FIRST)], self.at, size=SIZE)

    def filters(self, counts: dict[str, Any]) -> list[dict[str, Any]]:
        words = {ALL: _("All"), ACTIVE: _("Under way"), DEAD: _("Given up"), DONE: _("Done"), CANCELLED: _("Cancelled")}
        shown = {ACTIVE: counts["running"] + counts["queued"], DEAD: counts["dead"]}
        return [
            {"url": self.url(show="" if show == ALL else show), "words": words[show], "count": shown.get(show),
             "current": show == self.show, "key": str(number)}
            for number, show in enumerate(SHOWS, start=1)
        ]  # fmt: skip


def counts(by: Actor) -> dict[str, Any]:
    """One query, and only over what an index holds together: what is under way, what is dead, the last day."""
    recent = Q(requested_at__gt=timezone.now() - timedelta(days=1))
    open_or_recent = (
        Q(state__in=[RunState.QUEUED, RunState.RUNNING]) | Q(state=RunState.FAILED, replayed_by=None) | recent
    )
    return (
        Run.objects.jobs_for(by)
        .filter(open_or_recent)
        .aggregate(
            running=Count("pk", filter=Q(state=RunState.RUNNING)),
            queued=Count("pk", filter=Q(state=RunState.QUEUED)),
            oldest=Min("requested_at", filter=Q(state=RunState.QUEUED)),
            dead=Count("pk", filter=Q(state=RunState.FAILED, replayed_by=None)),
            done=Count("pk", filter=recent & Q(state=RunState.SUCCEEDED)),
            failed=Count("pk", filter=recent & Q(state=RunState.FAILED)),
        )
    )


def tiles(found: dict[str, Any]) -> list[dict[str, Any]]:
    jobs = reverse("jobs")
    oldest = took(timezone.now() - found["oldest"]) if found["oldest"] else ""
    return [
        {"label": _("Running"), "value": found["running"], "note": _("now"), "url": f"{jobs}?show={ACTIVE}"},
        {"label": _("Waiting"), "value": found["queued"], "url": f"{jobs}?show={ACTIVE}",
         "note": _("Oldest %s") % oldest if oldest else _("Nothing waits")},
        {"label": _("Given up"), "value": found["dead"], "url": f"{jobs}?show={DEAD}",
         "tone": "is-warn" if found["dead"] else "", "note": _("Somebody has to look")},
        {"label": _("Done, 24 h"), "value": found["done"], "url": f"{jobs}?show={DONE}",
         "note": _("%d failed") % found["failed"]},
    ]  # fmt: skip
