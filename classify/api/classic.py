"""Text in, specialty out, for older clients."""

import time
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from classify import access, inbox, kinds, telling
from classify.actions import documents
from classify.api import examples
from classify.doubt_words import doubt_words
from classify.models import Document
from classify.specialty import ROUTES
from clinic.answer_telling import AnswerTold
from clinic.api import arriving, classic, texts
from clinic.api.arriving import PROCESSING, REVIEW, SUCCESS, Arrival, ArrivalWish, Arrived
from clinic.api.base import ApiView, actor_of, shown, told
from clinic.api.describe import Content, operation
from clinic.api.fields import Text
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission as P
from clinic.errors import Code

FEWEST_CHARACTERS, MOST_CHARACTERS = 10, 10_000


class ClassicTextWish(ArrivalWish):
    text = Text(min_length=FEWEST_CHARACTERS, max_length=MOST_CHARACTERS)


class ClassicSpecialty(Arrived):
    specialty = serializers.CharField(help_text="Nothing where the engine gave no answer, or has not yet.")
    confidence = serializers.FloatField(allow_null=True, help_text="Calibrated, or null.")
    model_version = serializers.CharField()
    document = serializers.UUIDField()


class PredictTextView(ApiView):
    needs = {"POST": (P.CASE_OPEN, P.UPLOAD_ADD, P.RUN_REQUEST, P.RUN_VIEW, P.UPLOAD_READ, P.CASE_VIEW)}

    @operation(
        "classicPredictText", "To which specialty a text belongs",
        takes=Content(ClassicTextWish, examples.CLASSIC_TEXT),
        gives={200: Content(ClassicSpecialty, examples.CLASSIC_SPECIALTY, "The engine has spoken."),
               202: Content(ClassicSpecialty, examples.CLASSIC_WAITING, "It takes longer: read `look_at`.")},
        refuses=(Code.NOT_FOUND, Code.CASE_IS_CLOSED, Code.EMPTY_FILE),
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        by, wish = actor_of(request), told(request, ClassicTextWish)
        until = time.monotonic() + wish["wait"]
        case = Arrival(by, wish.get("case")).case()
        document, _is_new = documents.paste(by=by, case=case, text=wish["text"])
        texts.wait_for(document.asked_run, kinds.ROUTE, until)
        card = _card(by, access.document(by, document.pk))
        return shown(ClassicSpecialty, card, status=202 if card["status"] == PROCESSING else 200)


def _card(by: Actor, document: Document) -> dict[str, Any]:
    answer, look_at = telling.answer_for(by, document), reverse("api:document", args=[document.pk])
    place = str(getattr(document, "place", ""))
    if place == inbox.UNDER_WAY:
        state, warnings = PROCESSING, [_("Not answered yet.")]
    else:
        state, warnings = _state(place, answer), _warnings(place, answer)
    facets = answer.result.facets if answer else {}
    return arriving.arrived(document.case, state, look_at, warnings) | {
        "specialty": str(facets.get("label") or ""), "confidence": facets.get("confidence"),
        "model_version": answer.result.engine if answer else "", "document": document.pk,
    }  # fmt: skip


def _state(place: str, answer: AnswerTold | None) -> str:
    return SUCCESS if answer is not None and place in inbox.INBOXES else REVIEW


def _warnings(place: str, answer: AnswerTold | None) -> list[str]:
    if answer is None:
        return [_("Hidden until you have judged it yourself.")]
    facets = answer.result.facets
    found = [str(ROUTES.refusals[code]) for code in [facets.get("refusal")] if code in ROUTES.refusals]
    found += [str(doubt_words(code)) for code in facets.get("doubts") or []]
    found += [_("Reads as urgent.")] if facets.get("is_urgent") else []
    found += [] if facets.get("is_calibrated") or facets.get("refusal") else [arriving.uncalibrated()]
    return found + ([arriving.still_waits()] if _state(place, answer) == REVIEW else [])


classic.add("predict-text", PredictTextView, "A text of 10 to 10,000 characters: to which specialty it belongs.")
