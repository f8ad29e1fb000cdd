"""A film in, what the engine sees out, for older clients."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.actions import allowance
from clinic.api import arriving, classic
from clinic.api.arriving import PROCESSING, SUCCESS, ArrivalQuery, Arrived, FileArrived, FileJSONParser, FileWish
from clinic.api.base import ApiView, actor_of, shown
from clinic.api.describe import BINARY, Content, operation
from clinic.api.fields import Flag, Input
from clinic.api.uploads import FILE_CODES, FILE_FORM
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission as P
from clinic.errors import Code
from clinic.form_intake import FORM
from radiology import kinds
from radiology.actions import films
from radiology.api import examples
from radiology.api.predicting import Asking
from radiology.models import Film

_FORM = FILE_FORM | {"properties": {"file": BINARY, "disable_cam": {"type": "string"}}}


class ClassicFilmWish(FileWish):
    disable_cam = Flag(required=False, default=False, help_text="No map: quicker.")


class ClassicFilmFields(Input):
    disable_cam = serializers.BooleanField(required=False, default=False)


class ClassicPrediction(Arrived):
    prediction = serializers.CharField(help_text="Nothing while the engine has not answered.")
    confidence = serializers.CharField(allow_null=True, help_text="As `83.00%`; null where it is uncalibrated.")
    risk_level = serializers.CharField()
    gradcam_image = serializers.CharField(allow_null=True, help_text="A PNG in base64; null where it explains nothing.")
    model_version = serializers.CharField()
    film = serializers.UUIDField()


class PredictView(ApiView):
    needs = {"POST": (P.CASE_OPEN, P.UPLOAD_ADD, P.RUN_REQUEST, P.RUN_VIEW, P.UPLOAD_READ, P.CASE_VIEW)}
    allowance = allowance.PIECES
    parser_classes = [FileJSONParser]

    @operation(
        "classicPredict", "What the engine sees on a chest film", query=ArrivalQuery,
        takes=(Content(ClassicFilmWish, examples.CLASSIC_FILM), Content(_FORM, media_type=FORM)),
        gives={200: Content(ClassicPrediction, examples.CLASSIC_PREDICTION, "The engine has answered."),
               202: Content(ClassicPrediction, examples.CLASSIC_WAITING, "It takes longer: read `look_at`.")},
        refuses=(*FILE_CODES, Code.LENGTH_NEEDED, Code.UNREADABLE, Code.NOT_FOR_ENGINE, Code.NO_ENGINE,
                 Code.READ_FIRST),
        says="A form with the field `file`, or JSON with `file_data` in base64; with a form `case` and `wait` stand in "
        "the address. A person reads every film, whatever is answered here.",
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        by = actor_of(request)
        came = arriving.file_of(request, by, as_json=ClassicFilmWish, as_form=ClassicFilmFields)
        arriving.demand_kind(came.received, kinds.PICTURES, _("Only JPEG, PNG and DICOM files are read as films."))
        film = _added(by, came)
        asking = Asking(by, film, came.wish)
        run, is_answered = asking.answered()
        if not is_answered:
            return shown(ClassicPrediction, _waiting(film), status=202)
        return shown(ClassicPrediction, _answered(film, asking.prediction(run)))


def _added(by: Actor, came: FileArrived) -> Film:
    return films.add(by=by, case=came.arrival.case(), received=came.received, name=came.name,
                     disable_cam=came.wish["disable_cam"])  # fmt: skip


def _card(film: Film, status: str, warnings: list[str]) -> dict[str, Any]:
    look_at = reverse("api:film", args=[film.pk])
    return arriving.arrived(film.case, status, look_at, warnings) | {"film": film.pk}


def _waiting(film: Film) -> dict[str, Any]:
    return _card(film, PROCESSING, [_("Not answered yet.")]) | {
        "prediction": "", "confidence": None, "risk_level": "", "gradcam_image": None, "model_version": "",
    }  # fmt: skip


def _answered(film: Film, said: dict[str, Any]) -> dict[str, Any]:
    warnings = [] if said["calibrated"] else [arriving.uncalibrated()]
    if len(said["prediction_set"]) > 1:
        warnings.append(_("Cannot be ruled out: %s") % ", ".join(said["prediction_set"]))
    return _card(film, SUCCESS, [*warnings, arriving.still_waits()]) | {
        "prediction": said["prediction"], "confidence": _percent(said["confidence"]),
        "risk_level": said["risk_level"], "gradcam_image": said["heatmap"], "model_version": said["engine"],
    }  # fmt: skip


def _percent(share: float | None) -> str | None:
    return None if share is None else f"{100 * share:.2f}%"


classic.add("predict", PredictView, "A chest film, as a form or in base64: what the engine sees.")
