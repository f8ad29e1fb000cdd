"""Searching through texts: what is asked, what was found, what is kept."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from clinic.api.fields import Choice, Id, Input, Output, Text, Whole
from clinic.api.serializers.cases import CaseTag
from clinic.models import FindableKind
from clinic.searching import Filters, Hit

LONGEST = 200


class TextFilters(Input):
    """Codes only; what is left out narrows nothing."""

    kind = Choice(choices=FindableKind.choices, required=False)
    days = Whole(min_value=1, max_value=36_500, required=False, help_text="Not older than so many.")
    label = serializers.RegexField(
        r"^[a-z0-9_-]+$", max_length=60, required=False,
        help_text="What people decided about the case, such as `urgent` or `cardiology`.",
    )  # type: ignore[assignment]  # fmt: skip
    reviewer = Id(required=False, help_text="A colleague of the site who decided.")
    engine = Text(max_length=80, required=False, help_text="Name and version of one that answered in the case.")


class TextSearchWish(Input):
    query = Text(max_length=LONGEST)
    filters = TextFilters(required=False)


class SavedSearchWish(TextSearchWish):
    name = Text(max_length=80)


class AskedFilters(Output):
    """As they were asked."""

    kind = serializers.CharField(allow_blank=True)
    days = serializers.IntegerField(help_text="0: any time.")
    label = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    reviewer = serializers.UUIDField(allow_null=True)
    engine = serializers.CharField(allow_blank=True)


class SearchTag(Output):
    """The query stands in no address and no log."""

    id = serializers.UUIDField()
    query = serializers.CharField()
    filters = serializers.SerializerMethodField()

    @extend_schema_field(AskedFilters)
    def get_filters(self, row: Any) -> dict[str, Any]:
        told = Filters.of(row.filters)
        return {
            "kind": told.kind, "days": told.days, "label": told.label, "reviewer": told.reviewer or None,
            "engine": told.engine,
        }  # fmt: skip


class AskedSearchCard(SearchTag):
    asked_at = serializers.DateTimeField()


class SavedSearchCard(SearchTag):
    name = serializers.CharField()
    saved_at = serializers.DateTimeField()


class FoundCase(CaseTag):
    question = serializers.CharField()


class PassagePart(Output):
    words = serializers.CharField()
    is_hit = serializers.BooleanField(help_text="One of the words that were searched for.")


class HitCard(Output):
    """A text in which it was found, with its best passage."""

    case = FoundCase()
    kind = serializers.ChoiceField(choices=FindableKind.choices)
    subject = serializers.UUIDField(source="subject_id", help_text="The run that read it, the note or the version.")
    at = serializers.DateTimeField()
    passage = serializers.SerializerMethodField()
    by_words = serializers.BooleanField()
    by_meaning = serializers.BooleanField()

    @extend_schema_field(PassagePart(many=True))
    def get_passage(self, hit: Hit) -> list[dict[str, Any]]:
        return [{"words": words, "is_hit": is_hit} for is_hit, words in hit.parts]


class FoundTexts(Output):
    """A page of what was found, the best first."""

    search = AskedSearchCard()
    is_under_way = serializers.BooleanField(help_text="A worker may still say what is meant: read again.")
    by_meaning = serializers.BooleanField(help_text="False: these were found by their words only.")
    results = HitCard(many=True)
    next_cursor = serializers.CharField(allow_null=True, help_text="Send it as `cursor` for the next page.")
