from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class CompressedPagesMiddleware(GZipMiddleware):
    """Pages and JSON on their way out. Django pads each answer by chance, so that its length tells nothing of a secret
    beside somebody else's words (BREACH). Files go as they are: they are read in ranges and mostly packed already."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        if response.streaming or kind not in ("text/html", "application/json"):
            return response
        compressed: HttpResponseBase = super().process_response(request, response)
        return compressed
