"""A record of another house, sent by a program: the body is the FHIR bundle itself."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from clinic import access
from clinic.actions import imports
from clinic.api import examples
from clinic.api.base import ApiView, actor_of, asked, shown
from clinic.api.describe import JSON, Content, operation
from clinic.api.fields import Id, Query
from clinic.api.receiving import announced_length, pieces
from clinic.api.serializers.cases import CaseCard
from clinic.authorization.permissions import Permission as P
from clinic.errors import Code, Refusal
from clinic.fhir.arriving import MOST_BYTES
from clinic.fhir.shapes import MEDIA_TYPE

BUNDLE: dict[str, Any] = {"type": "object", "properties": {"resourceType": {"enum": ["Bundle"]}},
                          "required": ["resourceType"]}  # fmt: skip


class ImportQuery(Query):
    patient = Id(required=False, help_text="Of a patient who is here already; left out: a new one is made.")


class ImportView(ApiView):
    needs = {"POST": (P.CASE_OPEN, P.UPLOAD_ADD, P.CASE_VIEW)}

    @operation(
        "importCase", "Take in a record of another house as a case", query=ImportQuery,
        takes=(Content(BUNDLE, examples.BUNDLE), Content(BUNDLE, examples.BUNDLE, media_type=MEDIA_TYPE)),
        gives={201: Content(CaseCard, examples.CASE),
               200: Content(CaseCard, examples.CASE, "This bundle is a case here already.")},
        refuses=(Code.NOT_FOUND, Code.ALREADY_EXISTS, Code.UNREADABLE_BUNDLE, Code.LENGTH_NEEDED, Code.CUT_OFF,
                 Code.ERASED, Code.STORAGE_DOWN, Code.STORAGE_FULL),
        says="A FHIR R4 bundle of one patient, at most 24 MB. It is kept as it came; its statements become a text to "
        "read, its documents files of the case. Sent again, it is the same case.",
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        by, wish = actor_of(request), asked(request, ImportQuery)
        patient = access.patient(by, wish["patient"], for_change=True) if "patient" in wish else None
        case, is_new = imports.take_in(by=by, data=_body(request._request), patient=patient)
        return shown(CaseCard, access.case(by, case.pk), status=201 if is_new else 200)


def _body(request: Any) -> bytes:
    """Whole in memory: it is parsed as a whole, and small."""
    if request.content_type not in (JSON, MEDIA_TYPE):
        raise Refusal(Code.MEDIA_TYPE_NOT_TAKEN, facts={"takes": [MEDIA_TYPE, JSON]})
    length = announced_length(request)
    if length > MOST_BYTES:
        raise Refusal(Code.TOO_LARGE, detail=_("A bundle may have at most 24 MB."), facts={"at_most": MOST_BYTES})
    return b"".join(pieces(request, length))
