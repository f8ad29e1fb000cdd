"""A page that asks by itself whether there is news to show, while something is under way."""

from django.http import HttpResponse

from clinic.views.asked import Asked


def news(request: Asked, stamp: str) -> HttpResponse:
    """204 until the stamp of what it shows is another than the page knows; then it draws itself anew."""
    if stamp == request.GET.get("known"):
        return HttpResponse(status=204)
    return HttpResponse(status=200, headers={"HX-Refresh": "true"})
