"""Finding a question, hearing oneself again, what ran beside what, what measures mean, and how the engines do."""

from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.actions import allowance
from clinic.api.base import ApiView, TakeAny, actor_of, asked, shown, told
from clinic.api.describe import BINARY, Content, header_in, header_out, operation
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission as P
from clinic.errors import Code
from coaching import access, asking, finding, playing, side_by_side, tallies, timing, worded
from coaching.actions import practising, searching
from coaching.api import examples
from coaching.api.shapes import (
    AttemptsCompared,
    AttemptsQuery,
    ChoiceQuery,
    FiguresCard,
    MeasureDefinitions,
    MeasureQuery,
    Recommendations,
    SearchCard,
    SearchWish,
    TraceCard,
)
from coaching.inference.delivery import definitions
from coaching.models import Search
from coaching.usual import past_of

MINE = (P.COACH_PRACTISE,)
MOST = 5


class RecommendationsView(ApiView):
    needs = {"GET": MINE}

    @operation("listRecommendations", "Questions that would help you most, each with the reason", query=ChoiceQuery,
               gives={200: Content(Recommendations, examples.RECOMMENDATIONS)})  # fmt: skip
    def get(self, request: Request) -> Response:
        by, filters = actor_of(request), asked(request, ChoiceQuery)
        fitting = asking.fitting(asking.questions(by), **filters)
        found = finding.recommended(by, fitting, past_of(by).attempts, most=MOST)
        rows = [{"question": asking.told(one), "reason": why, "reason_words": worded.reason(why)} for one, why in found]
        return shown(Recommendations, {"results": rows})


class SearchesView(ApiView):
    needs = {"POST": MINE}

    @operation("searchCoachingQuestions", "Look for questions by what is meant",
               takes=Content(SearchWish, examples.SEARCH_WISH), gives={201: Content(SearchCard, examples.SEARCH)},
               says="By words at once; a worker compares what is meant, and reading the search tells when it "
               "has.")  # fmt: skip
    def post(self, request: Request) -> Response:
        by, wish = actor_of(request), told(request, SearchWish)
        filters = {"role": "", "category": "", "difficulty": 0} | {n: v for n, v in wish.items() if n != "q"}
        return _search(by, searching.ask(by=by, query=wish["q"], filters=filters), status=201)


class SearchView(ApiView):
    needs = {"GET": MINE}

    @operation("readCoachingSearch", "What was found", gives={200: Content(SearchCard, examples.SEARCH)},
               refuses=(Code.NOT_FOUND,))  # fmt: skip
    def get(self, request: Request, pk: UUID) -> Response:
        by = actor_of(request)
        return _search(by, access.search(by, pk))


def _search(by: Actor, search: Search, *, status: int = 200) -> Response:
    questions = [asking.told(one) for one in finding.of_search(search, asking.questions(by), most=MOST)]
    return shown(SearchCard, search, status=status, questions=questions)


class SoundView(ApiView):
    needs = {"GET": MINE}
    allowance = allowance.PIECES
    content_negotiation_class = TakeAny

    @operation(
        "playAttempt", "Your own voice, whole or a part of it",
        gives={200: Content(BINARY, says="A WAV file.", media_type="audio/wav"),
               206: Content(BINARY, media_type="audio/wav")},
        headers=[header_in("Range", "One range of bytes, as `bytes=0-1023`; anything else gets the whole."),
                 header_out("Content-Range", "Which bytes of how many.", 206)],
        refuses=(Code.NOT_FOUND, Code.ERASED, Code.RANGE_NOT_THERE, Code.OBJECT_DAMAGED, Code.STORAGE_DOWN),
    )  # fmt: skip
    def get(self, request: Request, pk: UUID) -> HttpResponseBase:
        return playing.response(access.attempt(actor_of(request), pk), request.headers.get("Range", ""))


class TraceView(ApiView):
    needs = {"GET": MINE}

    @operation("traceAttempt", "What ran beside what", gives={200: Content(TraceCard, examples.TRACE)},
               refuses=(Code.NOT_FOUND,))  # fmt: skip
    def get(self, request: Request, pk: UUID) -> Response:
        return shown(TraceCard, timing.trace(access.attempt(actor_of(request), pk)))


class CaptionsView(ApiView):
    needs = {"GET": MINE}
    content_negotiation_class = TakeAny

    @operation("captionAttempt", "What you said, as captions for a player",
               gives={200: Content({"type": "string"}, "WEBVTT", media_type=playing.VTT)},
               refuses=(Code.NOT_FOUND, Code.ERASED))  # fmt: skip
    def get(self, request: Request, pk: UUID) -> HttpResponseBase:
        return playing.captions(access.attempt(actor_of(request), pk))


class ComparisonView(ApiView):
    needs = {"GET": MINE}

    @operation("compareAttempts", "Two attempts at the same question, side by side", query=AttemptsQuery,
               gives={200: Content(AttemptsCompared, examples.COMPARISON)}, refuses=(Code.NOT_FOUND,))  # fmt: skip
    def get(self, request: Request, pk: UUID) -> Response:
        by, wish = actor_of(request), asked(request, AttemptsQuery)
        found = side_by_side.compare(by, access.practice(by, pk), str(wish.get("a", "")), str(wish.get("b", "")))
        return shown(AttemptsCompared, {
            "known": found.known, "pair": [one.pk for one in found.pair], "figures": found.figures,
            "counts": found.counts, "points": found.points,
        })  # fmt: skip


class MeasuresView(ApiView):
    needs = {"GET": MINE}

    @operation("listMeasures", "What is measured of delivery, how it errs, and how right it was", query=MeasureQuery,
               gives={200: Content(MeasureDefinitions, examples.MEASURES)})  # fmt: skip
    def get(self, request: Request) -> Response:
        by = actor_of(request)
        language = asked(request, MeasureQuery).get("language") or practising.preferences(by).language
        return shown(MeasureDefinitions, {"results": definitions(language)})


class FiguresView(ApiView):
    needs = {"GET": (P.OPERATIONS_VIEW,)}

    @operation("readCoachingFigures", "How the engines of feedback do, of nobody in particular",
               gives={200: Content(FiguresCard, examples.FIGURES)})  # fmt: skip
    def get(self, request: Request) -> Response:
        lines: list[Any] = tallies.lines(actor_of(request))
        return shown(FiguresCard, {"least": tallies.LEAST, "lines": lines})
