"""Who still needs which role: an admin looks at each now and then, keeps it or ends it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Max, QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from clinic import access, second_factors
from clinic.actions import people as acts
from clinic.authorization.permissions import Permission
from clinic.authorization.roles import ROLES, Role
from clinic.doors import needs
from clinic.models import Membership
from clinic.views import keyset, people_lists
from clinic.views.asked import Asked

SIZE = 50
UNUSED = timedelta(days=60)


@needs(Permission.PEOPLE_VIEW)
@require_safe
def page(request: Asked) -> HttpResponse:
    held = access.roles_held(request.actor)
    listed = keyset.page([keyset.Section(_told(held), ("sure_since", "id"))], request.GET.get("at", ""), size=SIZE)
    before = timezone.now() - timedelta(days=settings.ACCESS_REVIEW_DAYS)
    context = {
        "rows": [_row(one, is_due=one.sure_since < before) for one in listed.rows],
        "due": held.to_be_looked_at().count(),
        "all": held.count(),
        "days": settings.ACCESS_REVIEW_DAYS,
        "may_manage": request.actor.can(Permission.PEOPLE_MANAGE),
        "me": request.actor.user_id,
        "next_url": _at(listed.next),
        "previous_url": _at(listed.previous),
    }
    return render(request, "clinic/people/access_review.html", context)


def _at(place: str | None) -> str:
    return f"{reverse('access_review')}?at={place}" if place else ""


def _told(held: QuerySet[Membership]) -> Any:
    """With what speaks for a role or against it; who never came by a password comes by keys."""
    return (
        held.with_doubt()  # type: ignore[attr-defined]
        .select_related("user", "kept_by")
        .annotate(has_factor=second_factors.has_one("user"), key_used_at=Max("user__api_keys__last_used_at"))
    )


def _row(held: Any, *, is_due: bool) -> dict[str, Any]:
    return {"held": held, "card": ROLES[people_lists.role_of(held)], "is_due": is_due, "marks": _marks(held),
            "used_at": max(filter(None, (held.user.last_login, held.key_used_at)), default=None)}  # fmt: skip


def _marks(held: Any) -> list[str | Promise]:
    is_program = held.role == Role.INTEGRATION
    used_at = held.key_used_at if is_program else held.user.last_login
    marks: list[str | Promise] = []
    if not held.user.is_active:
        marks.append(_("switched off"))
    elif used_at and used_at < timezone.now() - UNUSED:
        marks.append(_("not used for two months"))
    if not is_program and not held.has_factor:
        marks.append(_("no second factor"))
    return marks


@needs(Permission.PEOPLE_MANAGE)
@require_POST
def keep(request: Asked, pk: UUID, role_pk: UUID) -> HttpResponse:
    held = access.membership(request.actor, access.person(request.actor, pk), role_pk)
    acts.keep_role(by=request.actor, membership=held)
    return HttpResponseRedirect(reverse("access_review"))
