from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clinic import access
from clinic.actions import keys as acts
from clinic.authorization.words import words
from clinic.doors import signed_in
from clinic.errors import Refusal
from clinic.forms import refusals
from clinic.forms.profile import KeyForm
from clinic.models import ApiKey, User
from clinic.views.asked import Asked
from clinic.views.private import private


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@private
def keys(request: Asked) -> HttpResponse:
    owner = access.oneself(request.actor)
    form = KeyForm(request.POST or None, allowed=request.actor.permissions)
    issued = issue(request, owner, form) if request.method == "POST" and form.is_valid() else None
    if issued:
        form = KeyForm(allowed=request.actor.permissions)
    context = {"form": form, "issued": issued, "rows": rows(request, owner), "action": reverse("keys"),
               "may_issue": bool(request.actor.permissions), "new_id": issued.key.pk if issued else None}  # fmt: skip
    template = "clinic/profile/_keys.html" if request.htmx else "clinic/profile/keys.html"
    return render(request, template, context, status=422 if form.errors else 200)


def issue(request: Asked, owner: User, form: KeyForm) -> acts.Issued | None:
    chosen = form.cleaned_data
    try:
        return acts.issue(by=request.actor, owner=owner, name=chosen["name"], scopes=form.chosen, days=chosen["days"])
    except Refusal as refusal:
        refusals.tell(form, refusal)
    return None


def rows(request: Asked, owner: User) -> list[dict[str, Any]]:
    """The usable ones first."""
    found = access.keys_of(request.actor, owner).order_by("-created_at")
    told = [{"key": key, "state": _state(key), "may": [words(p) for p in acts.known(key.scopes)]} for key in found]
    return sorted(told, key=lambda row: row["state"] != "active")


def _state(key: ApiKey) -> str:
    if key.revoked_at:
        return "revoked"
    return "active" if key.is_usable else "expired"


@signed_in
@require_POST
def key_revoke(request: Asked, pk: UUID) -> HttpResponse:
    key = access.key(request.actor, pk)
    acts.revoke(by=request.actor, key=key)
    messages.success(request, _("The key %s no longer works.") % key.name)
    is_mine = key.belongs_to(request.user.pk)  # type: ignore[arg-type]
    return HttpResponseRedirect(reverse("keys") if is_mine else reverse("person", args=[key.owner_id]))
