from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic import access
from clinic.actions import notifications as acts
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.doors import polled, signed_in
from clinic.models import NoticeKind, Notification, Run
from clinic.views import keyset, preferences
from clinic.views.asked import Asked
from clinic.views.keyset import Section

SIZE = 50
UNREAD, ALL = "unread", "all"
ICONS = {
    NoticeKind.MENTIONED: "chat-left-text",
    NoticeKind.ASSIGNED: "person",
    NoticeKind.RUN_DEAD: "exclamation-octagon-fill",
    NoticeKind.OVERDUE: "clock",
    NoticeKind.REVIEW_NEEDED: "flag-fill",
    NoticeKind.REVIEW_DECIDED: "clipboard2-check",
    NoticeKind.REVIEW_RETURNED: "arrow-left",
    NoticeKind.CONSENT_WITHDRAWN: "person-badge",
    NoticeKind.KEY_EXPIRING: "key",
    NoticeKind.PROPOSAL: "people",
    NoticeKind.ENGINE_STOPPED: "sign-stop-fill",
    NoticeKind.ENGINE_RELEASED: "check-circle",
    NoticeKind.ENGINE_OUT: "sign-stop",
    NoticeKind.GLASS_BROKEN: "exclamation-octagon-fill",
    NoticeKind.GLASS_LATE: "clock",
    NoticeKind.HANDOVER: "person-plus",
    NoticeKind.HANDOVER_ANSWERED: "person",
    NoticeKind.COSIGN: "pen",
    NoticeKind.COSIGN_ANSWERED: "lock-fill",
    NoticeKind.HANDED_BACK: "people",
    NoticeKind.DELETION: "trash",
    NoticeKind.DRIFT: "graph-up",
    NoticeKind.FACTORS_WAITING: "shield-lock",
    NoticeKind.FACTORS_ASKED: "shield-lock",
    NoticeKind.FACTORS_OFF: "shield-lock",
}


@signed_in
@require_safe
def notifications(request: Asked) -> HttpResponse:
    template = "clinic/notifications/_list.html" if request.htmx else "clinic/notifications/notifications.html"
    return render(request, template, _context(request))


def _context(request: Asked) -> dict[str, Any]:
    mine = access.notifications(request.actor)
    show = ALL if request.GET.get("show") == ALL else UNREAD
    rows = mine if show == ALL else mine.unread()
    page = keyset.page([Section(rows, ("-at", "-id"))], request.GET.get("at", ""), size=SIZE)
    here = f"{reverse('notifications')}?show={show}"
    count = mine.unread().count()
    return {
        "rows": [_row(notice, request.site) for notice in page.rows],
        "show": show,
        "has_unread": count > 0,
        "filters": _filters(show, count),
        "next_url": f"{here}&at={page.next}" if page.next else "",
        "previous_url": f"{here}&at={page.previous}" if page.previous else "",
    }


def _filters(show: str, unread: int) -> list[dict[str, Any]]:
    new, everything = reverse("notifications"), f"{reverse('notifications')}?show={ALL}"
    return [
        {"url": new, "words": _("New"), "count": unread, "current": show == UNREAD, "key": "1"},
        {"url": everything, "words": _("All"), "current": show == ALL, "key": "2"},
    ]


def _row(notice: Notification, here: Any) -> dict[str, Any]:
    return {
        "notice": notice,
        "icon": ICONS.get(NoticeKind(notice.kind), "bell"),
        "elsewhere": notice.site.name if here is None or notice.site_id != here.pk else "",
    }


@signed_in
@require_POST
def notification_open(request: Asked, pk: UUID) -> HttpResponse:
    """Read, and on to what it tells of: at the site it tells of, if that is another one."""
    notice = access.notification(request.actor, pk)
    actor = preferences.go_to_site(request, notice.site_id)  # refuses where one no longer works: it stays unread
    acts.mark_read(by=request.actor, notification=notice)
    return HttpResponseRedirect(_target(notice, actor))


def _target(notice: Notification, actor: Actor) -> str:
    if notice.kind == NoticeKind.KEY_EXPIRING:
        return reverse("keys")
    if notice.kind == NoticeKind.FACTORS_WAITING and actor.can(Permission.PEOPLE_MANAGE):
        return reverse("people")
    if notice.kind in (NoticeKind.FACTORS_ASKED, NoticeKind.FACTORS_OFF):
        return reverse("mfa_index")
    if notice.kind == NoticeKind.CONSENT_WITHDRAWN and actor.can(Permission.ENGINES_VIEW):
        return reverse("learning")
    if notice.incident_id and actor.can(Permission.ENGINES_VIEW):
        return reverse("incident", args=[notice.incident_id])
    if notice.kind == NoticeKind.PROPOSAL and actor.can(Permission.ENGINES_VIEW):
        return reverse("proposals")
    if notice.kind == NoticeKind.DRIFT and actor.can(Permission.ENGINES_VIEW):
        return reverse("drift")
    if notice.kind in (NoticeKind.GLASS_BROKEN, NoticeKind.GLASS_LATE) and actor.can(Permission.GLASS_SEE):
        return reverse("emergency_reviews")
    if notice.kind == NoticeKind.DELETION and actor.can(Permission.RETENTION_MANAGE):
        return reverse("retention")
    if notice.kind == NoticeKind.HANDOVER and notice.case_id and actor.can(Permission.CASE_VIEW):
        return reverse("case_handover", args=[notice.case_id])
    if notice.kind == NoticeKind.HANDED_BACK and actor.can(Permission.WORKLOAD_VIEW):
        return reverse("workload")
    if notice.run_id and actor.can(Permission.JOBS_VIEW):
        return reverse("run", args=[notice.run_id])
    if notice.case_id and actor.can(Permission.CASE_VIEW):
        return reverse("case", args=[notice.case_id])
    return reverse("notifications")


@signed_in
@require_POST
def notifications_read(request: Asked) -> HttpResponse:
    acts.mark_all_read(by=request.actor)
    return HttpResponseRedirect(reverse("notifications"))


@polled()
@require_safe
def bell(request: Asked) -> HttpResponse:
    """The counts of the top bar. They tell a list of jobs at rest that something runs."""
    response = render(request, "clinic/shell/counts.html")
    if request.actor.can(Permission.JOBS_VIEW) and Run.objects.jobs_for(request.actor).active().exists():
        response["HX-Trigger"] = "jobs-running"
    return response
