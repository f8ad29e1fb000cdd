"""What programs are told of every engine's answer; a capability adds what is its own."""

from typing import ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from clinic import safety
from clinic.answer_telling import AnswerTold
from clinic.api.fields import Output
from clinic.api.serializers.reports import STANDING
from clinic.api.serializers.runs import SafetyNotice
from clinic.capabilities import Capability
from clinic.standing import standing_of


class AnswerFields(Output):
    capability: ClassVar[Capability]

    run = serializers.UUIDField(source="result.run_id")
    words = serializers.SerializerMethodField()
    confidence = serializers.SerializerMethodField()
    probabilities = serializers.SerializerMethodField(help_text="Calibrated; null where nobody measured them.")
    prediction_set = serializers.SerializerMethodField(help_text="What cannot be ruled out at `set_level`.")
    set_level = serializers.SerializerMethodField()
    engine = serializers.CharField(source="result.engine")
    engine_digest = serializers.CharField(source="result.engine_digest")
    standing = serializers.SerializerMethodField(help_text="Preliminary until it stands in a signed report.")
    safety = serializers.SerializerMethodField()

    def label_of(self, told: AnswerTold) -> str:
        return str(told.result.facets.get("label") or "")

    def get_words(self, told: AnswerTold) -> str:
        card = self.capability.classes.get(self.label_of(told))
        return str(card.words) if card else ""

    @extend_schema_field(serializers.FloatField(allow_null=True))
    def get_confidence(self, told: AnswerTold) -> float | None:
        confidence: float | None = told.result.facets.get("confidence")
        return confidence

    @extend_schema_field(serializers.DictField(child=serializers.FloatField(), allow_null=True))
    def get_probabilities(self, told: AnswerTold) -> dict[str, float] | None:
        return told.outcome.get("probabilities")

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_prediction_set(self, told: AnswerTold) -> list[str]:
        return list(told.result.facets.get("set") or [])

    @extend_schema_field(serializers.FloatField(allow_null=True))
    def get_set_level(self, told: AnswerTold) -> float | None:
        return told.outcome.get("level")

    @extend_schema_field(STANDING)
    def get_standing(self, told: AnswerTold) -> str:
        return standing_of(told.result).value

    @extend_schema_field(SafetyNotice)
    def get_safety(self, _told: AnswerTold) -> dict[str, str]:
        return safety.told()
