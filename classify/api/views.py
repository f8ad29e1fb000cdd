"""Documents for programs: the same actions as the pages."""

import time
from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from classify import access, inbox, kinds, telling
from classify.actions import documents
from classify.api import examples
from classify.api.serializers import DocumentCard, DocumentDetail, DocumentQuery, DocumentWish
from clinic import access as core
from clinic.api import texts
from clinic.api.base import ApiView, actor_of, asked, page, shown, told
from clinic.api.describe import Content, a_page, operation, page_of
from clinic.api.examples import FRESH_RUN
from clinic.api.paging import cut_by
from clinic.api.serializers.runs import RunCard
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission as P
from clinic.errors import Code

ONE_DOCUMENT = Content(DocumentDetail, examples.ONE_DOCUMENT)
_READS = (P.UPLOAD_READ, P.CASE_VIEW)


class DocumentsView(ApiView):
    needs = {"GET": _READS, "POST": (P.UPLOAD_ADD, P.RUN_REQUEST, *_READS)}

    @operation(
        "listDocuments", "The documents, by where they belong", query=DocumentQuery,
        gives={200: Content(page_of(DocumentCard), a_page(examples.DOCUMENT))}, refuses=(Code.NOT_FOUND,),
        says="In an inbox urgent ones come first, then what could not be read, each the longest waiting first; "
        "among all, the newest first.",
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        by, filters = actor_of(request), asked(request, DocumentQuery)
        case = core.case(by, filters["case"], for_change=True) if "case" in filters else None
        found = cut_by(lambda at, size: inbox.page(by, filters["place"], at, size=size, case=case), filters)
        access.document_list(by, found.rows)
        return page(DocumentCard, found)

    @operation(
        "sortDocument", "Have a document sorted", takes=Content(DocumentWish, examples.NEW_DOCUMENT),
        gives={201: ONE_DOCUMENT, 200: Content(DocumentDetail, examples.ONE_DOCUMENT, "It is a document already.")},
        refuses=(Code.NOT_FOUND, Code.UPLOADS_DO_NOT_FIT, Code.CASE_IS_CLOSED, Code.EMPTY_FILE),
        says="An upload of a case, or text that is kept in one. Its text is taken out, then the engine is asked; "
        "`wait` holds the answer back until then. The same file is one document, however often it is sent.",
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        by, wish = actor_of(request), told(request, DocumentWish)
        until = time.monotonic() + wish["wait"]
        document, is_new = documents.take_in(by=by, upload=texts.upload_of(by, wish))
        texts.wait_for(document.asked_run, kinds.ROUTE, until)
        return _shown(by, document.pk, status=201 if is_new else 200)


class DocumentView(ApiView):
    needs = {"GET": _READS}

    @operation("readDocument", "Read a document: where it belongs, and what the engine said", gives={200: ONE_DOCUMENT},
               refuses=(Code.NOT_FOUND, Code.ERASED))  # fmt: skip
    def get(self, request: Request, pk: UUID) -> Response:
        return _shown(actor_of(request), pk)


class AgainView(ApiView):
    needs = {"POST": (P.RUN_REQUEST, P.RUN_VIEW, *_READS)}

    @operation(
        "sortDocumentAgain", "Ask the engine that answers now",
        gives={202: Content(RunCard, {**FRESH_RUN, "kind": kinds.ROUTE}, "Under way: watch the run.")},
        refuses=(Code.NOT_FOUND, Code.CASE_IS_CLOSED), says="What was said before stays with its run.",
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by = actor_of(request)
        run = documents.sort_again(by=by, document=access.document(by, pk, for_change=True))
        return shown(RunCard, core.run(by, run.pk), status=202)


def _shown(by: Actor, pk: UUID, *, status: int = 200) -> Response:
    document: Any = access.document(by, pk)
    document.answer = telling.answer_for(by, document)
    return shown(DocumentDetail, document, status=status)
