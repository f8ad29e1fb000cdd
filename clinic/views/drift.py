from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic import access
from clinic.actions import monitors
from clinic.authorization.permissions import Permission
from clinic.doors import needs
from clinic.views.asked import Asked
from clinic.views.presenters import drift_page
from clinic.views.private import private


@needs(Permission.ENGINES_VIEW)
@require_safe
@private
def drift(request: Asked) -> HttpResponse:
    latest = access.drift_alarms(request.actor).order_by("-at")[: drift_page.MOST_ALARMS]
    alarms = access.drift_list(request.actor, list(latest))
    context = {"panels": drift_page.panels(request.actor), "alarms": drift_page.alarms(request.actor, alarms)}
    return render(request, "clinic/drift/drift.html", context)


@needs(Permission.ENGINES_MANAGE)
@require_POST
def drift_looked(request: Asked, pk: UUID) -> HttpResponse:
    monitors.watch_on(by=request.actor, alarm=access.drift_alarm(request.actor, pk))
    messages.success(request, _("Noted. The monitor watches on against the same reference."))
    return HttpResponseRedirect(reverse("drift"))
