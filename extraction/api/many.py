"""Facts of many documents at once, for programs."""

from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clinic import access as core
from clinic.api.base import ApiView, actor_of, shown, told
from clinic.api.describe import Content, operation
from clinic.api.fields import Id, Input, Output
from clinic.api.serializers.runs import RunCard
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission as P
from clinic.errors import Code
from clinic.models import Result, Run
from clinic.views import shelves
from extraction import access
from extraction.actions import batches
from extraction.api import examples

_READS = (P.UPLOAD_READ, P.CASE_VIEW, P.RUN_VIEW)


class ManySheetsWish(Input):
    """An archive (ZIP) or a file of texts (JSON Lines: id, text) of a case."""

    upload = Id()


class ManySheetsCard(Output):
    """Documents that came together. Each file that was sent is added, known or left out; each added one stands
    somewhere."""

    run = RunCard()
    sent = serializers.IntegerField(allow_null=True, help_text="Files in it; null until all were taken out.")
    added = serializers.IntegerField()
    known = serializers.IntegerField(allow_null=True, help_text="Whose facts the case had before.")
    failed = serializers.IntegerField(allow_null=True)
    places = serializers.DictField(child=serializers.IntegerField(), help_text="How many documents stand where.")


_MANY = Content(ManySheetsCard, examples.MANY)


class BatchesView(ApiView):
    needs = {"POST": (P.UPLOAD_ADD, P.RUN_REQUEST, *_READS)}

    @operation(
        "extractManyFacts", "Have the facts of many documents found", takes=Content(ManySheetsWish, examples.NEW_MANY),
        gives={202: Content(ManySheetsCard, examples.MANY, "Under way: read it again.")},
        refuses=(Code.NOT_FOUND, Code.UPLOADS_DO_NOT_FIT, Code.CASE_IS_CLOSED, Code.EXPIRED),
        says="The files of a ZIP, or the lines of a JSON Lines file, at most 10,000. What is wrong with one is told of "
        "that one. Single documents that come meanwhile go before them.",
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        by, wish = actor_of(request), told(request, ManySheetsWish)
        run, _is_new = batches.ask(by=by, upload=core.upload(by, wish["upload"], for_change=True))
        return _shown(by, access.batch(by, run.pk), status=202)


class BatchView(ApiView):
    needs = {"GET": _READS}

    @operation("readManyFacts", "How far many documents are", gives={200: _MANY}, refuses=(Code.NOT_FOUND,))
    def get(self, request: Request, pk: UUID) -> Response:
        by = actor_of(request)
        return _shown(by, access.batch(by, pk))


def _shown(by: Actor, run: Run, *, status: int = 200) -> Response:
    came = access.sheets(by).filter(came_with=run)
    facets = Result.objects.filter(run=run).values_list("facets", flat=True).first() or {}
    card = {"run": run, "sent": facets.get("sent"), "added": came.count(), "known": facets.get("known"),
            "failed": facets.get("failed"), "places": dict(shelves.counts(came))}  # fmt: skip
    return shown(ManySheetsCard, card, status=status)
