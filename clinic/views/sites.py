from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clinic import access
from clinic.actions import sites as acts
from clinic.authorization.permissions import Permission
from clinic.authorization.scope import scope
from clinic.doors import needs
from clinic.errors import Refusal
from clinic.forms import refusals
from clinic.forms.people import SiteForm, SiteLimitsForm
from clinic.models import Membership, Site
from clinic.views.asked import Asked

LIMITS = ("name", "emergency_wait_minutes", "urgent_wait_minutes", "routine_wait_minutes")


@needs(Permission.SITES_MANAGE)
@require_safe
def sites(request: Asked) -> HttpResponse:
    found = access.sites(request.actor).order_by("name")
    rows = [{"site": site, "people": _people(site), "is_here": site == request.site} for site in found]
    return render(request, "clinic/sites/sites.html", {"rows": rows})


def _people(site: Site) -> int:
    """Counted from inside each site: from here nobody sees who works at another."""
    with scope(site=site.pk):
        held = Membership.objects.current().filter(site=site)
        return held.aggregate(n=Count("user", filter=Q(user__is_active=True), distinct=True))["n"] or 0


@needs(Permission.SITES_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def site_new(request: Asked) -> HttpResponse:
    form = SiteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = acts.create(by=request.actor, name=form.cleaned_data["name"])
        except Refusal as refusal:
            refusals.tell(form, refusal)
        else:
            messages.success(request, _("%s is ready, and you are its first admin. Set its limits.") % made.name)
            return HttpResponseRedirect(reverse("site", args=[made.pk]))
    return render(request, "clinic/sites/new.html", {"form": form}, status=422 if form.errors else 200)


@needs(Permission.SITES_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def site(request: Asked, pk: UUID) -> HttpResponse:
    found = access.site(request.actor, pk)
    form = SiteLimitsForm(request.POST or None, initial={name: getattr(found, name) for name in LIMITS})
    if request.method == "POST" and form.is_valid():
        try:
            acts.update(by=request.actor, site=found, **form.cleaned_data)
        except Refusal as refusal:
            refusals.tell(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(reverse("site", args=[pk]))
    context = {"form": form, "one": found, "is_here": found == request.site}
    return render(request, "clinic/sites/site.html", context, status=422 if form.errors else 200)
