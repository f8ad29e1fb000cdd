"""Many documents at once, for programs."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from classify import access, batches
from classify.actions import batches as acts
from classify.api import examples
from classify.api.serializers import ManyCard, ManyItemCard, ManyItemQuery, ManyWish
from clinic import access as core
from clinic.api.base import ApiView, actor_of, asked, page, shown, told
from clinic.api.describe import Content, a_page, operation, page_of
from clinic.api.paging import Page, cut
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission as P
from clinic.errors import Code
from clinic.models import Run
from clinic.views.keyset import Section

_READS = (P.UPLOAD_READ, P.CASE_VIEW, P.RUN_VIEW)
_MANY = Content(ManyCard, examples.MANY)


class BatchesView(ApiView):
    needs = {"POST": (P.UPLOAD_ADD, P.RUN_REQUEST, *_READS)}

    @operation(
        "sortManyDocuments", "Have many documents sorted", takes=Content(ManyWish, examples.NEW_MANY),
        gives={202: Content(ManyCard, examples.MANY, "Under way: read it again.")},
        refuses=(Code.NOT_FOUND, Code.UPLOADS_DO_NOT_FIT, Code.CASE_IS_CLOSED),
        says="The files of a ZIP, or the lines of a JSON Lines file, at most 10,000. Each becomes a document of the "
        "case; what is wrong with one is told of that one. Single documents that come meanwhile go before them.",
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        by, wish = actor_of(request), told(request, ManyWish)
        run, _is_new = acts.ask(by=by, upload=core.upload(by, wish["upload"], for_change=True))
        return _shown(by, access.batch(by, run.pk), status=202)


class BatchView(ApiView):
    needs = {"GET": _READS}

    @operation("readManyDocuments", "How far many documents are", gives={200: _MANY}, refuses=(Code.NOT_FOUND,))
    def get(self, request: Request, pk: UUID) -> Response:
        by = actor_of(request)
        return _shown(by, access.batch(by, pk))


class ItemsView(ApiView):
    needs = {"GET": _READS}

    @operation(
        "listManyDocuments", "What became of each file", query=ManyItemQuery, refuses=(Code.NOT_FOUND,),
        gives={200: Content(page_of(ManyItemCard), a_page(examples.MANY_ITEM))}, says="In the order of the archive.",
    )  # fmt: skip
    def get(self, request: Request, pk: UUID) -> Response:
        by, filters = actor_of(request), asked(request, ManyItemQuery)
        found = batches.items(by, access.batch(by, pk), failed_only=filters["failed_only"])
        cut_off = cut([Section(found, ("number", "id"))], filters)
        return page(ManyItemCard, Page(list(batches.told_of(by, cut_off.rows)), cut_off.next_cursor))


class StopView(ApiView):
    needs = {"POST": (P.RUN_CANCEL, *_READS)}

    @operation("stopManyDocuments", "Stop what waits of many documents", gives={200: _MANY}, refuses=(Code.NOT_FOUND,),
               says="What is done stays.")  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by = actor_of(request)
        acts.stop(by=by, run=access.batch(by, pk, for_change=True))
        return _shown(by, access.batch(by, pk))


def _shown(by: Actor, run: Run, *, status: int = 200) -> Response:
    tally = batches.tally(run)
    card = {"run": run, "added": tally.added, "known": tally.known, "failed": tally.failed,
            "problems": tally.problems, "places": dict(batches.places(by, run))}  # fmt: skip
    return shown(ManyCard, card, status=status)
