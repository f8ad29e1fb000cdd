"""STOW-RS: films of other programs, kept as those that machines send. Searching studies has the same address."""

from dataclasses import replace

from django.http import HttpResponse
from rest_framework.request import Request

from clinic import sealing
from clinic.api.base import actor_of
from clinic.api.receiving import announced_length, pieces
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission as P
from clinic.errors import Code, Refusal
from clinic.models import Site
from radiology.api.dicomweb.base import READS, accepted, as_json, root_of
from radiology.api.dicomweb.searching import SearchView
from radiology.dicom import shelf
from radiology.dicom.keeping import keep
from radiology.dicom.receiving import Arrival, received
from radiology.dicom.web_answers import JSON_TYPE, Stored, parts_of, store_answer

MOST_BYTES = 128 * 1024 * 1024  # of one request: it is whole in memory until its parts are kept
SENDER = "DICOMweb"


class StudiesView(SearchView):
    level = "studies"
    needs = {"GET": READS, "POST": (P.UPLOAD_ADD, P.CASE_OPEN, *READS)}

    def post(self, request: Request) -> HttpResponse:
        accepted(request, JSON_TYPE, "application/json")
        by = actor_of(request)
        files = parts_of(_body(request), request._request.headers.get("Content-Type", ""))
        status, told = store_answer(_stored(by, file, root_of(request)) for file in files)
        return as_json(told, status=status)


def _body(request: Request) -> bytes:
    length = announced_length(request._request)
    if length > MOST_BYTES:
        raise Refusal(Code.TOO_LARGE, facts={"at_most": MOST_BYTES})
    return b"".join(pieces(request._request, length))


def _stored(by: Actor, file: bytes, root: str) -> Stored:
    site = Site.objects.get(pk=by.here)
    key = sealing.data_key(site.pk).secret
    kept = received(file, SENDER, keep=lambda arrival: _keep(by, site, arrival), key=key)
    told = Stored(kept.sop_class, kept.instance)
    if kept.arrival is None:
        return replace(told, reason=int(kept.status))
    one = kept.arrival
    return replace(told, url=shelf.address(root, one.study, one.series, one.instance), is_changed=True)


def _keep(by: Actor, site: Site, arrival: Arrival) -> None:
    keep(by=by, site=site, arrival=arrival)
