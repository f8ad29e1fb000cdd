"""The audit, for programs of an auditor: read only, and each reading is written there too."""

from uuid import UUID

from django.http import StreamingHttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from clinic import access, audit_export, audit_search, event_proof
from clinic.api import examples
from clinic.api.base import ApiView, actor_of, asked, page, shown
from clinic.api.describe import Content, a_page, operation, page_of
from clinic.api.fields import PageQuery
from clinic.api.paging import Page, cut
from clinic.api.serializers.audit import AuditEventCard, AuditQuery, CheckpointCard, ProvedEvent, ReaderList
from clinic.audit_search import Wanted
from clinic.authorization.permissions import Permission as P
from clinic.errors import Code
from clinic.models import AuditCheckpoint
from clinic.views.keyset import Section

LATEST_FIRST = ("-seq",)


class EventsView(ApiView):
    needs = {"GET": (P.AUDIT_READ,)}

    @operation(
        "listAuditEvents", "List what happened at the site, the latest first", query=AuditQuery,
        gives={200: Content(page_of(AuditEventCard), a_page(examples.AUDIT_EVENT))},
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        by, filters = actor_of(request), asked(request, AuditQuery)
        wanted = _wanted(filters)
        found = cut([Section(wanted.links(by), LATEST_FIRST)], filters)
        return page(AuditEventCard, Page(access.audit_page(by, found.rows, narrowed_by=wanted.narrowed_by),
                                         found.next_cursor))  # fmt: skip


def _wanted(filters: dict[str, object]) -> Wanted:
    named = {name: value for name, value in filters.items() if name not in ("cursor", "page_size")}
    return Wanted(**named | ({"person": str(named["person"])} if "person" in named else {}))  # type: ignore[arg-type]


class EventView(ApiView):
    needs = {"GET": (P.AUDIT_READ,)}

    @operation(
        "readAuditEvent", "Read one event, and how far it is proved", refuses=(Code.NOT_FOUND,),
        gives={200: Content(ProvedEvent, examples.PROVED_EVENT)},
    )  # fmt: skip
    def get(self, request: Request, pk: UUID) -> Response:
        link = access.audit_link(actor_of(request), pk)
        steps = event_proof.steps(link)
        return shown(ProvedEvent, {"event": link, "steps": steps, "state": event_proof.state_of(steps)})


class ReadersView(ApiView):
    needs = {"GET": (P.AUDIT_READ,)}

    @operation(
        "listReaders", "Who looked at a case", refuses=(Code.NOT_FOUND,),
        gives={200: Content(ReaderList, {"results": [examples.READER]})},
        says="Everybody who was shown the case, its files or its results, or a list with it, the latest first.",
    )  # fmt: skip
    def get(self, request: Request, pk: UUID) -> Response:
        case = access.overseen_case(actor_of(request), pk)
        return shown(ReaderList, {"results": audit_search.readers(case)})


class CheckpointsView(ApiView):
    needs = {"GET": (P.AUDIT_READ,)}

    @operation(
        "listCheckpoints", "List signed checkpoints, the latest first", query=PageQuery,
        gives={200: Content(page_of(CheckpointCard), a_page(examples.CHECKPOINT))},
        says="Of the whole installation. They hold hashes and times, nothing of anybody.",
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        rows = AuditCheckpoint.objects.all()
        return page(CheckpointCard, cut([Section(rows, LATEST_FIRST)], asked(request, PageQuery)))


class ExportView(ApiView):
    needs = {"GET": (P.AUDIT_READ,)}

    @operation(
        "exportAudit", "Export the site's audit for the verifier",
        gives={200: Content({"type": "string"}, examples.EXPORT, media_type=audit_export.MEDIA_TYPE)},
        says="Lines of JSON, as tools/verify_audit.py reads them: of other sites the hash only.",
    )  # fmt: skip
    def get(self, request: Request) -> StreamingHttpResponse:
        by = actor_of(request)
        access.audit_taken(by, "audit.exported")
        return StreamingHttpResponse(audit_export.lines(by.here), content_type=audit_export.MEDIA_TYPE)
