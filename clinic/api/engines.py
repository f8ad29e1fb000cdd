"""Engines of a site and changes by two persons. Programs read, ask and roll back; to agree or refuse takes a person."""

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from clinic import access, step_up
from clinic.actions import engine_moves, engine_proposals, golden, proposals
from clinic.actions.engine_proposals import DATA_LEAVES, PROMOTE, RETURN
from clinic.api import examples
from clinic.api.base import ApiView, actor_of, asked, page, shown, told
from clinic.api.describe import Content, a_page, operation, page_of
from clinic.api.paging import cut
from clinic.api.serializers.engines import (
    AskedCases,
    EngineDetail,
    EngineQuery,
    EngineTag,
    ProposalCard,
    ProposalNote,
    ProposalQuery,
    ProposalWish,
    Why,
)
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission as P
from clinic.errors import Code
from clinic.models import Deployment, Proposal, Site
from clinic.views.keyset import Section

ONE_ENGINE = Content(EngineDetail, examples.ENGINE)
ONE_PROPOSAL = Content(ProposalCard, examples.PROPOSAL)
_DECIDING = (Code.NOT_FOUND, Code.ALREADY_DECIDED, Code.PERSON_NEEDED)
_DOING = (Code.ENGINE_STATE, Code.GATE_CLOSED, Code.ENGINE_UNFIT, Code.NOT_PROVEN, Code.ALREADY_DECIDED,
          Code.ALREADY_EXISTS)  # fmt: skip


class EnginesView(ApiView):
    needs = {"GET": (P.ENGINES_VIEW,)}

    @operation(
        "listEngines", "Engines of this site, those that moved last first", query=EngineQuery,
        gives={200: Content(page_of(EngineTag), a_page(examples.ENGINE_TAG))},
        says="Which engine answers: the live one of the lowest rung that is in service, and before it one on trial "
        "for its share of the work.",
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        by, filters = actor_of(request), asked(request, EngineQuery)
        wanted = {name: filters[name] for name in ("capability", "state") if name in filters}
        rows = Deployment.objects.visible_to(by).filter(**wanted).select_related("engine")
        return page(EngineTag, cut([Section(rows, ("-since", "-id"))], filters))


class EngineView(ApiView):
    needs = {"GET": (P.ENGINES_VIEW,)}

    @operation("readEngine", "Read an engine: its card, its files, where it stands and how right it is",
               gives={200: ONE_ENGINE}, refuses=(Code.NOT_FOUND,))  # fmt: skip
    def get(self, request: Request, pk: UUID) -> Response:
        return shown(EngineDetail, access.deployment(actor_of(request), pk))


class RollbackView(ApiView):
    needs = {"POST": (P.ENGINES_MANAGE,)}

    @operation(
        "rollBackEngine", "Put the engine that was live before back in its place", takes=Content(Why, examples.WHY),
        gives={200: ONE_ENGINE}, refuses=(Code.NOT_FOUND, Code.ENGINE_STATE, Code.NO_EARLIER_ENGINE),
        says="Of a live engine; answers with the one that is live now. It holds from the next run on, and nothing is "
        "started again.",
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by, wish = actor_of(request), told(request, Why)
        back = engine_moves.roll_back(by=by, deployment=access.deployment(by, pk), reason=wish["reason"])
        return shown(EngineDetail, back)


class CasesView(ApiView):
    needs = {"POST": (P.ENGINES_VIEW,)}

    @operation(
        "askEngineCases", "Ask an engine all its test cases again", gives={201: Content(AskedCases, examples.ORDERED)},
        refuses=(Code.NOT_FOUND, Code.NOT_FROM_HERE),
        says="Behind everybody’s work. Asked for again meanwhile it is that run; the engine tells the result.",
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by = actor_of(request)
        run = golden.ask(by=by, engine=access.deployment(by, pk).engine)
        return shown(AskedCases, {"run": run.pk}, status=201)


class ProposalsView(ApiView):
    needs = {"GET": (P.ENGINES_VIEW,), "POST": (P.ENGINES_MANAGE,)}

    @operation(
        "listProposals", "Changes by two persons, the latest first", query=ProposalQuery,
        gives={200: Content(page_of(ProposalCard), a_page(examples.PROPOSAL))},
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        by, filters = actor_of(request), asked(request, ProposalQuery)
        rows = access.proposals(by)
        if "is_open" in filters:
            rows = rows.filter(decision="") if filters["is_open"] else rows.exclude(decision="")
        return page(ProposalCard, cut([Section(rows, ("-proposed_at", "-id"))], filters))

    @operation(
        "proposeEngineChange", "Ask a second person to agree to a change of engines",
        takes=Content(ProposalWish, examples.NEW_PROPOSAL), gives={201: ONE_PROPOSAL},
        refuses=(Code.NOT_FOUND, *_DOING),
        says="That an engine in the shadow goes live (`engine.promote`), that it answers a share of new work "
        "(`engine.rollout`), that one out of service comes back (`engine.return`), or whether patient data may go to "
        "remote engines (`site.data_leaves`). Limits and rules "
        "of reading are asked for under `reviews/`.",
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        return _shown(request, _asked_for(actor_of(request), told(request, ProposalWish)), status=201)


def _asked_for(by: Actor, wish: dict[str, Any]) -> Proposal:
    if wish["kind"] == DATA_LEAVES:
        site = Site.objects.get(pk=by.here)
        return engine_proposals.ask_to_let_data_leave(by=by, site=site, may_leave=wish["may_leave"],
                                                      reason=wish["reason"])  # fmt: skip
    held = access.deployment(by, wish["engine"])
    if wish["kind"] == PROMOTE:
        return engine_proposals.ask_to_promote(by=by, deployment=held, reason=wish["reason"])
    if wish["kind"] == RETURN:
        return engine_proposals.ask_for_return(by=by, deployment=held, reason=wish["reason"])
    return engine_proposals.ask_for_rollout(by=by, deployment=held, percent=wish["percent"], reason=wish["reason"])


class ProposalView(ApiView):
    needs = {"GET": (P.ENGINES_VIEW,)}

    @operation("readProposal", "Read a change by two persons", gives={200: ONE_PROPOSAL}, refuses=(Code.NOT_FOUND,))
    def get(self, request: Request, pk: UUID) -> Response:
        return shown(ProposalCard, access.proposal(actor_of(request), pk))


class AgreeView(ApiView):
    needs = {"POST": (P.ENGINES_APPROVE,)}

    @operation(
        "agreeToProposal", "Agree to what another person asked for: it is done at once",
        takes=Content(ProposalNote, examples.PROPOSAL_NOTE), gives={200: Content(ProposalCard, examples.AGREED)},
        refuses=(*_DECIDING, *_DOING, Code.SECOND_PERSON_NEEDED, Code.STEP_UP_NEEDED),
        says="For a person at a browser who did not ask for it; for what reaches patients she has proved who she is "
        "within five minutes. No key agrees.",
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by, wish = actor_of(request), told(request, ProposalNote)
        confirmed = None if by.key_id else step_up.confirmed_at(request._request, access.oneself(by))
        found = access.proposal(by, pk)
        return _shown(request, proposals.agree(by=by, proposal=found, confirmed_at=confirmed, **wish))


class RefuseView(ApiView):
    needs = {"POST": (P.ENGINES_VIEW,)}

    @operation(
        "refuseProposal", "Refuse a change, or take back one’s own",
        takes=Content(ProposalNote, examples.PROPOSAL_NOTE), gives={200: Content(ProposalCard, examples.AGREED)},
        refuses=_DECIDING, says="For a person at a browser. No key refuses.",
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by, wish = actor_of(request), told(request, ProposalNote)
        return _shown(request, proposals.refuse(by=by, proposal=access.proposal(by, pk), **wish))


def _shown(request: Request, proposal: Proposal, *, status: int = 200) -> Response:
    """As it stands now, with those who made it."""
    return shown(ProposalCard, access.proposal(actor_of(request), proposal.pk), status=status)
