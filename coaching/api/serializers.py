"""Practice as programs see it: the same as its page, and as little to anybody else. Codes decide, words explain."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from rest_framework import serializers

from clinic.api.fields import Flag, Id, Input, Output, PageQuery, Query, Text, Whole, WholeInQuery
from coaching.forms import LONGEST_TYPED
from coaching.inference.progress import Verdict
from coaching.inference.schema import Category, Role
from coaching.models import LANGUAGES, SATISFACTION, Attempt, AttemptState, Engines, Keeps, Practice, QuestionState

COACH_ROLES = [(role.value, role.value) for role in Role]
_CATEGORIES = [category.value for category in Category]


class QuestionQuery(PageQuery):
    role = serializers.ChoiceField(choices=COACH_ROLES, required=False)
    category = serializers.ChoiceField(choices=_CATEGORIES, required=False)
    difficulty = WholeInQuery(min_value=1, max_value=3, required=False)
    q = Text(max_length=200, required=False, help_text="Found by words, the best first.")


class QuestionCard(Output):
    id = serializers.CharField()
    title = serializers.DictField(child=serializers.CharField(), help_text="By language.")
    text = serializers.DictField(child=serializers.CharField())
    roles = serializers.ListField(child=serializers.ChoiceField(choices=COACH_ROLES))
    category = serializers.ChoiceField(choices=_CATEGORIES)
    difficulty = serializers.IntegerField()


class DrawWish(Input):
    role = serializers.ChoiceField(choices=COACH_ROLES, required=False)
    category = serializers.ChoiceField(choices=_CATEGORIES, required=False)
    difficulty = Whole(min_value=1, max_value=3, required=False)


class PracticeWish(Input):
    question = Text(max_length=80, help_text="The id of a question.")
    language = serializers.ChoiceField(choices=LANGUAGES, required=False, default="en")
    keeps = serializers.ChoiceField(choices=Keeps.choices, required=False, default=Keeps.ALL.value,
                                    help_text="`session`: sound and words are deleted when it is closed.")  # fmt: skip
    persona = Text(max_length=40, required=False, allow_blank=True, default="")
    reason = Text(max_length=40, required=False, default="chosen", help_text="As a recommendation gives it.")


class AttemptCard(Output):
    id = serializers.UUIDField()
    number = serializers.IntegerField()
    state = serializers.ChoiceField(choices=AttemptState.choices)
    is_typed = serializers.BooleanField()
    seconds = serializers.FloatField()
    problem = serializers.CharField(help_text="A code: why there is no feedback.")
    sound_problem = serializers.CharField(help_text="A code: why the sound was not measured.")
    figures = serializers.DictField(child=serializers.FloatField(), help_text="Measures and scores, by name.")
    began_at = serializers.DateTimeField()
    came_at = serializers.DateTimeField(allow_null=True)
    told_at = serializers.DateTimeField(allow_null=True)
    forgotten_at = serializers.DateTimeField(allow_null=True)


class AttemptDetail(AttemptCard):
    """With what was said and what was said about it, as long as they are kept."""

    transcript = serializers.SerializerMethodField()
    heard_by = serializers.CharField()
    feedback = serializers.SerializerMethodField(
        help_text="Strength, three actions, scores: each remark with its places."
    )
    content = serializers.SerializerMethodField(help_text="Rubric points, structure, jargon.")
    measures = serializers.SerializerMethodField(help_text="Nine measures of delivery with their moments.")
    told_by = serializers.SerializerMethodField(help_text="The engine that gave the feedback.")
    passed = serializers.SerializerMethodField(help_text="Better engines that did not answer, and why.")
    follow_up = serializers.SerializerMethodField(help_text="What the listener asks next, where one was chosen.")
    expression = serializers.SerializerMethodField(help_text="An estimate, where purpose and consent stand.")
    is_useful = serializers.BooleanField(allow_null=True, help_text="What you said of the feedback.")

    def get_transcript(self, attempt: Attempt) -> str:
        return str(self._kept(attempt.answer).get("text", ""))

    def get_feedback(self, attempt: Attempt) -> dict[str, Any] | None:
        return self._kept(attempt.read).get("feedback")

    def get_content(self, attempt: Attempt) -> dict[str, Any] | None:
        return self._kept(attempt.read).get("content")

    def get_measures(self, attempt: Attempt) -> list[dict[str, Any]]:
        return list(self._kept(attempt.read).get("measures", ()))

    def get_told_by(self, attempt: Attempt) -> str:
        return str(self._kept(attempt.read).get("told_by", ""))

    def get_passed(self, attempt: Attempt) -> list[str]:
        return list(self._kept(attempt.read).get("passed", ()))

    def get_follow_up(self, attempt: Attempt) -> str:
        return str(self._kept(attempt.read).get("turn", {}).get("text", ""))

    def get_expression(self, attempt: Attempt) -> dict[str, Any] | None:
        return attempt.expression

    @staticmethod
    def _kept(value: dict[str, Any] | None) -> dict[str, Any]:
        return value or {}


class PracticeCard(Output):
    id = serializers.UUIDField()
    question = serializers.CharField()
    language = serializers.ChoiceField(choices=LANGUAGES)
    keeps = serializers.ChoiceField(choices=Keeps.choices)
    reason = serializers.CharField()
    persona = serializers.CharField()
    says_emotions = serializers.BooleanField(help_text="You agreed to an estimate of how lively you sound.")
    began_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    satisfaction = serializers.IntegerField(allow_null=True, help_text="What you said of it, from 1 to 5.")


class PracticeDetail(PracticeCard):
    asked = serializers.SerializerMethodField(help_text="The question as it was asked.")
    attempts = serializers.SerializerMethodField()

    def get_asked(self, practice: Practice) -> dict[str, Any]:
        return dict(practice.asked)

    def get_attempts(self, practice: Practice) -> list[dict[str, Any]]:
        rows = Attempt.objects.without_words().filter(practice=practice).exclude(state=AttemptState.DISCARDED)
        return [dict(AttemptCard(row).data) for row in rows.order_by("number")]


class TypedWish(Input):
    text = Text(min_length=3, max_length=LONGEST_TYPED)


class CoachRecordingWish(Input):
    """As the recorder of the house opens one: `case` names the practice here."""

    case = Id(help_text="The practice it belongs to.")
    name = Text(max_length=255)
    type = Text(max_length=80, required=False, allow_blank=True, default="", help_text="audio/wav")
    language = serializers.ChoiceField(choices=LANGUAGES, required=False, help_text="That of the practice counts.")


class CoachRecordingCard(Output):
    """A recording arriving in pieces: the next one wanted is `next_index`."""

    id = serializers.UUIDField()
    case = serializers.UUIDField(source="practice_id", help_text="The practice.")
    state = serializers.SerializerMethodField(help_text="receiving, complete or discarded.")
    chunk_size = serializers.SerializerMethodField(help_text="Bytes of a piece, at most.")
    size = serializers.SerializerMethodField(help_text="Unknown while it goes on.")
    received = serializers.IntegerField(help_text="Bytes that are safe.")
    next_index = serializers.IntegerField()
    url = serializers.SerializerMethodField()
    opened_at = serializers.DateTimeField(source="began_at")

    def get_state(self, attempt: Attempt) -> str:
        return {"recording": "receiving", "discarded": "discarded"}.get(attempt.state, "complete")

    def get_chunk_size(self, _attempt: Attempt) -> int:
        return int(settings.CHUNK_BYTES)

    def get_size(self, _attempt: Attempt) -> int | None:
        return None

    def get_url(self, attempt: Attempt) -> str:
        return reverse("api:coach_recording", args=[attempt.pk])


class CoachCompletion(Input):
    pass


class UsefulWish(Input):
    is_useful = Flag()


class SatisfactionWish(Input):
    satisfaction = Whole(min_value=min(SATISFACTION), max_value=max(SATISFACTION),
                         help_text="How satisfied you are with the practice: 1 not at all, 5 very.")  # fmt: skip


class PreferencesCard(Output):
    role = serializers.CharField()
    language = serializers.ChoiceField(choices=LANGUAGES)
    keeps = serializers.ChoiceField(choices=Keeps.choices)
    engines = serializers.ChoiceField(choices=Engines.choices, help_text="Who may give feedback.")
    counts_disfluency = serializers.BooleanField()


class PreferencesWish(Input):
    role = serializers.ChoiceField(choices=[("", ""), *COACH_ROLES], required=False, default="")
    language = serializers.ChoiceField(choices=LANGUAGES)
    keeps = serializers.ChoiceField(choices=Keeps.choices)
    engines = serializers.ChoiceField(choices=Engines.choices)
    counts_disfluency = Flag()


class ProgressLine(Output):
    name = serializers.CharField(help_text="A measure, `content` or `delivery`.")
    n = serializers.IntegerField()
    values = serializers.ListField(child=serializers.FloatField(), help_text="Attempt by attempt, the oldest first.")
    usual = serializers.ListField(child=serializers.FloatField(), allow_null=True, help_text="From, to.")
    verdict = serializers.ChoiceField(choices=[one.value for one in Verdict],
                                      help_text="Clear only where the interval leaves out 0.")  # fmt: skip
    difference = serializers.FloatField(allow_null=True, help_text="The latest against those before.")
    interval = serializers.ListField(child=serializers.FloatField(), allow_null=True)


class ProgressCard(Output):
    attempts = serializers.IntegerField()
    weeks_practised = serializers.IntegerField(help_text="Of the last `of_weeks`, this one among them.")
    of_weeks = serializers.IntegerField()
    lines = ProgressLine(many=True)


class ParticipationQuery(Query):
    days = WholeInQuery(min_value=1, max_value=366, required=False)


class ParticipationLine(Output):
    person = serializers.CharField(source="person__name")
    days = serializers.IntegerField()
    practices = serializers.IntegerField()
    latest = serializers.DateField()


class ParticipationCard(Output):
    days = serializers.IntegerField()
    people = ParticipationLine(many=True)


class SiteQuestionWish(Input):
    body = serializers.DictField(help_text="A question as `questions.json` has it.")


class SiteQuestionCard(Output):
    id = serializers.UUIDField()
    code = serializers.CharField()
    version = serializers.IntegerField()
    state = serializers.ChoiceField(choices=QuestionState.choices)
    body = serializers.DictField()
    why = serializers.CharField()
    written_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)


class QuestionsFile(Output):
    questions = serializers.ListField(child=serializers.DictField(), help_text="Each as `proposeQuestion` takes it.")


class QuestionsFileWish(Input):
    questions = serializers.ListField(child=serializers.JSONField(), help_text="As `exportQuestions` gives them.")


class BroughtCard(Output):
    proposed = SiteQuestionCard(many=True, help_text="Somebody else reads each before anybody is asked it.")
    here = serializers.ListField(child=serializers.CharField(), help_text="Ids of those that were here, word for word.")


class SiteQuestionDecision(Input):
    act = serializers.ChoiceField(choices=["publish", "refuse", "retire"])
    why = Text(max_length=400, required=False, allow_blank=True, default="")
