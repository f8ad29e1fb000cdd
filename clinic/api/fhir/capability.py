"""What record systems may ask of this door, in FHIR's own form. Made of the views: it promises what there is."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings

from clinic.fhir.shapes import MEDIA_TYPE, Resource

SINCE = "2026-01-01"
_TYPES = {"identifier": "token", "status": "token", "patient": "reference", "encounter": "reference",
          "target": "reference"}  # fmt: skip
_SAYS = {"identifier": "Only in the body of a POST to _search: it stands in no address."}


def statement(root: str, searched: Iterable[type[Any]]) -> Resource:
    return {
        "resourceType": "CapabilityStatement", "status": "active", "date": SINCE, "kind": "instance",
        "publisher": "Rounds", "software": {"name": "Rounds", "version": settings.VERSION},
        "implementation": {"description": "Cases of one site, read only", "url": root}, "fhirVersion": "4.0.1",
        "format": [MEDIA_TYPE], "rest": [{"mode": "server", "security": _SECURITY,
                                          "resource": [_resource(one) for one in searched]}],
    }  # fmt: skip


_SECURITY = {"description": "Authorization: Bearer with an API key of the site. What a key may read its scopes say."}


def _resource(view: type[Any]) -> Resource:
    named = ("_id", *view.known)
    return {
        "type": view.kind, "interaction": [{"code": "read"}, {"code": "search-type"}], "versioning": "no-version",
        "searchParam": [
            {"name": name, "type": _TYPES.get(name, "token")}
            | ({"documentation": _SAYS[name]} if name in _SAYS else {})
            for name in named
        ],
    }  # fmt: skip
