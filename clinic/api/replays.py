"""A stored answer computed once more, and how the two compare."""

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from clinic import access
from clinic.actions import replays
from clinic.api import examples
from clinic.api.base import ApiView, actor_of, shown
from clinic.api.describe import Content, operation
from clinic.api.serializers.replays import ComparisonCard
from clinic.api.serializers.runs import RunCard
from clinic.authorization.permissions import Permission as P
from clinic.errors import Code, Refusal
from clinic.models import Result
from clinic.replay import order


class ReplayView(ApiView):
    needs = {"POST": (P.RUN_VIEW, P.CASE_VIEW)}

    @operation(
        "replayResult", "Ask the recorded engine for the same answer again",
        gives={201: Content(RunCard, examples.REPLAY)},
        refuses=(Code.NOT_FOUND, Code.NOT_FROM_HERE, Code.NOT_REPLAYABLE, Code.ENGINE_GONE, Code.ENGINE_RETIRED),
        says="Nothing of the first answer is touched, and never is another engine asked instead. Watch the run, then "
        "read its comparison.",
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by = actor_of(request)
        run = replays.replay(by=by, result=access.result(by, pk))
        return shown(RunCard, access.run(by, run.pk), status=201)


class ComparisonView(ApiView):
    needs = {"GET": (P.RUN_VIEW, P.CASE_VIEW)}

    @operation(
        "readComparison", "What a replay said beside the first answer", refuses=(Code.NOT_FOUND,),
        gives={200: Content(ComparisonCard, examples.COMPARISON)},
    )  # fmt: skip
    def get(self, request: Request, pk: UUID) -> Response:
        by = actor_of(request)
        if access.run(by, pk).kind != order.KIND:
            raise Refusal(Code.NOT_FOUND)
        return shown(ComparisonCard, _told(access.result(by, pk)))


def _told(result: Result) -> dict[str, Any]:
    """Numbers and what is otherwise here stand in the outcome as plain lists."""
    said: dict[str, Any] = result.outcome
    named = {name: [dict(zip(("name", "was", "now"), each, strict=True)) for each in said[name]]
             for name in ("numbers", "unlike")}  # fmt: skip
    return said | named | {"largest_gap": result.facets["largest_gap"], "at": result.at}
