"""What these addresses have in common: a key's scope, the allowance of the API, one form of answer, FHIR's errors."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework.parsers import FormParser
from rest_framework.request import Request

from clinic.api.base import ApiView, TakeAny
from clinic.errors import Code, Refusal
from clinic.fhir.shapes import MEDIA_TYPE, Resource

MOST, USUAL = 50, 20
FORMATS = frozenset({"json", "application/json", MEDIA_TYPE, "application/fhir json"})  # a plus not written as %2B
SAID_IN_BODY = "identifier"  # a number of a patient or a visit stands in no address
PRIVATE = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}


class FhirView(ApiView):
    """Described by its CapabilityStatement, so the description of the API leaves it out."""

    schema = None
    content_negotiation_class = TakeAny
    parser_classes = (FormParser,)


@dataclass(frozen=True)
class Search:
    """What was asked for, each name once; a name that is not known is refused, not passed over: else somebody would
    take all there is for what she asked for."""

    said: dict[str, str]

    @classmethod
    def of(cls, request: Request, *known: str) -> "Search":
        """From the address, or from the body of a `_search`."""
        told: Any = request.data if request.method == "POST" else request.query_params
        said = {name: values[-1] for name, values in told.lists()}
        wrong = {name[:60]: [_("This search is not known here.")] for name in said if name not in (*known, *_ALWAYS)}
        wrong |= {name: [_("Given more than once.")] for name, values in told.lists() if len(values) > 1}
        if request.method != "POST" and SAID_IN_BODY in said:
            wrong[SAID_IN_BODY] = [_("Send it in the body of a POST to _search: it is about somebody.")]
        if said.get("_format", "json") not in FORMATS:
            raise Refusal(Code.NOT_ACCEPTABLE)
        if wrong:
            raise Refusal(Code.INVALID, fields=wrong)
        return cls(said)

    def id_of(self, name: str, kind: str = "") -> UUID | None:
        """Of `Patient/<id>` too."""
        if not (written := self.said.get(name, "")):
            return None
        try:
            return UUID(written.removeprefix(f"{kind}/"))
        except ValueError:
            raise Refusal(Code.INVALID, fields={name: [_("This is no id.")]}) from None

    @property
    def count(self) -> int:
        written = self.said.get("_count", str(USUAL))
        if not written.isdecimal() or len(written) > 4:
            raise Refusal(Code.INVALID, fields={"_count": [_("A number from 1 to %d.") % MOST]})
        return max(1, min(int(written), MOST))

    @property
    def cursor(self) -> str:
        return self.said.get("_cursor", "")

    def one_of(self, name: str, allowed: Iterable[str]) -> frozenset[str]:
        """`a,b`: one or the other."""
        wanted = frozenset(filter(None, self.said.get(name, "").split(",")))
        if wanted - set(allowed):
            raise Refusal(Code.INVALID, fields={name: [_("One of: %s.") % ", ".join(sorted(allowed))]})
        return wanted


_ALWAYS = ("_count", "_cursor", "_format", "_pretty", "_id")


def root_of(request: Request) -> str:
    return request._request.build_absolute_uri("/fhir")


def answered(told: Resource) -> HttpResponse:
    return HttpResponse(json.dumps(told, ensure_ascii=False), content_type=MEDIA_TYPE, headers=PRIVATE)


def found(request: Request, kind: str, resources: Iterable[Resource], search: Search, cursor: str) -> HttpResponse:
    """A page of a search. Where the next begins is in its address, with what was asked: ids and codes, no names."""
    root = root_of(request)
    entries = [{"fullUrl": f"{root}/{one['resourceType']}/{one['id']}", "resource": one, "search": {"mode": "match"}}
               for one in resources]  # fmt: skip
    links = [{"relation": "self", "url": _address(root, kind, search.said)}]
    if cursor:
        links.append({"relation": "next", "url": _address(root, kind, search.said | {"_cursor": cursor})})
    bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset", "link": links}
    return answered(bundle | ({"entry": entries} if entries else {}))


def _address(root: str, kind: str, said: dict[str, str]) -> str:
    query = urlencode({name: value for name, value in said.items() if name != SAID_IN_BODY})
    return f"{root}/{kind}?{query}" if query else f"{root}/{kind}"
