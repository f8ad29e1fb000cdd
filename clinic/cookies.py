"""Cookies that hold no secret: how a person likes this browser. Scripts of a page write them too (`cookies.js`), so
that nothing flashes.

Over TLS a name begins with `__Host-`: then no other host, not even one beside ours, can have planted it.
"""

from django.conf import settings
from django.http import HttpRequest

BOUND = "__Host-"


def name_of(what: str) -> str:
    return f"{BOUND}{what}" if settings.HAS_TLS else what


def liked(request: HttpRequest | None, what: str) -> str:
    """A browser may reach a proxy by TLS and the proxy us without: its scripts then know more than our settings."""
    if request is None:
        return ""
    return request.COOKIES.get(f"{BOUND}{what}") or request.COOKIES.get(what, "")
