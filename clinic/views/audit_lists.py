"""Which events of the audit a page shows, and what it says of each: who did what to which kind of thing, no values."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from clinic import access, event_proof
from clinic.audit_search import READS, REFUSALS, WRITES, Wanted
from clinic.authorization.actor import Actor
from clinic.forms.audit import AuditFilterForm, AuditSearchForm
from clinic.models import AuditCheckpoint, AuditLink
from clinic.views import keyset
from clinic.views.keyset import Section
from clinic.views.presenters.audit_words import EVENTS, REFUSED, TARGETS

SIZE = 50
LATEST_FIRST = ("-seq",)


def choices(by: Actor) -> dict[str, Any]:
    people = list(access.people(by).order_by("name", "pk").values_list("pk", "name"))
    return {"events": sorted(EVENTS.items(), key=lambda event: str(event[1])), "people": people}


@dataclass(frozen=True)
class Listing:
    form: AuditFilterForm
    at: str = ""

    @classmethod
    def asked_for(cls, query: QueryDict, by: Actor) -> "Listing":
        return cls(AuditFilterForm(query, **choices(by)), query.get("at", ""))

    @property
    def narrowed(self) -> dict[str, str]:
        return narrowed(self.form)

    def url(self, **changes: str) -> str:
        return list_url(self.narrowed | changes)

    def page(self, by: Actor) -> keyset.Page[AuditLink]:
        """Reading it is an event too, written before anything is shown."""
        if not self.form.is_valid():
            return keyset.Page()
        wanted = Wanted(**self.form.cleaned_data)
        page = keyset.page([Section(wanted.links(by), LATEST_FIRST)], self.at, size=SIZE)
        return keyset.Page(access.audit_page(by, page.rows, narrowed_by=wanted.narrowed_by), page.next, page.previous)

    def search_form(self, by: Actor) -> AuditSearchForm:
        """What is narrowed by, in the words somebody would type."""
        initial: dict[str, Any] = dict(self.narrowed)
        if case := initial.pop("case", None):
            number = access.case_numbers(by).filter(pk=case).values_list("number", flat=True).first()
            initial["case"] = f"C-{number}" if number else ""
        if patient := initial.pop("patient", None):
            found = access.patient_numbers(by).filter(pk=patient).first()
            initial["patient"] = found.pseudonym if found else ""
        return AuditSearchForm(initial=initial, **choices(by))

    @property
    def sorts(self) -> list[dict[str, Any]]:
        words = (("", _("All")), (READS, _("Reads")), (WRITES, _("Writes")), (REFUSALS, _("Refused")))
        current = self.narrowed.get("sort", "")
        return [{"url": self._url_of(sort), "words": said, "current": sort == current} for sort, said in words]

    def _url_of(self, sort: str) -> str:
        """Only what was refused has a code."""
        return self.url(sort=sort) if sort == REFUSALS else self.url(sort=sort, code="")


def narrowed(form: AuditFilterForm) -> dict[str, str]:
    chosen = form.cleaned_data if form.is_valid() else {}
    return {name: str(value) for name, value in chosen.items() if value}


def list_url(named: dict[str, str]) -> str:
    query = urlencode({name: value for name, value in named.items() if value})
    return f"{reverse('audit')}?{query}" if query else reverse("audit")


def found_url(form: AuditSearchForm, by: Actor) -> str:
    """Of what was typed; a number nobody has is said at its field."""
    ids = {
        "case": access.case_numbers(by).filter(number=form.cleaned_data["case"]),
        "patient": access.patient_numbers(by).filter(number=form.cleaned_data["patient"]),
    }
    named = narrowed(form)
    for name, rows in ids.items():
        if form.cleaned_data[name] is None:
            continue
        pk = rows.values_list("pk", flat=True).first()
        if pk is None:
            form.add_error(name, _("Nothing at this site has that number."))
        named[name] = str(pk)
    return list_url(named)


def rows(by: Actor, links: list[AuditLink]) -> list[dict[str, Any]]:
    cases = {link.event.case_id for link in links if link.event.case_id}
    numbers: dict[UUID | None, int] = dict(access.case_numbers(by).filter(pk__in=cases).values_list("pk", "number"))
    witnessed_to = AuditCheckpoint.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    return [row(link, numbers.get(link.event.case_id), witnessed_to) for link in links]


def row(link: AuditLink, number: int | None, witnessed_to: int) -> dict[str, Any]:
    told = json.loads(link.event.body)
    is_refusal = link.event.event == REFUSED
    holds = event_proof.holds_alone(link)
    return {
        "link": link,
        "words": EVENTS.get(link.event.event, link.event.event),
        "is_refusal": is_refusal,
        "refused": told["facts"] if is_refusal else {},
        "actor": told["actor"],
        "roles": ", ".join(told.get("roles", [])),
        "target": TARGETS.get(told["target"] or "", told["target"] or ""),
        "case": f"C-{number}" if number else "",
        "case_id": link.event.case_id if number else None,
        "proof": "bad" if not holds else "ok" if link.seq <= witnessed_to else "wait",
    }
