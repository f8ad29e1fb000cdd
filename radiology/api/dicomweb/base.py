"""What these addresses have in common: they answer in the standard's types, and refuse with the house's codes."""

import json
from typing import Any
from urllib.parse import unquote

from django.http import HttpResponse
from django.urls import reverse
from rest_framework.request import Request

from clinic.actions import allowance
from clinic.api.base import ApiView, TakeAny
from clinic.api.problems import handle
from clinic.authorization.permissions import Permission as P
from clinic.errors import Code, Refusal
from radiology.dicom.web_answers import JSON_TYPE, BadRequest, demand_uids

READS = (P.UPLOAD_READ, P.CASE_VIEW)
PRIVATE = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}


class DicomWebView(ApiView):
    """Described by the standard, so the description of the API leaves it out."""

    schema = None
    content_negotiation_class = TakeAny
    allowance = allowance.PIECES

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        demand_uids(*(kwargs[name] for name in ("study", "series", "instance") if name in kwargs))

    def get_exception_handler(self) -> Any:
        return _handle


def _handle(exc: Exception, context: dict[str, Any]) -> HttpResponse:
    return handle(Refusal(Code.INVALID, detail=str(exc)) if isinstance(exc, BadRequest) else exc, context)


def root_of(request: Request) -> str:
    plain = request._request
    return plain.build_absolute_uri(reverse("dicomweb_studies")).removesuffix("/studies")


def accepted(request: Request, *offered: str) -> str:
    """The first of what we have that the asker takes; she takes all where she says nothing."""
    wanted = [_type_of(part) for part in _accept(request).split(",")]
    for ours in offered:
        if any(_takes(theirs, ours) for theirs in wanted):
            return ours
    raise Refusal(Code.NOT_ACCEPTABLE, facts={"offered": list(offered)})


def _accept(request: Request) -> str:
    """A browser that cannot set headers may ask in the address (PS3.18 8.3.3)."""
    named = request._request.GET.get("accept", "")
    return unquote(named) or request.headers.get("Accept") or "*/*"


def _type_of(part: str) -> str:
    """Of several parts the type of each: that is what differs."""
    kind, *parameters = (piece.strip() for piece in part.split(";"))
    if kind.lower() in ("multipart/related", "multipart/*"):
        inner = next((one.partition("=")[2] for one in parameters if one.lower().startswith("type=")), "*/*")
        return "multipart:" + inner.strip('"').lower()
    return kind.lower()


def _takes(theirs: str, ours: str) -> bool:
    if theirs == "*/*":
        return True
    form, _, theirs_inner = theirs.rpartition(":")
    our_form, _, our_inner = ours.rpartition(":")
    if form != our_form:
        return False
    return theirs_inner in ("*/*", our_inner, our_inner.partition("/")[0] + "/*")


def as_json(told: Any, *, status: int = 200) -> HttpResponse:
    return HttpResponse(json.dumps(told), status=status, content_type=JSON_TYPE, headers=PRIVATE)
