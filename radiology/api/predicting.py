"""One film in, one answer out: kept in its case, opened, looked at by the gatekeeper, answered; as soon as the engine
has spoken, or with the run to watch where that takes longer than the asker wants to wait."""

import base64
import time
from typing import Any
from uuid import UUID

import numpy as np
from rest_framework.request import Request
from rest_framework.response import Response

from clinic import access as core
from clinic import progress, safety, sealing
from clinic.actions import allowance
from clinic.api.arriving import FileJSONParser, decoded
from clinic.api.base import ApiView, actor_of, asked, shown, told
from clinic.api.describe import BINARY, Content, operation
from clinic.api.receiving import RAW, receive
from clinic.api.uploads import FILE_CODES, FILE_FORM
from clinic.api.watching import wait_for_news
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission as P
from clinic.errors import Code, Refusal
from clinic.form_intake import FORM
from clinic.intake import Intake, Received
from clinic.models import Case, Result, Run, RunState
from radiology import access, kinds, recall, telling
from radiology.actions import films
from radiology.api import examples
from radiology.api.serializers import PredictionCard, PredictionUnderWay, PredictQuery, PredictWish
from radiology.inference.map_pictures import overlay_png
from radiology.models import Film
from radiology.telling import AnswerTold, MapTold

TYPES = ("image/jpeg", "image/png", "application/dicom", RAW)
Wish = dict[str, Any]


class PredictView(ApiView):
    needs = {"POST": (P.UPLOAD_ADD, P.RUN_REQUEST, P.RUN_VIEW, P.UPLOAD_READ, P.CASE_VIEW)}
    allowance = allowance.PIECES
    parser_classes = [FileJSONParser]

    @operation(
        "predictFilm", "Send a film and wait for the answer", query=PredictQuery,
        takes=(Content(PredictWish, examples.NEW_PREDICTION), Content(FILE_FORM, media_type=FORM),
               *(Content(BINARY, media_type=each) for each in TYPES)),
        gives={
            200: Content(PredictionCard, examples.PREDICTION, "The engine has answered."),
            202: Content(PredictionUnderWay, examples.UNDER_WAY, "It takes longer: watch the run, then read the film."),
        },
        refuses=(*FILE_CODES, Code.LENGTH_NEEDED, Code.UNREADABLE, Code.NOT_FOR_ENGINE, Code.NO_ENGINE,
                 Code.READ_FIRST),
        says="As JSON with the file in base64, as a form with one file in the field `file`, or raw; for the last two "
        "`case` and the rest stand in the address. JPEG and PNG up to 10 MB, DICOM up to 50 MB. The file is kept in "
        "the case whatever becomes of it, and a person reads it. Sent again it is the same film: the same engine is "
        "not asked twice, another one is. `heatmap` waits for the test of the map as long as `wait` allows; a map that "
        "failed is not given. From who may read films the answer is hidden until she has read this one herself.",
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        by = actor_of(request)
        is_json = request._request.content_type == FileJSONParser.media_type
        wish, film = _from_json(request, by) if is_json else _from_file(request, by)
        asking = Asking(by, film, wish)
        run, is_answered = asking.answered()
        if not is_answered:
            return shown(PredictionUnderWay, {"film": film.pk, "run": run}, status=202)
        return shown(PredictionCard, asking.prediction(run))


def _from_json(request: Request, by: Actor) -> tuple[Wish, Film]:
    wish = told(request, PredictWish)
    case = _case(by, wish["case"])
    received = _received(case, decoded(wish["image"], "image"), wish["name"])
    return wish, _added(by, case, received, wish["name"], wish)


def _from_file(request: Request, by: Actor) -> tuple[Wish, Film]:
    wish = asked(request, PredictQuery)
    case = _case(by, wish["case"])
    received, name = receive(request._request, case, name=wish["name"], raw=TYPES)
    return wish, _added(by, case, received, name, wish)


def _case(by: Actor, pk: UUID) -> Case:
    case = core.case(by, pk, for_change=True)
    case.check_takes_additions()
    return case


def _received(case: Case, data: bytes, name: str) -> Received:
    Intake.check_announced(size=len(data), name=name)
    with Intake(key=sealing.data_key(case.patient_id), name=name) as intake:
        intake.feed(data)
        return intake.finish()


def _added(by: Actor, case: Case, received: Received, name: str, wish: Wish) -> Film:
    return films.add(by=by, case=case, received=received, name=name, disable_cam=wish["disable_cam"])


class Asking:
    """One film on its way to an answer, for as long as the asker waits."""

    def __init__(self, by: Actor, film: Film, wish: Wish) -> None:
        self._by, self._film, self._wants_map = by, film, not wish["disable_cam"]
        self._until = time.monotonic() + wish["wait"]

    def answered(self) -> tuple[Run, bool]:
        """The run to watch, and whether it has answered in time."""
        run = self._ask()
        if run.kind == kinds.OPEN and self._ends(run):
            self._film = access.film(self._by, self._film.pk, for_change=True)
            run = self._asked_by_itself(run) or self._ask()
        return run, self._ends(run)

    def _ask(self) -> Run:
        return films.ask(by=self._by, film=self._film, disable_cam=not self._wants_map)

    def _asked_by_itself(self, opening: Run) -> Run | None:
        return opening.followers.filter(kind=kinds.CHEST).first()

    def _ends(self, run: Run) -> bool:
        """True when it has succeeded, False when it has not ended in time."""
        self._wait(run)
        if run.state in (RunState.FAILED, RunState.CANCELLED):
            facts: dict[str, object] = {
                "film": str(self._film.pk), "run": str(run.pk), "error": run.error, "detail": run.detail_code,
            }  # fmt: skip
            raise Refusal(Code.NO_ENGINE, facts=facts)
        return run.state == RunState.SUCCEEDED

    def _wait(self, run: Run) -> None:
        if not run.is_final:
            wait_for_news(run, known="", seconds=max(0.0, self._until - time.monotonic()))

    def prediction(self, run: Run) -> dict[str, Any]:
        result = core.result(self._by, run.pk)
        said = telling.told(result, self._map_test(run, result))
        took = progress.duration(run)
        return {
            "film": self._film.pk, "run": run.pk, "prediction": result.facets["label"],
            "confidence": result.facets["confidence"], "probabilities": said.outcome.get("probabilities"),
            "risk_level": result.facets["risk"], "prediction_set": result.facets["set"],
            "members": said.outcome.get("members") or {}, "calibrated": result.facets["is_calibrated"],
            "engine": result.engine, "milliseconds": round(1000 * took.total_seconds()) if took else 0,
            "recalled_from": result.facets.get("recalled_from") or None, "safety": safety.told(), **_heatmap(said),
        }  # fmt: skip

    def _map_test(self, run: Run, result: Result) -> Result | None:
        if not (self._wants_map and result.facets.get("has_map")):
            return None
        if test := run.followers.filter(kind=kinds.MAP_TEST).first():
            self._wait(test)
        else:
            test = recall.map_test_of(str(result.facets.get("recalled_from") or run.pk))
        return Result.objects.filter(run=test).first() if test else None


def _heatmap(said: AnswerTold) -> dict[str, Any]:
    is_tested = said.map is not None and said.map.verdict != telling.WAITING
    return {"heatmap": _png(said.map) if said.map and said.map.values else None, "heatmap_tested": is_tested}


def _png(told_map: MapTold) -> str:
    values = np.asarray(told_map.values, dtype=np.float32).reshape(told_map.rows or 0, told_map.columns or 0)
    return base64.b64encode(overlay_png(values)).decode()
