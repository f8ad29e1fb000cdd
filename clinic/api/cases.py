from typing import Any
from uuid import UUID

from django.db import transaction
from rest_framework.request import Request
from rest_framework.response import Response

from clinic import access, case_proof, sealing
from clinic.actions import cases
from clinic.api import examples
from clinic.api.base import ApiView, actor_of, asked, once, page, shown, told
from clinic.api.describe import IDEMPOTENCY_KEY, Content, a_page, operation, page_of
from clinic.api.paging import Page, cut
from clinic.api.patients import chosen_patient
from clinic.api.serializers.cases import (
    CaseCard,
    CaseChanges,
    CaseQuery,
    CaseSearch,
    CaseVerification,
    CaseWish,
    Move,
    UrgencyWish,
)
from clinic.api.serializers.people import PersonChoice
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission as P
from clinic.errors import Code
from clinic.models import Case, CaseState, Urgency, User
from clinic.models.cases import NEEDS_WORK, CaseQuerySet
from clinic.views.keyset import Section
from clinic.views.searches import holding

PRESSING, JUST_DONE, NEWEST = ("urgency_rank", "opened_at", "id"), ("-state_since", "-id"), ("-opened_at", "-id")
ONE_CASE = Content(CaseCard, examples.CASE)


class CasesView(ApiView):
    needs = {"GET": (P.CASE_VIEW,), "POST": (P.CASE_OPEN, P.CASE_VIEW)}

    @operation(
        "listCases", "List cases", query=CaseQuery, refuses=(Code.NOT_FOUND,),
        gives={200: Content(page_of(CaseCard), a_page(examples.CASE))},
        says="Cases of the site. `pressing`: what needs work by urgency and waiting time, then what is done, the "
        "latest first. Words are searched for with POST /api/v1/cases/search, so that none stands in an address.",
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        filters = asked(request, CaseQuery)
        return _page(actor_of(request), _narrowed(actor_of(request), filters), filters)

    @operation(
        "openCase", "Open a case", takes=Content(CaseWish, examples.NEW_CASE), headers=[IDEMPOTENCY_KEY],
        gives={201: ONE_CASE, 200: Content(CaseCard, examples.CASE, "Opened before with this key.")},
        refuses=(Code.NOT_FOUND, Code.NOT_A_MEMBER, Code.KEY_REUSED),
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        wish = told(request, CaseWish)
        pk, is_new = once(request, lambda: _open(actor_of(request), wish))
        return shown(CaseCard, access.case(actor_of(request), pk), status=201 if is_new else 200)


class CaseVerificationView(ApiView):
    needs = {"GET": (P.CASE_VIEW,)}

    @operation(
        "verifyCase", "Ask whether a case still is what was written", refuses=(Code.NOT_FOUND,),
        gives={200: Content(CaseVerification, examples.CASE_VERIFICATION)},
        says="Every entry, its place in the audit, every byte of every file, answers, signed versions and notes.",
    )  # fmt: skip
    def get(self, request: Request, pk: UUID) -> Response:
        by = actor_of(request)
        return shown(CaseVerification, case_proof.prove(by, access.case(by, pk)))


class CaseSearchView(ApiView):
    needs = {"POST": (P.CASE_VIEW,)}

    @operation(
        "searchCases", "Search cases by words", takes=Content(CaseSearch, examples.SEARCH), refuses=(Code.NOT_FOUND,),
        gives={200: Content(page_of(CaseCard), a_page(examples.CASE))},
        says="In the question, the number of the visit and the references (C-12, P-34) of the cases of the site.",
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        wish = told(request, CaseSearch)
        found = holding(_narrowed(actor_of(request), wish), wish["words"])
        return _page(actor_of(request), found, wish)


class CaseView(ApiView):
    needs = {"GET": (P.CASE_VIEW,), "PATCH": (P.CASE_EDIT, P.CASE_VIEW)}

    @operation("readCase", "Read a case", gives={200: ONE_CASE}, refuses=(Code.NOT_FOUND, Code.ERASED))
    def get(self, request: Request, pk: UUID) -> Response:
        return shown(CaseCard, access.case(actor_of(request), pk))

    @operation(
        "editCase", "Change the wording of a case", takes=Content(CaseChanges, examples.CASE_CHANGES),
        gives={200: ONE_CASE}, refuses=(Code.NOT_FOUND, Code.CASE_IS_CLOSED, Code.ERASED),
    )  # fmt: skip
    def patch(self, request: Request, pk: UUID) -> Response:
        case = access.case(actor_of(request), pk, for_change=True)
        cases.edit(by=actor_of(request), case=case, **told(request, CaseChanges))
        return shown(CaseCard, access.case(actor_of(request), pk))


class CaseMoveView(ApiView):
    needs = {"POST": (P.CASE_EDIT, P.CASE_VIEW)}

    @operation(
        "moveCase", "Move a case to another state", takes=Content(Move, examples.MOVE), gives={200: ONE_CASE},
        refuses=(Code.NOT_FOUND, Code.ILLEGAL_MOVE, Code.ERASED),
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        case, wish = access.case(actor_of(request), pk, for_change=True), told(request, Move)
        cases.move(by=actor_of(request), case=case, to=CaseState(wish["to"]), reason=wish.get("reason"))
        return shown(CaseCard, access.case(actor_of(request), pk))


class CaseAssignView(ApiView):
    needs = {"POST": (P.CASE_ASSIGN, P.CASE_VIEW)}

    @operation(
        "assignCase", "Give a case to a colleague, or to nobody", takes=Content(PersonChoice, examples.ASSIGN),
        gives={200: ONE_CASE}, refuses=(Code.NOT_FOUND, Code.NOT_A_MEMBER, Code.ERASED),
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by = actor_of(request)
        case, wish = access.case(by, pk, for_change=True), told(request, PersonChoice)
        cases.assign(by=by, case=case, to=colleague(by, wish["assignee"]))
        return shown(CaseCard, access.case(by, pk))


class CaseUrgencyView(ApiView):
    needs = {"POST": (P.CASE_EDIT, P.CASE_VIEW)}

    @operation(
        "setUrgency", "Set the urgency of a case, and when it is due", takes=Content(UrgencyWish, examples.URGENCY),
        gives={200: ONE_CASE}, refuses=(Code.NOT_FOUND, Code.ERASED),
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        case, wish = access.case(actor_of(request), pk, for_change=True), told(request, UrgencyWish)
        urgency = Urgency(wish["urgency"])
        cases.set_urgency(by=actor_of(request), case=case, urgency=urgency, due_at=wish.get("due_at"))
        return shown(CaseCard, access.case(actor_of(request), pk))


def colleague(by: Actor, pk: UUID | None) -> User | None:
    return access.colleague(by, pk) if pk else None


def _open(by: Actor, wish: dict[str, Any]) -> UUID:
    with transaction.atomic():
        case = cases.open_case(
            by=by,
            patient=chosen_patient(by, wish["patient"]),
            question=wish["question"],
            urgency=Urgency(wish["urgency"]),
            encounter=wish.get("encounter"),
            department=wish["department"],
            assignee=colleague(by, wish.get("assignee")),
            due_at=wish.get("due_at"),
        )
    return case.pk


def _narrowed(by: Actor, filters: dict[str, Any]) -> CaseQuerySet:
    """An id of another site is not there: nothing is narrowed by what one may not see."""
    found = Case.objects.visible_to(by)
    if filters.get("state"):
        found = found.filter(state__in=filters["state"])
    if filters.get("urgency"):
        found = found.filter(urgency__in=filters["urgency"])
    if "patient" in filters:
        found = found.filter(patient=access.patient(by, filters["patient"], for_change=True))
    if "assignee" in filters:
        found = found.filter(assignee=access.colleague(by, filters["assignee"]))
    if filters.get("unassigned"):
        found = found.filter(assignee=None)
    if "opened_after" in filters:
        found = found.filter(opened_at__gt=filters["opened_after"])
    if "opened_before" in filters:
        found = found.filter(opened_at__lt=filters["opened_before"])
    return found.overdue() if filters.get("overdue") else found


def _page(by: Actor, found: CaseQuerySet, filters: dict[str, Any]) -> Response:
    rows = found.select_related("patient", "assignee", "opened_by", "site")
    sections = [Section(rows.needing_work(), PRESSING), Section(rows.exclude(state__in=NEEDS_WORK), JUST_DONE)]
    shown_now = cut(sections if filters["order"] == "pressing" else [Section(rows, NEWEST)], filters)
    sealing.warm(case.patient_id for case in shown_now.rows)
    return page(CaseCard, Page(access.case_list(by, shown_now.rows), shown_now.next_cursor))
