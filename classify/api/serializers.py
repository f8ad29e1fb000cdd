"""Documents as programs see them. Codes decide, words explain."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from classify import inbox
from classify.specialty import ROUTES
from clinic.answer_telling import AnswerTold
from clinic.api.fields import Choice, Id, Input, Output, PageQuery
from clinic.api.serializers.answers import AnswerFields
from clinic.api.serializers.runs import RunCard
from clinic.api.texts import TextWish

_CLASSES = ", ".join(ROUTES.classes)


class DocumentCard(Output):
    """A document and where it belongs: what people decided, else what the engine said and policy accepted."""

    id = serializers.UUIDField()
    case = serializers.UUIDField(source="case_id")
    upload = serializers.UUIDField(source="upload_id")
    place = serializers.ChoiceField(
        choices=[place for place in inbox.PLACES if place != inbox.ALL],
        help_text="A specialty, or waiting (for a person), returned (she could not tell), under_way.",
    )
    is_urgent = serializers.BooleanField(help_text="As the engine reads it; false of what it could not read too.")
    copy_of = serializers.UUIDField(source="copy_of_id", allow_null=True,
                                    help_text="An earlier document with much of the same text.")  # fmt: skip
    added_at = serializers.DateTimeField()


class SpanCard(Output):
    """Characters of the document that pushed towards the answer (weight above 0) or against it."""

    start = serializers.IntegerField()
    end = serializers.IntegerField()
    weight = serializers.FloatField()
    words = serializers.CharField()


class VoteCard(Output):
    start = serializers.IntegerField()
    end = serializers.IntegerField()
    specialty = serializers.CharField(source="label")
    probability = serializers.FloatField()


class RouteCard(AnswerFields):
    """What the engine said, in one piece with what keeps it from being taken for more."""

    capability = ROUTES

    specialty = serializers.SerializerMethodField(help_text=f"{_CLASSES}; or nothing.")
    is_urgent = serializers.SerializerMethodField()
    urgency = serializers.SerializerMethodField(help_text="How probable; null where it was not asked.")
    novelty = serializers.SerializerMethodField(
        help_text="0 like what it learned from, 1 new; null of what was not read."
    )
    doubts = serializers.SerializerMethodField(help_text="Why the engine itself asks for a person: codes.")
    refusal = serializers.SerializerMethodField(help_text="Why it gave no answer: a code, or nothing.")
    spans = serializers.SerializerMethodField()
    votes = serializers.SerializerMethodField(help_text="Of the parts of a long document.")

    def get_specialty(self, told: AnswerTold) -> str:
        return self.label_of(told)

    def get_is_urgent(self, told: AnswerTold) -> bool:
        return bool(told.result.facets.get("is_urgent"))

    @extend_schema_field(serializers.FloatField(allow_null=True))
    def get_urgency(self, told: AnswerTold) -> float | None:
        return told.outcome.get("urgency")

    @extend_schema_field(serializers.FloatField(allow_null=True))
    def get_novelty(self, told: AnswerTold) -> float | None:
        facets = told.result.facets
        return None if facets.get("refusal") else facets.get("novelty")

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_doubts(self, told: AnswerTold) -> list[str]:
        return list(told.result.facets.get("doubts") or [])

    def get_refusal(self, told: AnswerTold) -> str:
        return str(told.result.facets.get("refusal") or "")

    @extend_schema_field(SpanCard(many=True))
    def get_spans(self, told: AnswerTold) -> list[dict[str, Any]]:
        names = ("start", "end", "weight", "words")
        return [{name: one[name] for name in names} for one in told.outcome.get("evidence") or []]

    @extend_schema_field(VoteCard(many=True))
    def get_votes(self, told: AnswerTold) -> list[dict[str, Any]]:
        return list(told.outcome.get("votes") or [])


class DocumentDetail(DocumentCard):
    """One document, with as much of the answer as the asker may see."""

    answer = RouteCard(allow_null=True)


class DocumentQuery(PageQuery):
    place = Choice(choices=inbox.PLACES, required=False, default=inbox.ALL)
    case = Id(required=False)


class DocumentWish(TextWish):
    """Which document is to be sorted."""


class DocumentUnderWay(Output):
    document = serializers.UUIDField()
    run = RunCard()


class ManyWish(Input):
    """An archive (ZIP) or a file of texts (JSON Lines: id, text) of a case."""

    upload = Id()


class ManyCard(Output):
    """Documents that came together: how many, and where they stand."""

    run = RunCard()
    added = serializers.IntegerField(help_text="Files that became documents.")
    known = serializers.IntegerField(help_text="Files whose bytes the case had before.")
    failed = serializers.IntegerField()
    problems = serializers.DictField(child=serializers.IntegerField(), help_text="How many failed, by code.")
    places = serializers.DictField(child=serializers.IntegerField(), help_text="How many documents stand where.")


class ManyItemCard(Output):
    """One file of the archive, or one line."""

    number = serializers.IntegerField(help_text="Its place; the first is 1.")
    name = serializers.CharField()
    document = serializers.UUIDField(allow_null=True)
    place = serializers.CharField(allow_blank=True, help_text="Where the document stands; empty where there is none.")
    confidence = serializers.FloatField(allow_null=True, help_text="Nothing while a person is still to judge.")
    is_urgent = serializers.BooleanField(allow_null=True)
    was_known = serializers.BooleanField()
    problem = serializers.CharField(allow_blank=True, help_text="Why it is no document: a code.")


class ManyItemQuery(PageQuery):
    failed_only = serializers.BooleanField(required=False, default=False)
