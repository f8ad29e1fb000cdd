"""The words of a recording as they stand, and what a person does to them."""

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from clinic import access, transcripts
from clinic.actions import transcripts as acts
from clinic.api import examples
from clinic.api.base import ApiView, actor_of, shown, told
from clinic.api.describe import Content, operation
from clinic.api.serializers.transcripts import TranscriptActWish, TranscriptCard
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission as P
from clinic.errors import Code, Refusal
from clinic.models import Run
from clinic.speech import KIND

ONE = Content(TranscriptCard, examples.TRANSCRIPT)


class TranscriptView(ApiView):
    needs = {"GET": (P.RUN_VIEW, P.CASE_VIEW), "POST": (P.NOTE_WRITE, P.RUN_VIEW, P.CASE_VIEW)}

    @operation("readTranscript", "The words of a recording as they stand", gives={200: ONE},
               refuses=(Code.NOT_FOUND, Code.ERASED))  # fmt: skip
    def get(self, request: Request, pk: UUID) -> Response:
        return _shown(actor_of(request), pk)

    @operation(
        "editTranscript", "Confirm, correct, say who spoke, take back",
        takes=Content(TranscriptActWish, examples.TRANSCRIPT_ACT), gives={200: ONE},
        refuses=(Code.NOT_FOUND, Code.ERASED, Code.TRANSCRIPT_CHANGED, Code.NOTHING_TO_UNDO, Code.NOT_FROM_HERE),
        says="What the engine heard is never overwritten: each act is a row of its own, and taking it back is another.",
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by, wish = actor_of(request), told(request, TranscriptActWish)
        _act(by, access.run(by, pk), wish)
        return _shown(by, pk)


def _shown(by: Actor, pk: UUID) -> Response:
    result = access.result(by, pk)
    now = transcripts.current(result.run) if result.kind == KIND else None
    if now is None:
        raise Refusal(Code.NOT_FOUND)
    return shown(TranscriptCard, now)


def _act(by: Actor, run: Run, wish: dict[str, Any]) -> None:
    seen, first = wish.get("seen"), wish.get("first", 0)
    last, speaker = wish.get("last", first), wish.get("speaker", 0)
    match wish["act"]:
        case "confirm":
            acts.confirm(by=by, run=run, seen=seen, first=first, last=last)
        case "correct":
            acts.correct(by=by, run=run, seen=seen, first=first, last=last, words=wish.get("words", ""))
        case "say_who":
            acts.say_who(by=by, run=run, seen=seen, first=first, last=last, speaker=speaker)
        case "name_speaker":
            acts.name_speaker(by=by, run=run, seen=seen, speaker=speaker, name=wish.get("name", ""))
        case "finish":
            acts.finish(by=by, run=run, seen=seen)
        case "undo":
            acts.undo(by=by, run=run, seen=seen)
