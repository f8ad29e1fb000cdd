"""A second signature, for programs to ask for and to follow. To sign, or to decline, takes a person at a browser."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from clinic import access, sealing, step_up
from clinic.actions import cosigning as acts
from clinic.api import examples
from clinic.api.base import ApiView, actor_of, asked, page, shown, told
from clinic.api.describe import Content, a_page, operation, page_of
from clinic.api.fields import PageQuery
from clinic.api.handing_over import on_my_side
from clinic.api.paging import Page, cut
from clinic.api.serializers.handing_over import (
    CoSignatureCard,
    CoSignatureQuery,
    CoSignatureRefusal,
    CoSignatureWish,
)
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission as P
from clinic.errors import Code
from clinic.models import CoSignature
from clinic.views.keyset import Section

SIGNING = (P.REPORT_SIGN, P.CASE_VIEW)
LATEST = ("-asked_at", "-id")


class OfReportView(ApiView):
    needs = {"GET": (P.CASE_VIEW,), "POST": SIGNING}

    @operation(
        "listReportCosignatures", "Whose second signature was asked for under a version, the latest first",
        query=PageQuery, refuses=(Code.NOT_FOUND, Code.ERASED),
        gives={200: Content(page_of(CoSignatureCard), a_page(examples.COSIGNED))},
    )  # fmt: skip
    def get(self, request: Request, pk: UUID) -> Response:
        by = actor_of(request)
        rows = access.cosignatures(by).filter(report=access.report(by, pk))
        return page(CoSignatureCard, cut([Section(rows, LATEST)], asked(request, PageQuery)))

    @operation(
        "askForCosignature", "Ask a colleague to sign the newest version too",
        takes=Content(CoSignatureWish, examples.NEW_COSIGNATURE),
        gives={201: Content(CoSignatureCard, examples.COSIGNATURE)},
        refuses=(Code.NOT_FOUND, Code.NOT_A_MEMBER, Code.ALREADY_EXISTS, Code.DRAFT_CHANGED, Code.ERASED),
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by, wish = actor_of(request), told(request, CoSignatureWish)
        row = acts.ask(by=by, report=access.report(by, pk), whom=access.colleague(by, wish["whom"]))
        return _one(by, row, status=201)


class CoSignaturesView(ApiView):
    needs = {"GET": (P.CASE_VIEW,)}

    @operation(
        "listCosignatures", "What you are asked to sign too, or have asked others to, the latest first",
        query=CoSignatureQuery, gives={200: Content(page_of(CoSignatureCard), a_page(examples.COSIGNATURE))},
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        by, filters = actor_of(request), asked(request, CoSignatureQuery)
        rows = on_my_side(access.cosignatures(by), by, filters, to_me="signer", by_me="asked_by")
        found = cut([Section(rows, LATEST)], filters)
        sealing.warm(row.report.case.patient_id for row in found.rows)
        return page(CoSignatureCard, Page(access.cosignature_list(by, found.rows), found.next_cursor))


class SignView(ApiView):
    needs = {"POST": SIGNING}

    @operation(
        "signCosignature", "Sign a version too, as it is asked of you",
        gives={200: Content(CoSignatureCard, examples.COSIGNED)},
        refuses=(Code.NOT_FOUND, Code.ERASED, Code.PERSON_NEEDED, Code.STEP_UP_NEEDED, Code.ALREADY_DECIDED,
                 Code.DRAFT_CHANGED, Code.NOT_FROM_HERE),
        says="For a person at a browser who has proved who she is within five minutes. No key signs.",
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by = actor_of(request)
        found = access.cosignature(by, pk)
        confirmed = None if by.key_id else step_up.confirmed_at(request._request, access.oneself(by))
        return _one(by, acts.sign(by=by, cosignature=found, confirmed_at=confirmed))


class DeclineView(ApiView):
    needs = {"POST": SIGNING}

    @operation(
        "declineCosignature", "Say why you do not sign a version too",
        takes=Content(CoSignatureRefusal, examples.COSIGNING_DECLINED),
        gives={200: Content(CoSignatureCard, examples.NOT_COSIGNED)},
        refuses=(Code.NOT_FOUND, Code.ERASED, Code.PERSON_NEEDED, Code.ALREADY_DECIDED),
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by, wish = actor_of(request), told(request, CoSignatureRefusal)
        return _one(by, acts.decline(by=by, cosignature=access.cosignature(by, pk), reason=wish["reason"]))


def _one(by: Actor, row: CoSignature, *, status: int = 200) -> Response:
    """As it stands now; whoever asks or answers has read the version, which is noted."""
    return shown(CoSignatureCard, access.cosignatures(by).get(pk=row.pk), status=status)
