"""Pulling the stop cord, and asking for the release. Who agrees does so at her browser: a program is no person."""

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from clinic import access
from clinic.actions import stops
from clinic.api import examples
from clinic.api.base import ApiView, actor_of, shown, told
from clinic.api.describe import Content, operation
from clinic.api.serializers.engines import ProposalCard
from clinic.api.serializers.incidents import ReleaseWish, StopCard, StopWish
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission as P
from clinic.errors import Code, Refusal
from clinic.models import Stop


class StopsView(ApiView):
    needs = {"POST": (P.ENGINES_STOP,)}

    @operation(
        "pullStop", "Stop an engine, or one of its classes, at once", takes=Content(StopWish, examples.NEW_STOP),
        gives={
            201: Content(StopCard, examples.STOP),
            200: Content(StopCard, examples.STOP, "It was stopped already: the note is kept in its incident."),
        },
        refuses=(Code.NOT_FOUND,),
        says="New work goes to people, answers under way are marked, an incident opens and its pack is written. "
        "Letting go needs two persons.",
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        wish: dict[str, Any] = told(request, StopWish)
        stop, is_new = stops.pull(by=actor_of(request), **wish)
        return shown(StopCard, stop, status=201 if is_new else 200)


class ReleaseView(ApiView):
    needs = {"POST": (P.ENGINES_STOP, P.ENGINES_VIEW)}

    @operation(
        "proposeRelease", "Ask a second person to let a stopped engine go",
        takes=Content(ReleaseWish, examples.NEW_RELEASE), gives={201: Content(ProposalCard, examples.RELEASE)},
        refuses=(Code.NOT_FOUND, Code.ALREADY_DECIDED, Code.ALREADY_EXISTS),
        says="It waits among the proposals, and is agreed to by a person at her browser.",
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by, wish = actor_of(request), told(request, ReleaseWish)
        made = stops.ask_for_release(by=by, stop=_stop(by, pk), reason=wish["reason"])
        return shown(ProposalCard, made, status=201)


def _stop(by: Actor, pk: UUID) -> Stop:
    incident = access.incidents(by).filter(stop=pk).first()
    if incident is None or incident.stop is None:
        raise Refusal(Code.NOT_FOUND)
    return incident.stop
