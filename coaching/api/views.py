"""Practice for programs a person uses: the same actions as the pages, and hers alone."""

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from clinic.actions import allowance
from clinic.api.base import ApiView, actor_of, asked, once, page, shown, told
from clinic.api.describe import BINARY, IDEMPOTENCY_KEY, Content, a_page, header_in, operation, page_of
from clinic.api.fields import PageQuery
from clinic.api.paging import cut
from clinic.api.receiving import RAW
from clinic.api.upload_sessions import piece_of
from clinic.authorization.permissions import Permission as P
from clinic.errors import Code
from clinic.views.keyset import Section
from coaching import access, asking, finding, weeks
from coaching.actions import attempts, drawing, forgetting, practising
from coaching.api import examples
from coaching.api.serializers import (
    AttemptCard,
    AttemptDetail,
    CoachCompletion,
    CoachRecordingCard,
    CoachRecordingWish,
    DrawWish,
    ParticipationCard,
    ParticipationQuery,
    PracticeCard,
    PracticeDetail,
    PracticeWish,
    PreferencesCard,
    PreferencesWish,
    ProgressCard,
    QuestionCard,
    QuestionQuery,
    SatisfactionWish,
    TypedWish,
    UsefulWish,
)
from coaching.models import AttemptState, Participation
from coaching.usual import names_told, past_of

MINE = (P.COACH_PRACTISE,)
ONE_PRACTICE = Content(PracticeDetail, examples.ONE_PRACTICE)
ONE_RECORDING = Content(CoachRecordingCard, examples.RECORDING)
MOST_QUESTIONS = 500


class QuestionsView(ApiView):
    needs = {"GET": MINE}

    @operation("listCoachingQuestions", "Questions to practise", query=QuestionQuery,
               gives={200: Content(page_of(QuestionCard), a_page(examples.QUESTION))})  # fmt: skip
    def get(self, request: Request) -> Response:
        by, filters = actor_of(request), asked(request, QuestionQuery)
        found = asking.fitting(asking.questions(by), role=filters.get("role", ""), category=filters.get("category", ""),
                               difficulty=filters.get("difficulty", 0))  # fmt: skip
        if filters.get("q"):
            found = tuple(finding.by_words(filters["q"], found, most=MOST_QUESTIONS))
        return Response({"results": [QuestionCard(asking.told(one)).data for one in found], "next_cursor": None})


class DrawView(ApiView):
    needs = {"POST": MINE}

    @operation("drawCoachingQuestion", "Be given a question: none twice before all that fit have come",
               takes=Content(DrawWish, examples.DRAWN), gives={200: Content(QuestionCard, examples.QUESTION)},
               refuses=(Code.NO_QUESTION,))  # fmt: skip
    def post(self, request: Request) -> Response:
        found = drawing.draw(by=actor_of(request), **told(request, DrawWish))
        return Response(QuestionCard(asking.told(found)).data)


class PracticesView(ApiView):
    needs = {"GET": MINE, "POST": MINE}

    @operation("listPractices", "Your practices, the newest first", query=PageQuery,
               gives={200: Content(page_of(PracticeCard), a_page(examples.PRACTICE))})  # fmt: skip
    def get(self, request: Request) -> Response:
        found = cut([Section(access.practices(actor_of(request)), ("-began_at", "-id"))], asked(request, PageQuery))
        return page(PracticeCard, found)

    @operation("beginPractice", "Begin to practise on a question", takes=Content(PracticeWish, examples.NEW_PRACTICE),
               gives={201: ONE_PRACTICE}, refuses=(Code.NOT_FOUND,))  # fmt: skip
    def post(self, request: Request) -> Response:
        by, wish = actor_of(request), told(request, PracticeWish)
        question = asking.question(by, wish.pop("question"))
        return shown(PracticeDetail, practising.begin(by=by, question=question, **wish), status=201)


class PracticeView(ApiView):
    needs = {"GET": MINE, "DELETE": MINE}

    @operation("readPractice", "Read a practice and its attempts", gives={200: ONE_PRACTICE}, refuses=(Code.NOT_FOUND,))
    def get(self, request: Request, pk: UUID) -> Response:
        return shown(PracticeDetail, access.practice(actor_of(request), pk))

    @operation("deletePractice", "Delete a practice for good", gives={204: Content(None)}, refuses=(Code.NOT_FOUND,),
               says="Recordings, words, feedback and figures: their keys are destroyed.")  # fmt: skip
    def delete(self, request: Request, pk: UUID) -> Response:
        by = actor_of(request)
        forgetting.delete_practice(by=by, practice=access.practice(by, pk))
        return Response(status=204)


class ClosingView(ApiView):
    needs = {"POST": MINE}

    @operation("closePractice", "Close a practice", gives={200: ONE_PRACTICE}, refuses=(Code.NOT_FOUND,),
               says="Where it was for the session only, sound and words are deleted now.")  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by = actor_of(request)
        return shown(PracticeDetail, forgetting.close(by=by, practice=access.practice(by, pk)))


class SatisfactionView(ApiView):
    needs = {"PUT": MINE}

    @operation("ratePractice", "Say how satisfied you are with a practice",
               takes=Content(SatisfactionWish, {"satisfaction": 4}), gives={200: ONE_PRACTICE},
               refuses=(Code.NOT_FOUND,),
               says="Nobody sees it beside you; engines are counted where five people or more said it.")  # fmt: skip
    def put(self, request: Request, pk: UUID) -> Response:
        by, wish = actor_of(request), told(request, SatisfactionWish)
        return shown(PracticeDetail, practising.rate(by=by, practice=access.practice(by, pk), **wish))


class TypedView(ApiView):
    needs = {"POST": MINE}

    @operation("typeAnswer", "Answer in writing", takes=Content(TypedWish, examples.TYPED),
               gives={201: Content(AttemptCard, examples.ATTEMPT)},
               refuses=(Code.NOT_FOUND, Code.SESSION_OVER))  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by, wish = actor_of(request), told(request, TypedWish)
        attempt = attempts.type_in(by=by, practice=access.practice(by, pk), text=wish["text"])
        return shown(AttemptCard, attempt, status=201)


class AttemptView(ApiView):
    needs = {"GET": MINE, "DELETE": MINE}

    @operation("readAttempt", "Read an attempt with its feedback",
               gives={200: Content(AttemptDetail, examples.ATTEMPT_DETAIL)}, refuses=(Code.NOT_FOUND,))  # fmt: skip
    def get(self, request: Request, pk: UUID) -> Response:
        return shown(AttemptDetail, access.attempt(actor_of(request), pk))

    @operation("deleteAttempt", "Delete an attempt for good", gives={204: Content(None)}, refuses=(Code.NOT_FOUND,))
    def delete(self, request: Request, pk: UUID) -> Response:
        by = actor_of(request)
        forgetting.delete_attempt(by=by, attempt=access.attempt(by, pk))
        return Response(status=204)


class UsefulView(ApiView):
    needs = {"POST": MINE}

    @operation("judgeFeedback", "Say whether the feedback was useful", takes=Content(UsefulWish, {"is_useful": True}),
               gives={200: Content(AttemptCard, examples.ATTEMPT)}, refuses=(Code.NOT_FOUND,))  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by, wish = actor_of(request), told(request, UsefulWish)
        return shown(AttemptCard, attempts.judge(by=by, attempt=access.attempt(by, pk), is_useful=wish["is_useful"]))


# --- a recording in pieces, as the recorder of the house sends it -----------------------------------------------------


class RecordingsView(ApiView):
    needs = {"GET": MINE, "POST": MINE}

    @operation("listCoachingRecordings", "Recordings you began and have not finished", query=PageQuery,
               gives={200: Content(page_of(CoachRecordingCard), a_page(examples.RECORDING))})  # fmt: skip
    def get(self, request: Request) -> Response:
        open_ones = access.attempts(actor_of(request)).filter(state=AttemptState.RECORDING).without_words()
        return page(CoachRecordingCard, cut([Section(open_ones, ("-began_at", "-id"))], asked(request, PageQuery)))

    @operation(
        "beginCoachingRecording", "Begin to record an answer",
        takes=Content(CoachRecordingWish, examples.NEW_RECORDING),
        gives={201: ONE_RECORDING, 200: Content(CoachRecordingCard, examples.RECORDING, "Begun before with this key.")},
        headers=[IDEMPOTENCY_KEY], refuses=(Code.NOT_FOUND, Code.SESSION_OVER, Code.KEY_REUSED),
        says="A WAV of 16 kHz, one channel and 16 bits: its words are found while it comes.",
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        by, wish = actor_of(request), told(request, CoachRecordingWish)
        pk, is_new = once(request, lambda: attempts.record(by=by, practice=access.practice(by, wish["case"])).pk)
        return shown(CoachRecordingCard, access.attempt(by, pk), status=201 if is_new else 200)


class RecordingView(ApiView):
    needs = {"GET": MINE, "DELETE": MINE}
    allowance = allowance.PIECES

    @operation("readCoachingRecording", "How far a recording is", gives={200: ONE_RECORDING}, refuses=(Code.NOT_FOUND,))
    def get(self, request: Request, pk: UUID) -> Response:
        return shown(CoachRecordingCard, access.attempt(actor_of(request), pk))

    @operation("discardCoachingRecording", "Give a recording up", gives={204: Content(None)},
               refuses=(Code.NOT_FOUND, Code.SESSION_OVER))  # fmt: skip
    def delete(self, request: Request, pk: UUID) -> Response:
        by = actor_of(request)
        attempts.discard(by=by, attempt=access.attempt(by, pk))
        return Response(status=204)


class PieceView(ApiView):
    needs = {"PUT": MINE}
    allowance = allowance.PIECES

    @operation(
        "sendCoachingPiece", "Send the next piece", takes=Content(BINARY, media_type=RAW), gives={200: ONE_RECORDING},
        headers=[header_in("X-Chunk-SHA256", "Hexadecimal digest of the piece: damage on the way is found at once.")],
        refuses=(
            Code.NOT_FOUND, Code.SESSION_OVER, Code.CHUNK_OUT_OF_ORDER, Code.CHUNK_DAMAGED, Code.CHUNK_WRONG_SIZE,
            Code.CHUNK_DIFFERS, Code.TYPE_NOT_ALLOWED, Code.TOO_LARGE, Code.CUT_OFF, Code.LENGTH_NEEDED,
            Code.STORAGE_DOWN, Code.STORAGE_FULL, Code.ERASED,
        ),
    )  # fmt: skip
    def put(self, request: Request, pk: UUID, index: int) -> Response:
        by = actor_of(request)
        attempt = access.attempt(by, pk)
        sha256 = request.headers.get("X-Chunk-SHA256", "")
        data = piece_of(request._request)
        return shown(
            CoachRecordingCard, attempts.add_piece(by=by, attempt=attempt, index=index, data=data, sha256=sha256)
        )


class CompletionView(ApiView):
    needs = {"POST": MINE}
    allowance = allowance.PIECES

    @operation("completeCoachingRecording", "Say that the answer is whole", takes=Content(CoachCompletion, {}),
               gives={200: Content(AttemptCard, examples.ATTEMPT)},
               refuses=(Code.NOT_FOUND, Code.SESSION_OVER, Code.EMPTY_FILE))  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by = actor_of(request)
        told(request, CoachCompletion)
        return shown(AttemptCard, attempts.complete(by=by, attempt=access.attempt(by, pk)))


# --- how one practises, and how one comes along -----------------------------------------------------------------------


class PreferencesView(ApiView):
    needs = {"GET": MINE, "PUT": MINE}

    @operation(
        "readCoachingPreferences", "How you practise", gives={200: Content(PreferencesCard, examples.PREFERENCES)}
    )
    def get(self, request: Request) -> Response:
        return shown(PreferencesCard, practising.preferences(actor_of(request)))

    @operation("changeCoachingPreferences", "Change how you practise",
               takes=Content(PreferencesWish, examples.PREFERENCES),
               gives={200: Content(PreferencesCard, examples.PREFERENCES)})  # fmt: skip
    def put(self, request: Request) -> Response:
        return shown(PreferencesCard, practising.prefer(by=actor_of(request), **told(request, PreferencesWish)))


class ProgressView(ApiView):
    needs = {"GET": MINE}

    @operation("readProgress", "How you come along, by your own measure",
               gives={200: Content(ProgressCard, examples.PROGRESS)})  # fmt: skip
    def get(self, request: Request) -> Response:
        by = actor_of(request)
        past = past_of(by)
        lines = [_line(past, name) for name in names_told(by, past)]
        return shown(ProgressCard, {"attempts": len(past.attempts), "weeks_practised": weeks.practised(by),
                                    "of_weeks": weeks.WEEKS, "lines": lines})  # fmt: skip


def _line(past: Any, name: str) -> dict[str, Any]:
    band, found = past.usual(name), past.trend(name)
    return {
        "name": name, "n": len(past.values(name)), "values": past.values(name),
        "usual": [band.low, band.high] if band else None,
        "verdict": found.verdict.value, "difference": found.difference,
        "interval": [found.low, found.high] if found.difference is not None else None,
    }  # fmt: skip


class ParticipationView(ApiView):
    needs = {"GET": (P.COACH_PARTICIPATION,)}

    @operation("readParticipation", "Who took part, never how it went", query=ParticipationQuery,
               gives={200: Content(ParticipationCard, examples.PARTICIPATION)})  # fmt: skip
    def get(self, request: Request) -> Response:
        by, days = actor_of(request), asked(request, ParticipationQuery).get("days", 90)
        people = list(Participation.objects.visible_to(by).by_person(days))
        return shown(ParticipationCard, {"days": days, "people": people})
