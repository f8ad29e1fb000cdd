"""The queue, what is decided in it, and its figures. Whether somebody may see or do a thing the actions say."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from clinic import access, capabilities, concealment, live_quality, reader_figures
from clinic.actions import claims, flags, reviews, thresholds
from clinic.api import examples
from clinic.api.base import ApiView, actor_of, asked, shown, told
from clinic.api.describe import Content, operation
from clinic.api.paging import cut_by
from clinic.api.serializers.engines import ProposalCard
from clinic.api.serializers.reviews import (
    AskWish,
    DecisionWish,
    FiguresList,
    LimitsTrial,
    LimitsWish,
    PolicyWish,
    Queue,
    QueueQuery,
    ReviewItemCard,
    SettingsList,
    SimulationCard,
)
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission as P
from clinic.errors import Code
from clinic.models import ReviewItem
from clinic.review_policy import all_rules, limits_of
from clinic.review_queue import of_kind, readable_by
from clinic.review_rules import Rules
from clinic.review_simulator import Simulation
from clinic.views import keyset, review_lists

ONE_ITEM = Content(ReviewItemCard, examples.REVIEW_ITEM)
_TAKING = (Code.NOT_FOUND, Code.ALREADY_DECIDED, Code.CLAIMED_BY_OTHER, Code.READ_ALREADY, Code.NOT_BLIND,
           Code.NOT_AN_ADJUDICATOR)  # fmt: skip


class QueueView(ApiView):
    needs = {"GET": (P.REVIEW_WORK,)}

    @operation(
        "listReviewItems", "What waits for a person, the most pressing first", query=QueueQuery,
        gives={200: Content(Queue, {"results": [examples.REVIEW_ITEM], "next_cursor": None, "waiting": 1})},
        says="By risk times doubt times age; what has waited longer than the site allows comes first. What one has "
        "read already, or may not read, is not in it. Pages are of the order of when the first of them was asked for.",
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        by, filters = actor_of(request), asked(request, QueueQuery)
        rules = all_rules(by.here)
        waiting = of_kind(readable_by(by, rules), filters.get("kind", ""))
        if "capability" in filters:
            waiting = waiting.filter(capability=filters["capability"])
        cut = cut_by(partial(_page, by, _with_parts(waiting), rules), filters)
        access.review_list(by, cut.rows)
        told = {"results": cut.rows, "next_cursor": cut.next_cursor, "waiting": waiting.count()}
        return shown(Queue, told, concealed=_concealed(by, cut.rows))


def _concealed(by: Actor, items: list[ReviewItem]) -> frozenset[UUID]:
    return concealment.concealed([item.result for item in items if item.result], by)


def _one(by: Actor, pk: UUID, *, status: int = 200) -> Response:
    item = access.review_item(by, pk)
    return shown(ReviewItemCard, item, status=status, concealed=_concealed(by, [item]))


def _page(by: Actor, waiting: QuerySet[ReviewItem], rules: Mapping[str, Rules], at: str, size: int,
          ) -> keyset.Page[ReviewItem]:  # fmt: skip
    return review_lists.page(by, waiting, rules, at, size=size)


def _with_parts(items: QuerySet[ReviewItem]) -> QuerySet[ReviewItem]:
    return items.prefetch_related("result", "claimed_by", "reviews__reader", "reviews__case")


class ItemView(ApiView):
    needs = {"GET": (P.REVIEW_WORK,)}

    @operation("readReviewItem", "Read an item of the queue", gives={200: ONE_ITEM}, refuses=(Code.NOT_FOUND,))
    def get(self, request: Request, pk: UUID) -> Response:
        return _one(actor_of(request), pk)


class ClaimView(ApiView):
    needs = {"POST": (P.REVIEW_WORK,)}

    @operation(
        "claimReviewItem", "Take an item in hand for 15 minutes", gives={200: ONE_ITEM}, refuses=_TAKING,
        says="Sent again it renews the lock. What was held before goes back to the queue.",
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by = actor_of(request)
        claims.claim(by=by, item=access.review_item(by, pk, for_change=True))
        return _one(by, pk)


class ReleaseView(ApiView):
    needs = {"POST": (P.REVIEW_WORK,)}

    @operation("releaseReviewItem", "Give an item back to the queue", gives={200: ONE_ITEM},
               refuses=(Code.NOT_FOUND, Code.NOT_CLAIMED, Code.CLAIMED_BY_OTHER, Code.ALREADY_DECIDED))  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by = actor_of(request)
        claims.release(by=by, item=access.review_item(by, pk, for_change=True))
        return _one(by, pk)


class DecisionView(ApiView):
    needs = {"POST": (P.REVIEW_WORK,)}

    @operation(
        "decideReviewItem", "Decide on an item one holds", takes=Content(DecisionWish, examples.NEW_DECISION),
        gives={200: ONE_ITEM}, refuses=(*_TAKING, Code.NOT_CLAIMED, Code.NOT_LOOKED),
        says="By a person at her browser: a program does not decide on a result. Final at once. Between readers who "
        "differ it is the last word.",
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by, wish = actor_of(request), told(request, DecisionWish)
        item = access.review_item(by, pk, for_change=True)
        reviews.decide(by=by, item=item, label=wish["label"], note=wish["note"], looked=wish["looked"])
        return _one(by, pk)


class AskView(ApiView):
    needs = {"POST": (P.REVIEW_WORK, P.RUN_VIEW)}

    @operation(
        "askForReview", "Send the answer of a run to review", takes=Content(AskWish, examples.REVIEW_QUESTION),
        gives={201: ONE_ITEM}, refuses=(Code.NOT_FOUND, Code.NOT_REVIEWED, Code.WAITS_ALREADY),
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by, wish = actor_of(request), told(request, AskWish)
        item = flags.ask(by=by, result=access.result_for_review(by, pk), note=wish["note"])
        return _one(by, item.pk, status=201)


class FiguresView(ApiView):
    needs = {"GET": (frozenset({P.REVIEW_WORK, P.REVIEW_FIGURES}),)}

    @operation("readReviewFigures", "How readers agree, and how right engines are in practice",
               gives={200: Content(FiguresList, {"results": [examples.REVIEW_FIGURES]})})  # fmt: skip
    def get(self, request: Request) -> Response:
        by = actor_of(request)
        return shown(FiguresList, {"results": [_figures(by, one) for one in capabilities.capabilities()]})


def _figures(by: Actor, capability: capabilities.Capability) -> dict[str, Any]:
    found = reader_figures.reads(by.here, capability)
    leads = by.can(P.REVIEW_FIGURES)
    mine = found if leads else [read for read in found if read.reader == by.user_id]
    return {
        "capability": capability.name, "engines": live_quality.of(by.here, capability),
        "agreement": reader_figures.together(capability, found), "readers": reader_figures.of_readers(mine),
    }  # fmt: skip


class SettingsView(ApiView):
    needs = {"GET": (P.ENGINES_VIEW,)}

    @operation("readReviewSettings", "Which limits and rules of reading hold",
               gives={200: Content(SettingsList, {"results": [examples.REVIEW_SETTINGS]})})  # fmt: skip
    def get(self, request: Request) -> Response:
        here, rules = actor_of(request).here, all_rules(actor_of(request).here)
        settings = [
            {"capability": one.name, "limits": limits_of(here, one), "rules": rules[one.name].as_json()}
            for one in capabilities.capabilities()
        ]
        return shown(SettingsList, {"results": settings})


class TrialView(ApiView):
    needs = {"POST": (P.ENGINES_VIEW,)}

    @operation(
        "tryLimits", "What other limits would have done with the last answers", refuses=(Code.NOT_FOUND,),
        takes=Content(LimitsTrial, examples.LIMITS_TRIAL), gives={200: Content(SimulationCard, examples.SIMULATION)},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        by, wish = actor_of(request), told(request, LimitsTrial)
        known = capabilities.capability_named(wish["capability"])
        thresholds.check_limits(known, wish["limits"])
        found = Simulation.of(by.here, known, limits_of(by.here, known) | wish["limits"])
        return shown(SimulationCard, {
            "answers": found.n, "to_review_now": found.n - found.now.count, "more": found.more,
            "to_review_then": found.n - found.then.count, "accepted_and_judged_then": found.then.n_judged,
            "accepted_and_wrong_then": found.then.n_wrong,
        })  # fmt: skip


class LimitsView(ApiView):
    needs = {"POST": (P.ENGINES_MANAGE,)}

    @operation(
        "proposeLimits", "Ask a second person to agree to other limits", refuses=(Code.NOT_FOUND,),
        takes=Content(LimitsWish, examples.NEW_LIMITS), gives={201: Content(ProposalCard, examples.LIMITS_CHANGE)},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        wish = told(request, LimitsWish)
        made = thresholds.propose_limits(by=actor_of(request), capability=wish["capability"], values=wish["limits"],
                                         reason=wish["reason"])  # fmt: skip
        return shown(ProposalCard, made, status=201)


class PolicyView(ApiView):
    needs = {"POST": (P.ENGINES_MANAGE,)}

    @operation(
        "proposeReviewPolicy", "Ask a second person to agree to other rules of reading", refuses=(Code.NOT_FOUND,),
        takes=Content(PolicyWish, examples.NEW_POLICY), gives={201: Content(ProposalCard, examples.POLICY_CHANGE)},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        wish = told(request, PolicyWish)
        made = thresholds.propose_policy(by=actor_of(request), capability=wish["capability"], rules=wish["rules"],
                                         reason=wish["reason"])  # fmt: skip
        return shown(ProposalCard, made, status=201)
