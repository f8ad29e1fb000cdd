"""What the page of a run says beside its progress. Inputs, result and parameters only to those who may read cases."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic import access, sealing
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.capabilities import of_kind
from clinic.errors import Code, Refusal
from clinic.models import AuditEvent, Result, Run, RunState
from clinic.models.runs import MAX_ATTEMPTS
from clinic.progress import duration, fact_title, result_template_of, title_of, waited
from clinic.standing import standing_of
from clinic.templatetags.figures import took
from clinic.templatetags.jobs import lane_words
from clinic.views.presenters import review_standing
from clinic.views.presenters.ai_cards import AiCard, card_of
from clinic.views.presenters.replay_page import Comparison, Offer, comparison_of, offer_of

EVENTS: dict[str, tuple[str, str | Promise]] = {
    "run.requested": ("plus-lg", gettext_lazy("Asked for")),
    "run.started": ("play-fill", gettext_lazy("Started")),
    "run.succeeded": ("check-lg", gettext_lazy("Done")),
    "run.put_back": ("arrow-repeat", gettext_lazy("Failed, will be tried again")),
    "run.taken_back": ("arrow-repeat", gettext_lazy("Its worker was lost, will be tried again")),
    "run.failed": ("exclamation-octagon-fill", gettext_lazy("Failed for good")),
    "run.cancelled": ("slash-circle", gettext_lazy("Cancelled")),
    "run.replayed": ("arrow-repeat", gettext_lazy("Started again as a new run")),
}
MOST_EVENTS = 50


@dataclass(frozen=True)
class Event:
    at: datetime
    icon: str
    title: str | Promise
    by: str
    position: int
    detail: str


@dataclass(frozen=True)
class RunPage:
    facts: list[dict[str, Any]]
    lineage: list[dict[str, Any]]
    events: list[Event]
    inputs: list[dict[str, Any]] = field(default_factory=list)
    result: Result | None = None
    result_facts: list[dict[str, Any]] = field(default_factory=list)
    card: AiCard | None = None
    replay: Comparison | None = None
    replay_offer: Offer | None = None
    params: list[dict[str, Any]] = field(default_factory=list)
    may_read: bool = False
    standing: str = ""
    may_review: bool = False
    result_template: str = ""
    outcome: dict[str, Any] = field(default_factory=dict)  # for that template only


def page_of(by: Actor, run: Run) -> RunPage:
    told = RunPage(facts=_facts(by, run), lineage=_lineage(run), events=_events(run))
    if not by.can(Permission.RUN_VIEW):
        return told
    result = _result(by, run)
    return RunPage(
        facts=told.facts, lineage=told.lineage, events=told.events, inputs=_inputs(by, run), result=result,
        card=card_of(result, by, reviewed=review_standing.of(result)) if result else None,
        replay=comparison_of(result) if result else None,
        replay_offer=offer_of(result, by) if result else None,
        result_facts=_result_facts(run, result) if result else [], params=_plain(run, run.params), may_read=True,
        standing=standing_of(result) if result else "",
        may_review=by.can(Permission.REVIEW_WORK),
        **_drawn(result),
    )  # fmt: skip


def _drawn(result: Result | None) -> dict[str, Any]:
    """The kind's own drawing of what came out, and what it draws; nothing of what cannot be opened any more."""
    if result is None or not (template := result_template_of(result.kind)):
        return {}
    try:
        return {"result_template": template, "outcome": dict(result.outcome)}
    except sealing.Unreadable:
        return {}


def _result(by: Actor, run: Run) -> Result | None:
    """Nothing of an answer that she is to judge first without: the page says so."""
    if run.state != RunState.SUCCEEDED:
        return None
    try:
        return access.result(by, run.pk)
    except Refusal as refusal:
        if refusal.code != Code.READ_FIRST:
            raise
        return None


def _facts(by: Actor, run: Run) -> list[dict[str, Any]]:
    case_url = reverse("case", args=[run.case_id]) if run.case and by.can(Permission.CASE_VIEW) else ""
    told = [
        (_("Case"), run.case.reference if run.case else "", case_url),
        (_("Asked by"), run.requested_by.name if run.requested_by else "Rounds", ""),
        (_("Lane"), lane_words(run.lane), ""),
        (_("Tries"), _("%(tried)d of %(most)d") % {"tried": run.attempts, "most": MAX_ATTEMPTS}, ""),
        (_("Waited"), took(waited(run)), ""),
        (_("Worked"), took(duration(run)), ""),
        (_("Worker"), run.worker, ""),
        (_("Request"), run.request_id, ""),
    ]
    return [{"term": term, "value": value, "url": url} for term, value, url in told if value]


def _lineage(run: Run) -> list[dict[str, Any]]:
    """Where it came from and what came of it."""
    found = [(_("Follows"), run.follows), (_("Started again as"), run.replayed_by)]
    found += [(_("Second try of"), dead) for dead in run.replay_of.order_by("requested_at")]
    found += [(_("Followed by"), step) for step in run.followers.order_by("requested_at")]
    return [
        {"term": term, "run": other, "title": title_of(other.kind), "url": reverse("run", args=[other.pk])}
        for term, other in found
        if other
    ]


def _events(run: Run) -> list[Event]:
    """From the audit: what the row says now is only how it ended."""
    rows = AuditEvent.objects.filter(target_id=run.pk, event__in=EVENTS, link__seq__gt=0)
    return [_event(row) for row in rows.select_related("link").order_by("link__seq")[:MOST_EVENTS]]


def _event(row: AuditEvent) -> Event:
    told = json.loads(row.body)
    icon, title = EVENTS[row.event]
    by = told["actor"] if told["actor_id"] else "Rounds"
    return Event(row.link.at, icon, title, by, row.link.seq, _detail(told["facts"]))


def _detail(facts: dict[str, Any]) -> str:
    attempt, worker = facts.get("attempt"), facts.get("worker")
    named = [_("try %d") % attempt if attempt else "", worker or ""]
    return ", ".join(filter(None, named))


def _inputs(by: Actor, run: Run) -> list[dict[str, Any]]:
    may_open = by.can(Permission.UPLOAD_READ)
    rows = run.inputs.select_related("upload").defer("upload__name").order_by("position")
    return [{"upload": row.upload, "url": reverse("upload", args=[row.upload_id]) if may_open else ""} for row in rows]


def _result_facts(run: Run, result: Result) -> list[dict[str, Any]]:
    """The plain facets; of an answer with classes the card says them better."""
    if of_kind(run.kind):
        return []
    engine = [{"term": _("Engine"), "value": result.engine}] if result.engine else []
    return [*engine, *_plain(run, result.facets)]


def _plain(run: Run, values: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"term": fact_title(run.kind, name), "value": _word(value)} for name, value in values.items()
            if value not in ("", None)]  # fmt: skip


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return value if isinstance(value, str) else json.dumps(value)
