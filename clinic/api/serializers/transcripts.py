from rest_framework import serializers

from clinic.actions.transcripts import LONGEST_NAME, LONGEST_WORDS
from clinic.api.fields import Input, Output, Text, Whole

ACTS = (
    ("confirm", "A number, a dose or a negation as it stands"), ("correct", "Other words in the place of some"),
    ("say_who", "Whose words these are"), ("name_speaker", "What a speaker is called"),
    ("finish", "Somebody has read all of it"), ("undo", "Take the latest act back"),
)  # fmt: skip
RISKS = (("dose", "A number with its unit"), ("number", "A number"), ("negation", "A negation"))


class TranscriptActWish(Input):
    """`first` and `last`: places of the engine's words, counted from 0."""

    act = serializers.ChoiceField(choices=ACTS)
    first = Whole(min_value=0, max_value=10**7, required=False)
    last = Whole(min_value=0, max_value=10**7, required=False, help_text="Left out: one word.")
    words = Text(max_length=LONGEST_WORDS, required=False, allow_blank=True, help_text="Empty: nothing was said there.")
    speaker = Whole(min_value=1, max_value=3, required=False, help_text="3: both at once.")
    name = Text(max_length=LONGEST_NAME, required=False)
    seen = Whole(min_value=0, max_value=10**7, required=False, help_text="`edits` as read: refused if others acted.")


class SaidWord(Output):
    first = serializers.IntegerField()
    last = serializers.IntegerField()
    text = serializers.CharField()
    start = serializers.FloatField(help_text="Seconds from the beginning of the recording.")
    end = serializers.FloatField()
    confidence = serializers.FloatField(allow_null=True)
    is_voiced = serializers.BooleanField(help_text="False: struck, nobody spoke then.")
    is_corrected = serializers.BooleanField()
    was = serializers.CharField(help_text="What the engine heard, where a person wrote something else.")


class TranscriptLine(Output):
    speaker = serializers.IntegerField(help_text="0: nobody can tell. 3: both at once.")
    name = serializers.CharField()
    is_suggested = serializers.BooleanField(help_text="By pitch and pauses; no person has said so.")
    start = serializers.FloatField()
    words = SaidWord(many=True)


class PlaceToConfirm(Output):
    first = serializers.IntegerField()
    last = serializers.IntegerField()
    risk = serializers.ChoiceField(choices=RISKS)
    text = serializers.CharField()
    is_missing = serializers.BooleanField(help_text="Only another engine heard it.")
    is_confirmed = serializers.BooleanField()


class TranscriptCard(Output):
    """As it stands: what the engine heard, with what people did to it."""

    run = serializers.UUIDField(source="run_id")
    text = serializers.CharField(help_text="Without what is struck.")
    lines = TranscriptLine(many=True)
    to_confirm = PlaceToConfirm(many=True, source="ticks")
    is_checked = serializers.BooleanField(help_text="Somebody has read all of it.")
    edits = serializers.IntegerField(help_text="Acts so far.")
