"""Documents in, facts out, for older clients; and how extraction did."""

import time
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clinic import texts as core_texts
from clinic.actions import allowance, uploads
from clinic.answer_telling import AnswerTold, told_to
from clinic.api import arriving, classic, texts
from clinic.api.arriving import PROCESSING, REVIEW, SUCCESS, Arrival, ArrivalQuery, ArrivalWish, Arrived, FileJSONParser
from clinic.api.arriving import FileWish as ClassicDocumentFile
from clinic.api.base import ApiView, actor_of, asked, page, shown, told
from clinic.api.describe import Content, a_page, operation, page_of
from clinic.api.fields import Id, Input, PageQuery, Text
from clinic.api.uploads import FILE_CODES, FILE_FORM
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission as P
from clinic.errors import Code, Refusal
from clinic.form_intake import FORM
from clinic.forms.pasting import LONGEST_PASTED
from extraction import access, checked, exporting, kinds, measured, shelf
from extraction.actions import checking, sheets
from extraction.api import examples, governed
from extraction.api.serializers import ExtractionFigures, FiguresQuery
from extraction.fields import FIELDS
from extraction.models import FactSheet

_KEEPS = (P.CASE_OPEN, P.UPLOAD_ADD, P.RUN_REQUEST, P.RUN_VIEW, P.UPLOAD_READ, P.CASE_VIEW)


class ClassicFactsWish(ArrivalWish):
    """A document that was uploaded, or its text."""

    document_id = Id(required=False)
    text = Text(min_length=10, max_length=LONGEST_PASTED, required=False)


class NoFields(Input):
    """A form with the file and nothing else."""


class ClassicFacts(Arrived):
    document_id = serializers.UUIDField()
    data = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.DictField()), help_text="By kind of fact, each with its words."
    )
    model_version = serializers.CharField()


class UploadView(ApiView):
    needs = {"POST": _KEEPS}
    allowance = allowance.PIECES
    parser_classes = [FileJSONParser]

    @operation(
        "classicUpload", "Add a document and have its facts found", query=ArrivalQuery,
        takes=(Content(ClassicDocumentFile, examples.CLASSIC_FILE), Content(FILE_FORM, media_type=FORM)),
        gives={202: Content(ClassicFacts, examples.CLASSIC_WAITING, "Kept; ask `extract` with its id.")},
        refuses=(*FILE_CODES, Code.LENGTH_NEEDED, Code.UPLOADS_DO_NOT_FIT),
        says="A form with the field `file`, or JSON with `file_data` in base64.",
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        by = actor_of(request)
        came = arriving.file_of(request, by, as_json=ClassicDocumentFile, as_form=NoFields)
        arriving.demand_kind(came.received, core_texts.READABLE, _("Text is read from documents and pictures."))
        upload, _new = uploads.add(by=by, case=came.arrival.case(), received=came.received, name=came.name)
        sheet, _is_new = sheets.take_in(by=by, upload=upload)
        return shown(ClassicFacts, _card(by, access.sheet(by, sheet.pk)), status=202)


class ExtractView(ApiView):
    needs = {"POST": _KEEPS}

    @operation(
        "classicExtract", "The facts of a document", takes=Content(ClassicFactsWish, examples.CLASSIC_TEXT),
        gives={200: Content(ClassicFacts, examples.CLASSIC_FACTS, "Found, or with a person."),
               202: Content(ClassicFacts, examples.CLASSIC_WAITING, "It takes longer: ask again, or read `look_at`.")},
        refuses=(Code.NOT_FOUND, Code.CASE_IS_CLOSED, Code.EMPTY_FILE),
        says="With `document_id` of one that was uploaded, or with `text`.",
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        by, wish = actor_of(request), told(request, ClassicFactsWish)
        until = time.monotonic() + wish["wait"]
        sheet = _sheet(by, wish)
        texts.wait_for(sheet.asked_run, kinds.EXTRACT, until)
        card = _card(by, access.sheet(by, sheet.pk))
        return shown(ClassicFacts, card, status=202 if card["status"] == PROCESSING else 200)


class ClassicMetricsView(ApiView):
    needs = {"GET": (P.ENGINES_VIEW,)}

    @operation("classicMetrics", "How extraction did", query=FiguresQuery,
               gives={200: Content(ExtractionFigures, examples.FIGURES)})  # fmt: skip
    def get(self, request: Request) -> Response:
        days = asked(request, FiguresQuery)["days"]
        return shown(ExtractionFigures, measured.as_told(actor_of(request).here, days))


class ClassicExperimentsView(ApiView):
    needs = {"GET": (P.ENGINES_VIEW,)}

    @operation("classicExperiments", "Experiments with prompts", query=PageQuery,
               gives={200: Content(page_of(governed.ExperimentCard), a_page(examples.EXPERIMENT))})  # fmt: skip
    def get(self, request: Request) -> Response:
        return page(governed.ExperimentCard, governed.experiments(actor_of(request), asked(request, PageQuery)))


def _sheet(by: Actor, wish: dict[str, Any]) -> FactSheet:
    if "document_id" in wish:
        return access.sheet(by, UUID(str(wish["document_id"])), for_change=True)
    if "text" not in wish:
        raise Refusal(Code.INVALID, fields={"text": [_("Send `document_id`, or `text`.")]})
    return sheets.paste(by=by, case=Arrival(by, wish.get("case")).case(), text=wish["text"])[0]


def _card(by: Actor, sheet: FactSheet) -> dict[str, Any]:
    answer, place = told_to(by, sheet.run_id), str(getattr(sheet, "place", ""))
    if place == shelf.UNDER_WAY:
        status, warnings = PROCESSING, [_("Not answered yet.")]
    else:
        status, warnings = (SUCCESS if answer else REVIEW), _warnings(sheet, answer)
    look_at = reverse("api:extraction", args=[sheet.pk])
    return arriving.arrived(sheet.case, status, look_at, warnings) | {
        "document_id": sheet.pk, "data": _data(sheet, answer) if answer else {},
        "model_version": answer.result.engine if answer else "",
    }  # fmt: skip


def _data(sheet: FactSheet, answer: AnswerTold) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for one in checked.facts(checked.told_in(answer.outcome), checking.decisions_of(sheet)):
        found.setdefault(one.kind, []).append(exporting.told_of(one))
    return found


def _warnings(sheet: FactSheet, answer: AnswerTold | None) -> list[str]:
    if answer is None:
        return [arriving.still_waits()]
    facets = answer.result.facets
    found = [str(FIELDS.refusals[code]) for code in [facets.get("refusal")] if code in FIELDS.refusals]
    found += [arriving.uncalibrated()]
    return found + ([] if sheet.is_finished else [arriving.still_waits()])


classic.add("upload", UploadView, "A document, as a form or in base64: its facts are found.")
classic.add("extract", ExtractView, "The facts of a document that was uploaded, or of a text.")
classic.add("metrics", ClassicMetricsView, "How extraction did.")
classic.add("experiments", ClassicExperimentsView, "Experiments with prompts, and what their rule allows.")
