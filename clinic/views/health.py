from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

from clinic import health
from clinic.doors import public


@public
@never_cache
def live(request: HttpRequest) -> JsonResponse:
    """The process answers. Nothing else is asked: a restart would not bring a database back."""
    return JsonResponse({"live": True})


@public
@never_cache
def serving(request: HttpRequest) -> JsonResponse:
    """People may be sent here: the database answers. Workers may be gone, what is there can still be read."""
    is_serving = health.is_serving()
    return JsonResponse({"serving": is_serving}, status=200 if is_serving else 503)


@public
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    found = health.parts()
    is_ready = health.is_ready(found)
    told = {"ready": is_ready, "parts": {name: "ok" if ok else "not ok" for name, ok in found.items()}}
    return JsonResponse(told, status=200 if is_ready else 503)
