"""A case taken out by a program: signed, or as FHIR alone."""

from uuid import UUID

from django.http import StreamingHttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from clinic import access, step_up
from clinic.actions import exports
from clinic.actions.exports import Form
from clinic.api.base import ApiView, TakeAny, actor_of, told
from clinic.api.describe import BINARY, Content, operation
from clinic.api.fields import Input
from clinic.authorization.permissions import Permission as P
from clinic.errors import Code
from clinic.views.exports import sent


class ExportWish(Input):
    form = serializers.ChoiceField(choices=[one.value for one in Form], default=Form.CAPSULE.value,
                                   help_text="A signed ZIP that proves itself, or FHIR R4 alone.")  # fmt: skip


class ExportView(ApiView):
    needs = {"POST": (P.CASE_EXPORT, P.CASE_VIEW)}
    content_negotiation_class = TakeAny

    @operation(
        "exportCase", "Take a case out of the house, signed", takes=Content(ExportWish, {"form": "capsule"}),
        gives={200: Content(BINARY, says="The ZIP, or the bundle.", media_type="*/*")},
        refuses=(Code.NOT_FOUND, Code.ERASED, Code.STEP_UP_NEEDED, Code.TOO_LARGE),
        says="A program needs a key with the scope case.export; a person must have proved who she is within five "
        "minutes. What engines said and nobody signed is in it as preliminary.",
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> StreamingHttpResponse:
        by, wish = actor_of(request), told(request, ExportWish)
        case = access.case(by, pk, for_change=True)
        confirmed = None if by.key_id else step_up.confirmed_at(request._request, access.oneself(by))
        return sent(exports.export(by=by, case=case, form=Form(wish["form"]), confirmed_at=confirmed))
