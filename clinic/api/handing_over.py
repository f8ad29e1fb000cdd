"""A case handed over, for programs: a key offers, takes and takes back for the person it belongs to."""

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from clinic import access, handing_over, sealing
from clinic.actions import handovers as acts
from clinic.api import examples
from clinic.api.base import ApiView, actor_of, asked, page, shown, told
from clinic.api.describe import Content, a_page, operation, page_of
from clinic.api.fields import PageQuery
from clinic.api.paging import Page, cut
from clinic.api.serializers.handing_over import (
    HandoverCard,
    HandoverQuery,
    HandoverRefusal,
    HandoverWish,
    OpenPointList,
)
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission as P
from clinic.errors import Code
from clinic.models import Handover
from clinic.views.keyset import Section

# Whoever reads cases may be offered one; a key that may only look takes none.
TAKES = frozenset({P.CASE_ASSIGN, P.REVIEW_WORK})
LATEST = ("-at", "-id")
_ANSWERING = (Code.NOT_FOUND, Code.ALREADY_DECIDED, Code.ERASED)


class OpenPointsView(ApiView):
    needs = {"GET": (P.CASE_VIEW,)}

    @operation(
        "listOpenPoints", "What whoever takes a case over has to know is open, counted now",
        gives={200: Content(OpenPointList, {"items": [examples.OPEN_POINT]})}, refuses=(Code.NOT_FOUND,),
    )  # fmt: skip
    def get(self, request: Request, pk: UUID) -> Response:
        return shown(OpenPointList, {"items": handing_over.open_points(access.case(actor_of(request), pk))})


class OfCaseView(ApiView):
    needs = {"GET": (P.CASE_VIEW,), "POST": (P.CASE_ASSIGN, P.CASE_VIEW)}

    @operation(
        "listCaseHandovers", "How a case was handed over, the latest first", query=PageQuery,
        gives={200: Content(page_of(HandoverCard), a_page(examples.HANDOVER))}, refuses=(Code.NOT_FOUND,),
    )  # fmt: skip
    def get(self, request: Request, pk: UUID) -> Response:
        by = actor_of(request)
        rows = access.handovers(by).filter(case=access.case(by, pk))
        return page(HandoverCard, cut([Section(rows, LATEST)], asked(request, PageQuery)))

    @operation(
        "offerHandover", "Offer a case to a colleague, with a word about it",
        takes=Content(HandoverWish, examples.NEW_HANDOVER), gives={201: Content(HandoverCard, examples.HANDOVER)},
        refuses=(Code.NOT_FOUND, Code.NOT_A_MEMBER, Code.ALREADY_EXISTS, Code.CASE_IS_CLOSED, Code.ERASED),
        says="What is open is listed beside it by the house. It stays where it is until she takes it.",
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by = actor_of(request)
        case, wish = access.case(by, pk, for_change=True), told(request, HandoverWish)
        row = acts.offer(by=by, case=case, to=access.colleague(by, wish["to"]), note=wish["note"])
        return _one(by, row, status=201)


def on_my_side(rows: Any, by: Actor, filters: dict[str, Any], *, to_me: str, by_me: str) -> Any:
    """What stands between two people, as one of them asks for it: by the column that names her, and its state."""
    rows = rows.filter(**{to_me if filters["side"] == "to_me" else by_me: by.myself})
    return rows.filter(state=filters["state"]) if "state" in filters else rows


class HandoversView(ApiView):
    needs = {"GET": (P.CASE_VIEW,)}

    @operation(
        "listHandovers", "What is handed to you, or by you, the latest first", query=HandoverQuery,
        gives={200: Content(page_of(HandoverCard), a_page(examples.HANDOVER))},
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        by, filters = actor_of(request), asked(request, HandoverQuery)
        rows = on_my_side(access.handovers(by), by, filters, to_me="taker", by_me="giver")
        found = cut([Section(rows, LATEST)], filters)
        sealing.warm(row.case.patient_id for row in found.rows)
        return page(HandoverCard, Page(access.handover_list(by, found.rows), found.next_cursor))


class TakeView(ApiView):
    needs = {"POST": (TAKES, P.CASE_VIEW)}

    @operation(
        "takeHandover", "Take a case that is handed to you: from now on it is with you",
        gives={200: Content(HandoverCard, examples.TAKEN_HANDOVER)},
        refuses=(*_ANSWERING, Code.CASE_IS_CLOSED, Code.NOT_FROM_HERE),
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by = actor_of(request)
        return _one(by, acts.accept(by=by, handover=access.handover(by, pk)))


class DeclineView(ApiView):
    needs = {"POST": (TAKES, P.CASE_VIEW)}

    @operation(
        "declineHandover", "Say why you do not take a case that is handed to you", refuses=_ANSWERING,
        takes=Content(HandoverRefusal, examples.NOT_TAKEN),
        gives={200: Content(HandoverCard, examples.DECLINED_HANDOVER)},
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by, wish = actor_of(request), told(request, HandoverRefusal)
        return _one(by, acts.decline(by=by, handover=access.handover(by, pk), reason=wish["reason"]))


class WithdrawView(ApiView):
    needs = {"POST": (P.CASE_ASSIGN, P.CASE_VIEW)}

    @operation(
        "withdrawHandover", "Take back what you offered, as long as nobody has answered",
        gives={200: Content(HandoverCard, examples.WITHDRAWN_HANDOVER)}, refuses=(*_ANSWERING, Code.NOT_FROM_HERE),
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by = actor_of(request)
        return _one(by, acts.withdraw(by=by, handover=access.handover(by, pk)))


def _one(by: Actor, row: Handover, *, status: int = 200) -> Response:
    """As it stands now."""
    [now] = access.handover_list(by, [access.handover(by, row.pk)])
    return shown(HandoverCard, now, status=status)
