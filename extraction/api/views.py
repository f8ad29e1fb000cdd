"""Facts of documents for programs: the same actions as the pages."""

import time
from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from clinic import access as core
from clinic.answer_telling import told_to
from clinic.api import texts
from clinic.api.base import ApiView, actor_of, asked, page, shown, told
from clinic.api.describe import Content, a_page, operation, page_of
from clinic.api.examples import FRESH_RUN
from clinic.api.paging import cut_by
from clinic.api.serializers.runs import RunCard
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission as P
from clinic.errors import Code, Refusal
from extraction import access, checked, exporting, fhir, kinds, measured, shelf, wording
from extraction.actions import checking, sheets
from extraction.api import examples
from extraction.api.serializers import (
    EngineWished,
    ExtractionFigures,
    FactDecisionWish,
    FactsSeenWish,
    FactWish,
    FiguresQuery,
    SheetCard,
    SheetDetail,
    SheetQuery,
    SheetWish,
)
from extraction.exporting import Taken
from extraction.inference.schema import json_schema
from extraction.models import FactSheet

_OBJECT = {"type": "object", "additionalProperties": True}
ONE_SHEET = Content(SheetDetail, examples.ONE_SHEET)
_READS = (P.UPLOAD_READ, P.CASE_VIEW, P.RUN_VIEW)
_CHECKS = (P.REVIEW_WORK, *_READS)
_STALE = (Code.NOT_FOUND, Code.FACTS_CHANGED, Code.FACTS_FINISHED, Code.NO_FACTS_YET)


class SheetsView(ApiView):
    needs = {"GET": _READS, "POST": (P.UPLOAD_ADD, P.RUN_REQUEST, *_READS)}

    @operation(
        "listExtractions", "Documents whose facts are found", query=SheetQuery,
        gives={200: Content(page_of(SheetCard), a_page(examples.SHEET))}, refuses=(Code.NOT_FOUND,),
        says="What is to be checked comes with what waits longest first, all else with the newest first.",
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        by, filters = actor_of(request), asked(request, SheetQuery)
        case = core.case(by, filters["case"], for_change=True) if "case" in filters else None
        found = cut_by(lambda at, size: shelf.page(by, filters["stage"], at, size=size, case=case), filters)
        access.sheet_list(by, found.rows)
        return page(SheetCard, found)

    @operation(
        "extractFacts", "Have the facts of a document found", takes=Content(SheetWish, examples.NEW_SHEET),
        gives={201: ONE_SHEET, 200: Content(SheetDetail, examples.ONE_SHEET, "Its facts were asked for before.")},
        refuses=(Code.NOT_FOUND, Code.UPLOADS_DO_NOT_FIT, Code.CASE_IS_CLOSED, Code.EMPTY_FILE),
        says="An upload of a case, or text that is kept in one. Its text is taken out, then the engine is asked; "
        "`wait` holds the answer back until then.",
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        by, wish = actor_of(request), told(request, SheetWish)
        until = time.monotonic() + wish["wait"]
        sheet, is_new = sheets.take_in(by=by, upload=texts.upload_of(by, wish), engine=wish["engine"])
        texts.wait_for(sheet.asked_run, kinds.EXTRACT, until)
        return _shown(by, sheet.pk, status=201 if is_new else 200)


class SheetView(ApiView):
    needs = {"GET": _READS}

    @operation("readExtraction", "Read the facts of a document", gives={200: ONE_SHEET},
               refuses=(Code.NOT_FOUND, Code.ERASED))  # fmt: skip
    def get(self, request: Request, pk: UUID) -> Response:
        return _shown(actor_of(request), pk)


class AgainView(ApiView):
    needs = {"POST": (P.RUN_REQUEST, *_READS)}

    @operation(
        "extractFactsAgain", "Ask the engine that answers now", takes=Content(EngineWished, examples.AGAIN),
        gives={202: Content(RunCard, {**FRESH_RUN, "kind": kinds.EXTRACT}, "Under way: watch the run.")},
        refuses=(Code.NOT_FOUND, Code.CASE_IS_CLOSED),
        says="What was found and checked before stays with its run; the new facts are checked anew.",
    )  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by = actor_of(request)
        wish = told(request, EngineWished)
        run = sheets.ask_again(by=by, sheet=access.sheet(by, pk, for_change=True), engine=wish["engine"])
        return shown(RunCard, core.run(by, run.pk), status=202)


class FactView(ApiView):
    needs = {"POST": _CHECKS}

    @operation(
        "decideFact", "Accept, correct or reject a fact", takes=Content(FactDecisionWish, examples.DECISION),
        gives={200: ONE_SHEET}, refuses=(*_STALE, Code.PERSON_NEEDED),
        says="What the engine said stays; the decision is a row beside it. Only a person decides: a program may bring "
        "what she decided elsewhere by signing in as her.",
    )  # fmt: skip
    def post(self, request: Request, pk: UUID, key: str) -> Response:
        by, wish = actor_of(request), told(request, FactDecisionWish)
        sheet = _seen(by, pk, wish)
        if wish["act"] == "edit":
            checking.edit(by=by, sheet=sheet, key=key, told=wish.get("values", {}), seen=wish.get("seen"))
        else:
            act = checking.accept if wish["act"] == "accept" else checking.reject
            act(by=by, sheet=sheet, key=key, seen=wish.get("seen"))
        return _shown(by, pk)


class FactsView(ApiView):
    needs = {"POST": _CHECKS}

    @operation("addFact", "Add a fact that the engine did not find", takes=Content(FactWish, examples.ADDED),
               gives={200: ONE_SHEET}, refuses=(*_STALE, Code.PERSON_NEEDED))  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by, wish = actor_of(request), told(request, FactWish)
        checking.add(by=by, sheet=_seen(by, pk, wish), kind=wish["kind"], told=wish["values"],
                     seen=wish.get("seen"))  # fmt: skip
        return _shown(by, pk)


class UndoView(ApiView):
    needs = {"POST": _CHECKS}

    @operation("takeBackFact", "Take back the latest decision", takes=Content(FactsSeenWish, examples.SEEN),
               gives={200: ONE_SHEET}, refuses=(*_STALE, Code.NOTHING_TO_UNDO, Code.PERSON_NEEDED))  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by, wish = actor_of(request), told(request, FactsSeenWish)
        checking.undo(by=by, sheet=_seen(by, pk, wish), seen=wish.get("seen"))
        return _shown(by, pk)


class FinishView(ApiView):
    needs = {"POST": _CHECKS}

    @operation("finishExtraction", "All facts were checked", takes=Content(FactsSeenWish, examples.SEEN),
               gives={200: ONE_SHEET}, refuses=(*_STALE, Code.FACTS_OPEN, Code.PERSON_NEEDED))  # fmt: skip
    def post(self, request: Request, pk: UUID) -> Response:
        by, wish = actor_of(request), told(request, FactsSeenWish)
        checking.finish(by=by, sheet=_seen(by, pk, wish), seen=wish.get("seen"))
        return _shown(by, pk)


class TakenView(ApiView):
    needs = {"GET": _READS}

    @operation(
        "takeFacts", "Take the facts as FHIR resources",
        gives={200: Content(_OBJECT, {"resourceType": "Bundle", "type": "collection", "entry": []})},
        refuses=(Code.NOT_FOUND, Code.NO_FACTS_YET),
        says="A Bundle (R4) of Condition, MedicationStatement, AllergyIntolerance, Observation, Procedure and "
        "FamilyMemberHistory. What nobody has checked is preliminary or unconfirmed; what was rejected is not in it.",
    )  # fmt: skip
    def get(self, request: Request, pk: UUID) -> Response:
        by = actor_of(request)
        sheet = access.sheet(by, pk, for_change=True)
        taken = Taken.of(by, sheet)
        access.facts_taken(by, sheet, "fhir")
        return Response(fhir.bundle(taken))


class SchemaView(ApiView):
    needs = {"GET": _READS}

    @operation("readExtractionSchema", "The schema of facts", gives={200: Content(_OBJECT, {"title": "Extraction"})},
               says="JSON Schema; `$id` carries its version.")  # fmt: skip
    def get(self, _request: Request) -> Response:
        return Response(json_schema())


def _seen(by: Actor, pk: UUID, wish: dict[str, Any]) -> FactSheet:
    sheet = access.sheet(by, pk, for_change=True)
    if by.key_id is not None:
        raise Refusal(Code.PERSON_NEEDED)
    if wish.get("run", sheet.run_id) != sheet.run_id:
        raise Refusal(Code.FACTS_CHANGED)
    return sheet


def _shown(by: Actor, pk: UUID, *, status: int = 200) -> Response:
    sheet: Any = access.sheet(by, pk)
    sheet.answer = told_to(by, sheet.run_id)
    facts, decisions = [], checking.decisions_of(sheet) if sheet.answer is not None else []
    if sheet.answer is not None:
        facts = checked.facts(checked.told_in(sheet.answer.outcome), decisions)
    sheet.seen = len(decisions)
    sheet.facts = [exporting.told_of(one) | {"words": wording.line(one.kind, one.values)} for one in facts]
    return shown(SheetDetail, sheet, status=status)


class MetricsView(ApiView):
    needs = {"GET": (P.ENGINES_VIEW,)}

    @operation(
        "readExtractionFigures", "How extraction did", query=FiguresQuery,
        gives={200: Content(ExtractionFigures, examples.FIGURES)},
        says="By the engine that answered and the prompt it was asked with, from all runs, answers and decisions of "
        "the last days. A share of fewer than 30 says little.",
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        days = asked(request, FiguresQuery)["days"]
        return shown(ExtractionFigures, measured.as_told(actor_of(request).here, days))
