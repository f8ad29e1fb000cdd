"""A voice and a picture in, a short answer out, for older clients."""

import time
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clinic import speech
from clinic.actions import allowance, uploads
from clinic.answer_telling import AnswerTold, told_to
from clinic.api import arriving, classic
from clinic.api.arriving import (
    PROCESSING,
    REVIEW,
    SUCCESS,
    Arrival,
    ArrivalQuery,
    ArrivalWish,
    Arrived,
    FileJSONParser,
)
from clinic.api.base import ApiView, actor_of, asked, checked, shown, told
from clinic.api.describe import BINARY, Content, operation
from clinic.api.fields import Choice, Input, Text
from clinic.api.uploads import FILE_CODES
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission as P
from clinic.errors import Code, Refusal
from clinic.form_intake import FORM, let_go_all, read_form
from clinic.intake import Received
from clinic.models import Upload, UploadKind
from consult import kinds, standing
from consult.actions import consults
from consult.api import examples
from consult.forms import LONGEST_TYPED
from consult.models import Consult, Sort
from consult.models.consults import LANGUAGES

_FORM = {
    "type": "object",
    "properties": {"image": BINARY, "audio": BINARY, "text": {"type": "string"}, "language": {"type": "string"}},
    "additionalProperties": False,
}
_TAKES = {"image": kinds.PICTURES, "audio": frozenset({UploadKind.AUDIO.value})}  # a picture first: it is slower
Came = dict[str, tuple[Received, str]]


class ClassicConsultFields(Input):
    text = Text(max_length=LONGEST_TYPED, required=False, default="", allow_blank=True)
    language = Choice(choices=[(one, one) for one in LANGUAGES], required=False, default="en")


class ClassicConsultWish(ArrivalWish):
    text = Text(max_length=LONGEST_TYPED, required=False, default="", allow_blank=True)
    language = Choice(choices=[(one, one) for one in LANGUAGES], required=False, default="en")
    image_data = serializers.CharField(trim_whitespace=False, required=False, help_text="A picture, in base64.")
    audio_data = serializers.CharField(trim_whitespace=False, required=False, help_text="A recording, in base64.")


class ClassicConsult(Arrived):
    consult = serializers.UUIDField()
    transcript = serializers.CharField(help_text="What was heard, a draft; nothing while nobody has.")
    answer = serializers.CharField(help_text="Up to 800 characters; nothing while no engine has answered.")
    urgency = serializers.ListField(child=serializers.CharField(), help_text="What cannot be ruled out.")
    red_flags = serializers.ListField(child=serializers.CharField(), help_text="Act on these first.")
    missing = serializers.ListField(child=serializers.CharField(), help_text="What the answer had to do without.")
    model_version = serializers.CharField()


class ProcessView(ApiView):
    needs = {"POST": (P.CASE_OPEN, P.UPLOAD_ADD, P.RUN_REQUEST, P.RUN_VIEW, P.UPLOAD_READ, P.CASE_VIEW)}
    allowance = allowance.PIECES
    parser_classes = [FileJSONParser]

    @operation(
        "classicProcess", "A voice and a picture, answered", query=ArrivalQuery,
        takes=(Content(ClassicConsultWish, examples.CLASSIC_WISH), Content(_FORM, media_type=FORM)),
        gives={200: Content(ClassicConsult, examples.CLASSIC_ANSWER, "The engine has answered."),
               202: Content(ClassicConsult, examples.CLASSIC_WAITING, "It takes longer: read `look_at`.")},
        refuses=(*FILE_CODES, Code.LENGTH_NEEDED),
        says="A form with `audio`, `image` or `text`, at least one of the first and the last, and `language`; or JSON "
        "with the files in base64. Both files are read side by side.",
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        by = actor_of(request)
        is_json = request._request.content_type == FileJSONParser.media_type
        wish = told(request, ClassicConsultWish) if is_json else asked(request, ArrivalQuery)
        until = time.monotonic() + wish["wait"]
        arrival = Arrival(by, wish.get("case"))
        fields, came = _of_json(wish, arrival) if is_json else _of_form(request, arrival)
        consult = _begun(by, arrival, fields, came)
        standing.wait(consult.pk, until)
        card = _card(by, consult)
        return shown(ClassicConsult, card, status=202 if card["status"] == PROCESSING else 200)


def _of_form(request: Request, arrival: Arrival) -> tuple[dict[str, Any], Came]:
    said, files = read_form(request._request, key=arrival.key)
    try:
        fields = checked(ClassicConsultFields, said.dict())
        _demand(fields, {name: len(files.getlist(name)) for name in files})
        only: dict[str, Any] = {name: files.getlist(name)[0] for name in files}
        return fields, {name: (file.received(), file.name[:255]) for name, file in only.items()}
    except BaseException:
        let_go_all(files)
        raise


def _of_json(wish: dict[str, Any], arrival: Arrival) -> tuple[dict[str, Any], Came]:
    sent = {name: wish[f"{name}_data"] for name in _TAKES if f"{name}_data" in wish}
    _demand(wish, dict.fromkeys(sent, 1))
    came: Came = {}
    for name, data in sent.items():
        named = {"file_data": data, "filename": name}
        came[name] = arrival.decoded(named, field=f"{name}_data"), name
    return wish, came


def _demand(fields: dict[str, Any], counts: dict[str, int]) -> None:
    """Each file at most once, and something that was said."""
    wrong = {name[:60]: [_("not known")] for name in counts if name not in _TAKES}
    wrong |= {name: [_("Send one.")] for name in _TAKES if counts.get(name, 0) > 1}
    if "audio" not in counts and not fields["text"]:
        wrong["audio"] = [_("Send `audio` or `text`.")]
    if wrong:
        raise Refusal(Code.INVALID, fields=wrong)


def _begun(by: Actor, arrival: Arrival, fields: dict[str, Any], came: Came) -> Consult:
    for name, (received, _name) in came.items():
        arriving.demand_kind(received, _TAKES[name], _("A picture in `image`, a recording in `audio`."))
    case = arrival.case()
    consult = consults.begin(by=by, case=case, language=fields["language"])
    for name in _TAKES:
        if name in came:
            received, called = came[name]
            upload, _is_new = uploads.add(by=by, case=case, received=received, name=called, begins=False)
            consults.bring(by=by, consult=consult, upload=upload)
    if fields["text"]:
        consults.type_in(by=by, consult=consult, text=fields["text"])
    return consult


def _card(by: Actor, consult: Consult) -> dict[str, Any]:
    stands = standing.of(consult)
    latest = stands.latest
    answered = told_to(by, latest.run_id) if latest else None
    status = PROCESSING if stands.is_under_way else SUCCESS if answered else REVIEW
    outcome = answered.outcome if answered else {}
    missing = list(stands.asked.missing) if stands.asked else []
    return arriving.arrived(consult.case, status, reverse("api:consult", args=[consult.pk]), _warnings(answered)) | {
        "consult": consult.pk, "transcript": " ".join(_heard(one.upload) for one in stands.parts
                                                      if one.sort == Sort.VOICE and one.upload).strip(),
        "answer": " ".join(one["text"] for one in outcome.get("sentences", ())),
        "urgency": list(outcome.get("prediction_set", ())), "missing": missing,
        "red_flags": [f"{one['title']}: {one['act']}" for one in outcome.get("red_flags", ())],
        "model_version": answered.result.engine if answered else "",
    }  # fmt: skip


def _heard(upload: Upload) -> str:
    return speech.text_of(upload) or ""


def _warnings(answered: AnswerTold | None) -> list[str]:
    if answered is None:
        return [_("Not answered yet.")]
    uncalibrated = [] if answered.result.facets.get("is_calibrated") else [arriving.uncalibrated()]
    return [*uncalibrated, arriving.still_waits()]


classic.add("medibot/process", ProcessView, "A voice and a picture, as a form: a short answer with its urgency.")
