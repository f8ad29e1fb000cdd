"""What programs see of a practice with others, of looking back, and of what is allowed at all."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from clinic.api.fields import Flag, Id, Input, Output, Query, Text, Whole, WholeInQuery
from clinic.api.serializers.people import PersonTag
from coaching.api.serializers import COACH_ROLES, AttemptCard, QuestionCard
from coaching.inference.schema import Category
from coaching.models import LANGUAGES, LiveNote, LiveSession, Search

_CATEGORIES = [category.value for category in Category]


# --- two people -------------------------------------------------------------------------------------------------------


class CoachWish(Input):
    coach = Id(help_text="A person of the site, not yourself.")


class LiveNoteWish(Input):
    text = Text(max_length=2000)


class LiveNoteCard(Output):
    id = serializers.UUIDField()
    by = PersonTag()
    is_coach = serializers.SerializerMethodField()
    text = serializers.CharField()
    at = serializers.DateTimeField()

    def get_is_coach(self, note: LiveNote) -> bool:
        return note.by_id == note.coach_id


class LiveCard(Output):
    id = serializers.UUIDField()
    speaker = PersonTag(source="person")
    coach = PersonTag()
    language = serializers.ChoiceField(choices=LANGUAGES)
    began_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class LiveDetail(LiveCard):
    """The question and the sheet of both. Recordings, words and feedback stay the speaker’s."""

    asked = serializers.SerializerMethodField(help_text="The question, as `listCoachingQuestions` has it.")
    notes = serializers.SerializerMethodField()

    @extend_schema_field(QuestionCard)
    def get_asked(self, live: LiveSession) -> dict[str, Any]:
        return dict(QuestionCard(live.asked).data)

    @extend_schema_field(LiveNoteCard(many=True))
    def get_notes(self, live: LiveSession) -> list[dict[str, Any]]:
        return [dict(LiveNoteCard(note).data) for note in live.notes.select_related("by").order_by("at")]


# --- who listens, what is agreed, what is lawful ----------------------------------------------------------------------


class ListenerCard(Output):
    id = serializers.CharField()
    name = serializers.DictField(child=serializers.CharField(), help_text="By language.")


class ListenerWish(Input):
    persona = Text(max_length=40, allow_blank=True, help_text="Nobody asks further where it is empty.")


class AgreementWish(Input):
    is_given = Flag(help_text="For this practice only. What was estimated goes when it is taken back.")


class LawfulPurposeWish(Input):
    purpose = Text(min_length=20, max_length=400, help_text="For what, on which legal basis, and who agreed to it.")


class LawfulPurposeCard(Output):
    is_on = serializers.BooleanField()
    purpose = serializers.CharField(allow_blank=True)
    recorded_by = PersonTag(allow_null=True)
    recorded_at = serializers.DateTimeField(allow_null=True)


# --- finding a question -----------------------------------------------------------------------------------------------


class ChoiceQuery(Query):
    role = serializers.ChoiceField(choices=COACH_ROLES, required=False)
    category = serializers.ChoiceField(choices=_CATEGORIES, required=False)
    difficulty = WholeInQuery(min_value=1, max_value=3, required=False)


class Recommendation(Output):
    question = QuestionCard()
    reason = serializers.CharField(help_text="A code: `kind:subject`, to be sent along when the practice begins.")
    reason_words = serializers.CharField()


class Recommendations(Output):
    results = Recommendation(many=True)


class SearchWish(Input):
    q = Text(max_length=200)
    role = serializers.ChoiceField(choices=COACH_ROLES, required=False)
    category = serializers.ChoiceField(choices=_CATEGORIES, required=False)
    difficulty = Whole(min_value=1, max_value=3, required=False)


class SearchCard(Output):
    id = serializers.UUIDField()
    is_found = serializers.SerializerMethodField(help_text="A worker has answered.")
    questions = serializers.SerializerMethodField(help_text="By words until then; by meaning and by words after.")

    def get_is_found(self, search: Search) -> bool:
        return search.found is not None

    @extend_schema_field(QuestionCard(many=True))
    def get_questions(self, search: Search) -> list[dict[str, Any]]:
        return [dict(QuestionCard(one).data) for one in self.context["questions"]]


# --- looking back -----------------------------------------------------------------------------------------------------


class TraceStretch(Output):
    name = serializers.CharField()
    began_at = serializers.DateTimeField(source="began")
    seconds = serializers.FloatField()


class TraceCard(Output):
    stretches = TraceStretch(many=True, source="bars")
    overlap_s = serializers.FloatField(help_text="In which words were found beside something else.")
    delivery_s = serializers.FloatField(allow_null=True, help_text="From the end of the recording.")
    feedback_s = serializers.FloatField(allow_null=True, help_text="From the whole transcript.")


class MeasureQuery(Query):
    language = serializers.ChoiceField(choices=LANGUAGES, required=False)


class MeasureDefinition(Output):
    name = serializers.CharField()
    title = serializers.CharField()
    says = serializers.CharField()
    unit = serializers.CharField()
    usual = serializers.ListField(child=serializers.FloatField(allow_null=True), help_text="From, to.")
    errs = serializers.CharField(help_text="How it errs.")
    accuracy = serializers.CharField(help_text="How right it was where the truth is known.")


class MeasureDefinitions(Output):
    results = MeasureDefinition(many=True)


class ShareCard(Output):
    value = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()
    n = serializers.IntegerField()


class FiguresLine(Output):
    engine = serializers.CharField(allow_blank=True, help_text="Empty: all answers, whoever told.")
    is_hidden = serializers.BooleanField(help_text="Fewer people than `least` stand behind it.")
    success = ShareCard(allow_null=True, help_text="Of those asked, how many gave feedback.")
    seconds = serializers.FloatField(allow_null=True, help_text="To the feedback, on average.")
    answer_seconds = serializers.FloatField(allow_null=True, help_text="Length of the answers, on average.")
    useful = ShareCard(allow_null=True, help_text="Of those judged, how much feedback was found useful.")
    satisfied = ShareCard(allow_null=True, help_text="Of those rated, how many practices were given 4 or 5 of 5.")
    faults = serializers.DictField(child=serializers.IntegerField(), allow_null=True,
                                   help_text="Why it did not answer: how often, by code.")  # fmt: skip


class FiguresCard(Output):
    least = serializers.IntegerField(help_text="People.")
    lines = FiguresLine(many=True)


class AttemptsQuery(Query):
    a = serializers.UUIDField(required=False, help_text="The attempt before; of the same question, of any practice.")
    b = serializers.UUIDField(required=False, help_text="The attempt beside it.")


class ComparedFigure(Output):
    name = serializers.CharField(help_text="A measure, a score (`content`, `delivery`) or a count.")
    before = serializers.FloatField(allow_null=True)
    now = serializers.FloatField(allow_null=True)


class ComparedPoint(Output):
    id = serializers.CharField()
    text = serializers.DictField(child=serializers.CharField(), help_text="By language.")
    before = serializers.CharField(help_text="made, partly, missing, or empty where it was not asked about.")
    now = serializers.CharField()


class AttemptsCompared(Output):
    known = AttemptCard(many=True, help_text="All of this question that can be compared, the oldest first.")
    pair = serializers.ListField(child=serializers.UUIDField(), help_text="Two, or none while there is one attempt.")
    figures = ComparedFigure(many=True)
    counts = ComparedFigure(many=True)
    points = ComparedPoint(many=True)
