from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinic.authorization.permissions import Permission
from clinic.doors import needs
from clinic.views import audit_lists
from clinic.views.asked import Asked


@needs(Permission.AUDIT_READ)
@require_safe
def audit(request: Asked) -> HttpResponse:
    listing = audit_lists.Listing.asked_for(request.GET, request.actor)
    page = listing.page(request.actor)
    context = {
        "listing": listing,
        "rows": audit_lists.rows(request.actor, page.rows),
        "next_url": listing.url(at=page.next) if page.next else "",
        "previous_url": listing.url(at=page.previous) if page.previous else "",
    }
    template = "clinic/audit/_list.html" if request.htmx.target == "audit" else "clinic/audit/audit.html"
    return render(request, template, context, status=422 if listing.form.errors else 200)
