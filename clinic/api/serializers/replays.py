from rest_framework import serializers

from clinic.api.fields import Output


class NumberPair(Output):
    """Null: one of the answers has no such number."""

    name = serializers.CharField()
    was = serializers.FloatField(allow_null=True)
    now = serializers.FloatField(allow_null=True)


class BuildPair(Output):
    name = serializers.CharField()
    was = serializers.CharField()
    now = serializers.CharField()


class ComparisonCard(Output):
    """Two answers of one engine to the same input, side by side."""

    run = serializers.UUIDField(help_text="Of the first answer.")
    engine_digest = serializers.CharField()
    is_identical = serializers.BooleanField(help_text="Bit for bit.")
    same_label = serializers.BooleanField()
    is_close = serializers.BooleanField(help_text="Within what another processor may make of it.")
    label_was = serializers.CharField()
    label_now = serializers.CharField()
    largest_gap = serializers.FloatField(allow_null=True, help_text="Null: numbers are missing on one side.")
    numbers = NumberPair(many=True)
    others = serializers.ListField(child=serializers.CharField(), help_text="What else differs, by name.")
    unlike = BuildPair(many=True, help_text="What of the record is otherwise here: a version, the processor.")
    sha256_was = serializers.CharField()
    sha256_now = serializers.CharField()
    at = serializers.DateTimeField()
