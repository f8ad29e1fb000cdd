from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinic import access
from clinic.actions import replays
from clinic.authorization.permissions import Permission
from clinic.doors import needs
from clinic.views.asked import Asked


@needs(Permission.RUN_VIEW)
@require_POST
def result_replay(request: Asked, pk: UUID) -> HttpResponse:
    """The stored answer is computed once more; the page of that run shows both side by side."""
    run = replays.replay(by=request.actor, result=access.result(request.actor, pk))
    messages.info(request, _("The recorded engine is asked again. What comes out is shown beside the first answer."))
    return HttpResponseRedirect(reverse("run", args=[run.pk]))
