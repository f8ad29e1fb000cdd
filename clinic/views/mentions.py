from django.db.models import Q
from django.http import JsonResponse
from django.views.decorators.http import require_safe

from clinic.authorization.permissions import Permission
from clinic.colleagues import colleagues
from clinic.doors import needs
from clinic.views.asked import Asked

OFFERED = 8


@needs(Permission.NOTE_WRITE)
@require_safe
def case_colleagues(request: Asked) -> JsonResponse:
    """Whom `@br` may mean, while a note is written."""
    begun = request.GET.get("q", "")[:64]
    fitting = colleagues(request.actor).exclude(email=request.user.email)  # type: ignore[union-attr]
    if begun:
        fitting = fitting.filter(Q(name__icontains=begun) | Q(email__istartswith=begun))
    people = [{"name": name, "email": email} for name, email in fitting.values_list("name", "email")[:OFFERED]]
    return JsonResponse({"people": people})
