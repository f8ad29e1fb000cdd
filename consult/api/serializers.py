"""Consults as programs see them. Codes decide, words explain."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from clinic.api.fields import Choice, Id, Input, Output, PageQuery, Text, Whole
from clinic.api.serializers.answers import AnswerFields
from clinic.api.texts import LONGEST_WAIT_S
from consult.answering import ANSWERS
from consult.forms import LONGEST_TYPED
from consult.models import PartState, Sort
from consult.models.consults import LANGUAGES

WAIT_HELP = "For the answer: seconds, at most."


class ConsultCard(Output):
    """One conversation about a case."""

    id = serializers.UUIDField()
    case = serializers.UUIDField(source="case_id")
    language = serializers.ChoiceField(choices=[(one, one) for one in LANGUAGES])
    opened_at = serializers.DateTimeField()


class ConsultPart(Output):
    """A recording, a picture or typed words, and how far its reading is."""

    number = serializers.IntegerField()
    sort = serializers.ChoiceField(choices=Sort.choices)
    state = serializers.ChoiceField(choices=PartState.choices)
    upload = serializers.UUIDField(source="upload_id", allow_null=True)
    run = serializers.UUIDField(source="run_id", allow_null=True)
    problem = serializers.CharField(help_text="A code: why nothing came of it.")
    is_late = serializers.BooleanField(help_text="An answer went on without it.")
    came_at = serializers.DateTimeField(allow_null=True)
    settled_at = serializers.DateTimeField(allow_null=True)


class ConsultSentence(Output):
    text = serializers.CharField()
    evidence = serializers.ListField(child=serializers.DictField(), help_text="Places in files of the case.")
    rules = serializers.ListField(child=serializers.CharField(), help_text="Rules of the engine that say so.")


class ConsultNoteLine(Output):
    section = serializers.CharField()
    text = serializers.CharField()
    evidence = serializers.ListField(child=serializers.DictField())
    rules = serializers.ListField(child=serializers.CharField())


class ConsultRedFlag(Output):
    rule = serializers.CharField()
    title = serializers.CharField()
    act = serializers.CharField(help_text="What to do now.")
    evidence = serializers.ListField(child=serializers.DictField())


class ConsultAnswerCard(AnswerFields):
    """The newest answer, with what it rests on."""

    capability = ANSWERS

    number = serializers.IntegerField(source="outcome.number")
    language = serializers.CharField(source="outcome.language")
    text = serializers.SerializerMethodField("joined", help_text="Up to 800 characters.")
    sentences = serializers.SerializerMethodField()
    red_flags = serializers.SerializerMethodField(help_text="By rules that no engine can silence.")
    questions = serializers.ListField(source="outcome.questions", child=serializers.CharField())
    note = serializers.SerializerMethodField(help_text="A draft: what is signed is taken over by a person.")
    missing = serializers.ListField(source="outcome.missing", child=serializers.CharField())
    flags = serializers.ListField(source="outcome.flags", child=serializers.CharField())
    blocked = serializers.ListField(source="outcome.blocked", child=serializers.CharField())

    def joined(self, told: Any) -> str:
        return " ".join(one["text"] for one in told.outcome.get("sentences", ()))

    @extend_schema_field(ConsultSentence(many=True))
    def get_sentences(self, told: Any) -> list[dict[str, Any]]:
        return list(told.outcome.get("sentences", ()))

    @extend_schema_field(ConsultRedFlag(many=True))
    def get_red_flags(self, told: Any) -> list[dict[str, Any]]:
        return list(told.outcome.get("red_flags", ()))

    @extend_schema_field(ConsultNoteLine(many=True))
    def get_note(self, told: Any) -> list[dict[str, Any]]:
        return [{"section": line["section"], **line["said"]} for line in told.outcome.get("note", ())]


class ConsultDetail(ConsultCard):
    """One consult: its parts, how far it is, and the newest answer as far as the asker may see it."""

    parts = ConsultPart(many=True, source="told_parts")
    is_under_way = serializers.BooleanField()
    is_person_needed = serializers.BooleanField(help_text="No engine answered in time: a person goes on.")
    answer = ConsultAnswerCard(source="told_answer", allow_null=True)


class ConsultWish(Input):
    case = Id()
    language = Choice(choices=[(one, one) for one in LANGUAGES], required=False, default="en")


class ConsultQuery(PageQuery):
    case = Id(required=False, help_text="Only those of this case.")


class RecordingWish(Input):
    """As a file in pieces is begun; the consult knows its case and its language."""

    name = Text(max_length=255, required=False, default="", allow_blank=True)
    type = Text(max_length=80, required=False, default="", allow_blank=True, help_text="The declared content type.")
    case = Id(required=False)
    language = Text(max_length=5, required=False, default="", allow_blank=True)


class ConsultFileWish(Input):
    """As a file in pieces is begun; the consult knows its case."""

    name = Text(max_length=255)
    size = Whole(min_value=0, max_value=2**53)
    type = Text(max_length=80, required=False, default="", allow_blank=True, help_text="The declared content type.")
    case = Id(required=False)


class ConsultWordsWish(Input):
    text = Text(max_length=LONGEST_TYPED)
    wait = Whole(min_value=0, max_value=LONGEST_WAIT_S, default=0, help_text=WAIT_HELP)


class ConsultBringWish(Input):
    upload = Id(help_text="A file of the case: a recording, a picture, a document.")
    wait = Whole(min_value=0, max_value=LONGEST_WAIT_S, default=0, help_text=WAIT_HELP)


class ConsultAgainWish(Input):
    wait = Whole(min_value=0, max_value=LONGEST_WAIT_S, default=0, help_text=WAIT_HELP)
