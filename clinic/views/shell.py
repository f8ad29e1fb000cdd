"""What every page's frame needs. Nothing here is asked of the database unless the frame is drawn."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from clinic import pages
from clinic.authorization.permissions import Permission
from clinic.models import Notification, Run
from clinic.views.presenters.stops import stop_lines


def shell(request: HttpRequest) -> dict[str, Any]:
    actor = getattr(request, "actor", None)
    common = {"is_demo": settings.IS_DEMO, "version": settings.VERSION}
    if actor is None or actor.user_id is None:
        return common
    identity = request.identity  # type: ignore[attr-defined]
    return common | {
        "actor": actor,
        "site": identity.site,
        "sites": identity.sites,
        "nav": pages.navigation(actor, request.path),
        "search_url": reverse("case_search") if actor.can(Permission.CASE_VIEW) else "",
        "jobs_url": reverse("jobs") if actor.can(Permission.JOBS_VIEW) else "",
        "jobs_running": SimpleLazyObject(lambda: Run.objects.jobs_for(actor).active().count()),
        "unread": SimpleLazyObject(lambda: Notification.objects.filter(person=actor.user_id).unread().count()),
        "corrections_url": reverse("learning_mine") if actor.can(Permission.REVIEW_WORK) else "",
        "role_names": _role_names(actor),
        "stops": SimpleLazyObject(lambda: stop_lines(actor)),
    }


def _role_names(actor: Any) -> str:
    from clinic.authorization.roles import ROLES

    return ", ".join(str(ROLES[role].title) for role in sorted(actor.roles)) or _("no role here")
