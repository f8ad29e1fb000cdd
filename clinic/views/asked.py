"""What a view may rely on once the middleware has let a request in."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest

from clinic.errors import Code, Refusal

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from clinic.authorization.actor import Actor
    from clinic.identity import Identity
    from clinic.models import Site


def id_in(text: str) -> UUID:
    """An id that was sent. What is none names nothing."""
    try:
        return UUID(text)
    except ValueError:
        raise Refusal(Code.NOT_FOUND) from None


class Asked(HttpRequest):
    """For type checkers: a request of somebody known. Never made; the attributes come from the middleware."""

    actor: "Actor"
    identity: "Identity"
    site: "Site"  # type: ignore[assignment]  # not that of django.contrib.sites
    htmx: "HtmxDetails"
