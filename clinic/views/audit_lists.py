"""Which events of the audit a page shows, and what it says of each: who did what to which kind of thing, no values."""

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from clinic import access
from clinic.authorization.actor import Actor
from clinic.forms.audit import SYSTEM, AuditFilterForm
from clinic.models import AuditLink
from clinic.views import keyset
from clinic.views.keyset import Section
from clinic.views.presenters.audit_words import EVENTS, REFUSED, TARGETS

SIZE = 50
LATEST_FIRST = ("-seq",)


@dataclass(frozen=True)
class Listing:
    form: AuditFilterForm
    at: str = ""

    @classmethod
    def asked_for(cls, query: QueryDict, by: Actor) -> "Listing":
        people = list(access.people(by).order_by("name", "pk").values_list("pk", "name"))
        events = sorted(EVENTS.items(), key=lambda event: str(event[1]))
        return cls(AuditFilterForm(query, events=events, people=people), query.get("at", ""))

    @property
    def narrowed(self) -> dict[str, str]:
        chosen = self.form.cleaned_data if self.form.is_valid() else {}
        return {name: str(value) for name, value in chosen.items() if value}

    def url(self, **changes: str) -> str:
        query = urlencode(self.narrowed | changes)
        return f"{reverse('audit')}?{query}" if query else reverse("audit")

    def page(self, by: Actor) -> keyset.Page[AuditLink]:
        """Reading it is an event too, written before anything is shown."""
        if not self.form.is_valid():
            return keyset.Page()
        page = keyset.page([Section(self._links(by), LATEST_FIRST)], self.at, size=SIZE)
        return keyset.Page(
            access.audit_page(by, page.rows, narrowed_by=sorted(self.narrowed)), page.next, page.previous
        )

    def _links(self, by: Actor) -> QuerySet[AuditLink]:
        chosen, links = self.form.cleaned_data, access.audit_links(by)
        if chosen["event"]:
            links = links.filter(event__event=chosen["event"])
        if chosen["person"]:
            links = links.filter(event__actor_id=None if chosen["person"] == SYSTEM else UUID(chosen["person"]))
        if chosen["case"]:
            links = links.filter(event__case_id__in=access.case_numbers(by).filter(number=chosen["case"]).values("pk"))
        return _of_day(links, chosen["day"]) if chosen["day"] else links


def _of_day(links: QuerySet[AuditLink], day: date) -> QuerySet[AuditLink]:
    begins, ends = (timezone.make_aware(datetime.combine(d, time.min)) for d in (day, day + timedelta(days=1)))
    return links.filter(at__gte=begins, at__lt=ends)


def rows(by: Actor, links: list[AuditLink]) -> list[dict[str, Any]]:
    cases = {link.event.case_id for link in links if link.event.case_id}
    numbers: dict[UUID | None, int] = dict(access.case_numbers(by).filter(pk__in=cases).values_list("pk", "number"))
    return [_row(link, numbers.get(link.event.case_id)) for link in links]


def _row(link: AuditLink, number: int | None) -> dict[str, Any]:
    told = json.loads(link.event.body)
    is_refusal = link.event.event == REFUSED
    return {
        "link": link,
        "words": EVENTS.get(link.event.event, link.event.event),
        "is_refusal": is_refusal,
        "refused": told["facts"] if is_refusal else {},
        "actor": told["actor"],
        "target": TARGETS.get(told["target"] or "", told["target"] or ""),
        "case": f"C-{number}" if number else "",
    }
