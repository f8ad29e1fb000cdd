"""Breaking the glass by a program's page: a person at a browser, never a key. Judging it afterwards alike."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from clinic import access, step_up
from clinic.actions import glass as acts
from clinic.api import examples
from clinic.api.base import ApiView, actor_of, asked, page, shown, told
from clinic.api.describe import Content, a_page, operation, page_of
from clinic.api.paging import Page, cut
from clinic.api.serializers.emergencies import (
    EmergencyCard,
    EmergencyCase,
    EmergencyQuery,
    EmergencyTag,
    EmergencyVerdict,
    EmergencyWish,
)
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission as P
from clinic.errors import Code, Refusal
from clinic.glass import looking
from clinic.models import Case, Note, Report, Site, Upload
from clinic.views.keyset import Section


class EmergenciesView(ApiView):
    needs = {"GET": (P.GLASS_SEE,), "POST": (P.GLASS_BREAK,)}

    @operation(
        "listEmergencies", "List who opened a case of the site in an emergency, the latest first", query=EmergencyQuery,
        gives={200: Content(page_of(EmergencyCard), a_page(examples.EMERGENCY))},
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        by, filters = actor_of(request), asked(request, EmergencyQuery)
        rows = access.glass(by)
        if (waiting := filters.get("waiting")) is not None:
            rows = rows.to_be_looked_at() if waiting else rows.exclude(verdict="")
        found = cut([Section(rows, ("-began_at", "-id"))], filters)
        return page(EmergencyCard, Page(access.glass_list(by, found.rows), found.next_cursor), by=by)

    @operation(
        "breakGlass", "Open a case that is not yours to read, for half an hour",
        takes=Content(EmergencyWish, examples.NEW_EMERGENCY),
        gives={201: Content(EmergencyTag, examples.EMERGENCY_TAG)},
        refuses=(Code.PERSON_NEEDED, Code.STEP_UP_NEEDED),
        says="For a person at a browser who has proved who she is within five minutes. Leads, admins and auditors of "
        "that site are told at once. While it stands, asking again gives the same.",
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        by, wish = actor_of(request), told(request, EmergencyWish)
        confirmed = None if by.key_id else step_up.confirmed_at(request._request, access.oneself(by))
        glass = acts.break_glass(by=by, site=_site(wish["site"]), number=wish["number"], reason=wish["reason"],
                                 confirmed_at=confirmed)  # fmt: skip
        return shown(EmergencyTag, glass, status=201)


def _site(name: str) -> Site:
    found = Site.objects.filter(name=name, closed_at=None).first()
    if found is None:
        raise Refusal(Code.INVALID, fields={"site": [_("There is no site of that name.")]})
    return found


class EmergencyCaseView(ApiView):
    needs = {"GET": (P.GLASS_BREAK,)}

    @operation(
        "readEmergencyCase", "Read the case that was opened in an emergency",
        gives={200: Content(EmergencyCase, examples.EMERGENCY_CASE)},
        refuses=(Code.NOT_FOUND, Code.PERSON_NEEDED, Code.ERASED), says="As long as the half hour lasts.",
    )  # fmt: skip
    def get(self, request: Request, pk: UUID) -> Response:
        with looking(actor_of(request), pk) as (glass, reader):
            case = access.case(reader, glass.case_id)
            found = {"emergency": glass, "case": case, "patient": case.patient, **_parts(reader, case)}
            return shown(EmergencyCase, found)


def _parts(reader: Actor, case: Case) -> dict[str, Any]:
    notes = Note.objects.visible_to(reader).filter(case=case).select_related("case", "author")
    uploads = Upload.objects.visible_to(reader).filter(case=case, expired_at=None).select_related("case", "added_by")
    reports = Report.objects.visible_to(reader).filter(case=case).select_related("case", "signed_by")
    return {
        "notes": notes.order_by("-at"),
        "uploads": uploads.order_by("-added_at"),
        "reports": reports.order_by("-version"),
    }


class EmergencyEndView(ApiView):
    needs = {"POST": (P.GLASS_BREAK,)}

    @operation(
        "endEmergency", "Give a case back before its half hour is over", gives={204: Content(None)},
        refuses=(Code.NOT_FOUND, Code.NOT_FROM_HERE),
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by = actor_of(request)
        acts.end(by=by, glass=access.own_broken_glass(by, pk))
        return Response(status=204)


class EmergencyReviewView(ApiView):
    needs = {"POST": (P.GLASS_REVIEW, P.GLASS_SEE)}

    @operation(
        "judgeEmergency", "Judge whether opening a case in an emergency was right",
        takes=Content(EmergencyVerdict, examples.EMERGENCY_VERDICT), gives={204: Content(None)},
        refuses=(Code.NOT_FOUND, Code.ALREADY_DECIDED, Code.PERSON_NEEDED),
        says="By somebody else than who opened it, once. What still stands ends with it.",
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by, wish = actor_of(request), told(request, EmergencyVerdict)
        acts.look_at(by=by, glass=access.broken_glass(by, pk), **wish)
        return Response(status=204)
