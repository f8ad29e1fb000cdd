"""The audit as its auditor reads it. Whatever she looks at is written there too."""

import base64
import json
from pathlib import Path
from typing import Any
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.core.cache import cache
from django.http import FileResponse, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic import access, audit_export, audit_search, chain, event_proof, signing, witness
from clinic.authorization.permissions import Permission
from clinic.doors import needs
from clinic.errors import Code, Refusal
from clinic.forms.audit import AuditSearchForm
from clinic.views import audit_lists
from clinic.views.asked import Asked
from clinic.views.presenters import audit_event, audit_proof
from clinic.views.private import private

VERIFIER = Path(settings.BASE_DIR) / "tools" / "verify_audit.py"
VERIFYING, VERIFYING_AT_MOST_S = "audit.verifying", 600


@needs(Permission.AUDIT_READ)
@require_safe
@private
def audit(request: Asked) -> HttpResponse:
    listing = audit_lists.Listing.asked_for(request.GET, request.actor)
    page = listing.page(request.actor)
    context = {
        "listing": listing,
        "search_form": listing.search_form(request.actor),
        "rows": audit_lists.rows(request.actor, page.rows),
        "next_url": listing.url(at=page.next) if page.next else "",
        "previous_url": listing.url(at=page.previous) if page.previous else "",
        "dock": _dock(),
    }
    template = "clinic/audit/_list.html" if request.htmx.target == "audit" else "clinic/audit/audit.html"
    return render(request, template, context, status=422 if listing.form.errors else 200)


def _dock() -> list[dict[str, str]]:
    lines = (("j k", _("move")), ("Enter", _("open")), ("/", _("search")))
    return [{"keys": keys, "words": words} for keys, words in lines]


@needs(Permission.AUDIT_READ)
@require_POST
@private
def audit_search_view(request: Asked) -> HttpResponse:
    """Posted, because the number of a patient stands in no address."""
    form = AuditSearchForm(request.POST, **audit_lists.choices(request.actor))
    url = audit_lists.found_url(form, request.actor) if form.is_valid() else ""
    if form.errors:  # also a number that nobody has
        return render(request, "clinic/audit/audit.html", {"search_form": form}, status=422)
    return redirect(url)


@needs(Permission.AUDIT_READ)
@require_safe
@private
def audit_event_page(request: Asked, pk: UUID) -> HttpResponse:
    link = access.audit_link(request.actor, pk)
    steps = event_proof.steps(link)
    context = {
        "row": audit_lists.rows(request.actor, [link])[0],
        "facts": audit_event.facts(request.actor, link),
        "steps": steps,
        "state": event_proof.state_of(steps),
    }
    return render(request, "clinic/audit/event.html", context)


@needs(Permission.AUDIT_READ)
@require_safe
@private
def audit_readers(request: Asked, pk: UUID) -> HttpResponse:
    case = access.overseen_case(request.actor, pk)
    context = {
        "case": case,
        "readers": audit_search.readers(case),
        "events_url": audit_lists.list_url({"case": str(pk)}),
    }
    return render(request, "clinic/audit/readers.html", context)


@needs(Permission.AUDIT_READ)
@require_safe
@private
def audit_proof_page(request: Asked) -> HttpResponse:
    return _proof(request)


def _proof(request: Asked, **more: Any) -> HttpResponse:
    context = {"proof": audit_proof.standing(), "proves": audit_proof.PROVES, "proves_not": audit_proof.PROVES_NOT}
    return render(request, "clinic/audit/proof.html", context | more)


@needs(Permission.AUDIT_READ)
@require_POST
@private
def audit_verify(request: Asked) -> HttpResponse:
    """All of the chain, of every site: one at a time."""
    if not cache.add(VERIFYING, "", VERIFYING_AT_MOST_S):
        raise Refusal(Code.TOO_MANY, detail=_("Somebody is verifying it already."))
    began = timezone.now()
    try:
        verdict = chain.verify(witness.file().lines())
    finally:
        cache.delete(VERIFYING)
    at = verdict.chain.seq if verdict.chain else None
    access.audit_taken(request.actor, "audit.verified", holds=verdict.holds, events=verdict.events, broken_at=at)
    return _proof(request, verdict=verdict, verified_in=timezone.now() - began)


@needs(Permission.AUDIT_READ)
@require_POST
@reauthentication_required
@private
def audit_export_file(request: Asked) -> HttpResponseBase:
    """The site's own events whole; of the others the hash only."""
    access.audit_taken(request.actor, "audit.exported")
    name = f"audit-{timezone.localdate().isoformat()}.jsonl"
    return StreamingHttpResponse(
        audit_export.lines(request.actor.here), content_type=audit_export.MEDIA_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )  # fmt: skip


@needs(Permission.AUDIT_READ)
@require_safe
def audit_keys(request: Asked) -> HttpResponse:
    told = {key: base64.b64encode(raw).decode() for key, raw in signing.public_keys().items()}
    attached = {"Content-Disposition": 'attachment; filename="keys.json"'}
    return HttpResponse(json.dumps(told, indent=2), content_type="application/json", headers=attached)


@needs(Permission.AUDIT_READ)
@require_safe
def audit_verifier(request: Asked) -> FileResponse:
    return FileResponse(
        VERIFIER.open("rb"), as_attachment=True, filename=VERIFIER.name, content_type="text/x-python; charset=utf-8"
    )
