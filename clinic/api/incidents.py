"""Incidents for programs: the same acts as on their pages, by whoever stops engines or agrees to changes of them."""

from uuid import UUID

from django.http import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from clinic import access
from clinic.actions import incidents
from clinic.api import examples
from clinic.api.base import ApiView, TakeAny, actor_of, asked, page, shown, told
from clinic.api.describe import BINARY, Content, a_page, operation, page_of
from clinic.api.paging import cut
from clinic.api.serializers.incidents import (
    EndWish,
    IncidentCard,
    IncidentNoteWish,
    IncidentQuery,
    IncidentReviewWish,
    IncidentRow,
    LogLine,
    OrderedPack,
    StepWish,
    StopWish,
)
from clinic.authorization.permissions import Permission as P
from clinic.downloads import download_pack
from clinic.errors import Code
from clinic.models import Incident
from clinic.views.keyset import Section

ONE = Content(IncidentCard, examples.INCIDENT)
ACTS = (P.ENGINES_VIEW, frozenset(incidents.PART))


class IncidentsView(ApiView):
    needs = {"GET": (P.ENGINES_VIEW,), "POST": ACTS}

    @operation(
        "listIncidents", "List incidents, the latest first", query=IncidentQuery,
        gives={200: Content(page_of(IncidentRow), a_page(examples.INCIDENT_ROW))},
        says="Without what people wrote about them.",
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        filters = asked(request, IncidentQuery)
        rows = access.incidents(actor_of(request))
        if filters.get("state"):
            rows = rows.filter(state__in=filters["state"])
        return page(IncidentRow, cut([Section(rows, ("-opened_at", "-id"))], filters))

    @operation(
        "openIncident", "Open an incident while the engine goes on", takes=Content(StopWish, examples.NEW_STOP),
        gives={201: ONE}, refuses=(Code.NOT_FOUND,),
        says="For what is odd but not so wrong that the engine must stop.",
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        by = actor_of(request)
        made = incidents.open_by_hand(by=by, **told(request, StopWish))
        return _shown(request, made.pk, status=201)


class IncidentView(ApiView):
    needs = {"GET": (P.ENGINES_VIEW,)}

    @operation("readIncident", "Read an incident: checklist, log, packs", gives={200: ONE}, refuses=(Code.NOT_FOUND,))
    def get(self, request: Request, pk: UUID) -> Response:
        return _shown(request, pk)


class NotesView(ApiView):
    needs = {"POST": ACTS}

    @operation(
        "noteIncident", "Add a note to the log", takes=Content(IncidentNoteWish, examples.NEW_INCIDENT_NOTE),
        gives={201: Content(LogLine, examples.LOG_LINE)}, refuses=(Code.NOT_FOUND, Code.INCIDENT_IS_CLOSED),
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        wish = told(request, IncidentNoteWish)
        made = incidents.note(by=actor_of(request), incident=_for_change(request, pk), words=wish["words"])
        return shown(LogLine, made, status=201)


class StepsView(ApiView):
    needs = {"POST": ACTS}

    @operation(
        "doIncidentStep", "Say that a step of the checklist is done", takes=Content(StepWish, examples.DONE_STEP),
        gives={200: ONE}, refuses=(Code.NOT_FOUND, Code.INCIDENT_IS_CLOSED),
        says="Once, by whoever was first: said again it changes nothing.",
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        step = told(request, StepWish)["step"]
        incidents.tick(by=actor_of(request), incident=_for_change(request, pk), step=step)
        return _shown(request, pk)


class PacksView(ApiView):
    needs = {"POST": ACTS}

    @operation(
        "orderIncidentPack", "Have the incident pack written anew", gives={201: Content(OrderedPack, examples.ORDERED)},
        refuses=(Code.NOT_FOUND, Code.NOT_FROM_HERE),
        says="With what has happened since. Asked for while one is being written it is that one.",
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        run = incidents.write_pack(by=actor_of(request), incident=_for_change(request, pk))
        return shown(OrderedPack, {"run": run.pk}, status=201)


class PackView(ApiView):
    needs = {"GET": ACTS}
    content_negotiation_class = TakeAny

    @operation(
        "downloadIncidentPack", "Download a file of an incident pack", refuses=(Code.NOT_FOUND, Code.OBJECT_DAMAGED,
                                                                               Code.STORAGE_DOWN),
        gives={200: Content(BINARY, says="PDF or JSON, as its `form` says.", media_type="*/*")},
    )  # fmt: skip
    def get(self, request: Request, pk: UUID) -> HttpResponseBase:
        return download_pack(access.incident_pack(actor_of(request), pk))


class ResolveView(ApiView):
    needs = {"POST": ACTS}

    @operation(
        "resolveIncident", "Say that an incident is over", takes=Content(EndWish, examples.INCIDENT_END),
        gives={200: ONE}, refuses=(Code.NOT_FOUND, Code.STILL_STOPPED),
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        note = told(request, EndWish)["note"]
        incidents.resolve_by_hand(by=actor_of(request), incident=_for_change(request, pk), note=note)
        return _shown(request, pk)


class ReviewView(ApiView):
    needs = {"POST": ACTS}

    @operation(
        "reviewIncident", "Write down what was learned", takes=Content(IncidentReviewWish, examples.INCIDENT_REVIEW),
        gives={201: Content(LogLine, examples.REVIEW_LINE)}, refuses=(Code.NOT_FOUND, Code.INCIDENT_IS_CLOSED),
        says="Each writing is a line of its own; the latest is the review.",
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        parts = told(request, IncidentReviewWish)
        made = incidents.write_review(by=actor_of(request), incident=_for_change(request, pk), parts=parts)
        return shown(LogLine, made, status=201)


class CloseView(ApiView):
    needs = {"POST": ACTS}

    @operation(
        "closeIncident", "Close an incident", gives={200: ONE},
        refuses=(Code.NOT_FOUND, Code.NOT_FROM_HERE, Code.STILL_STOPPED, Code.ALREADY_DECIDED, Code.REVIEW_MISSING),
        says="Not before it is over and somebody has written down what was learned. Its log stays.",
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        incidents.close(by=actor_of(request), incident=_for_change(request, pk))
        return _shown(request, pk)


def _for_change(request: Request, pk: UUID) -> Incident:
    return access.incident(actor_of(request), pk, for_change=True)


def _shown(request: Request, pk: UUID, *, status: int = 200) -> Response:
    return shown(IncidentCard, access.incident(actor_of(request), pk), status=status)
