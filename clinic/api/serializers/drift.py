from rest_framework import serializers

from clinic.api.fields import Output, PageQuery, WholeInQuery


class MovedCard(Output):
    """A share, before and now."""

    feature = serializers.CharField()
    before = serializers.FloatField()
    now = serializers.FloatField()


class AlarmFigure(Output):
    """A measured share with its 95 % interval, and what was promised."""

    value = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()
    n = serializers.IntegerField()
    target = serializers.FloatField()


class AlarmCard(Output):
    """What an engine is asked has moved, or it errs more than was promised."""

    id = serializers.UUIDField()
    capability = serializers.CharField()
    monitor = serializers.CharField()
    engine_digest = serializers.CharField()
    queued = serializers.IntegerField(help_text="How many documents it brought to the review queue.")
    is_raised = serializers.BooleanField(help_text="Nobody has said yet that she looked.")
    moved = MovedCard(many=True)
    figure = AlarmFigure(allow_null=True, help_text="Where it is about how right the engine is.")
    terms = serializers.ListField(child=serializers.CharField(), help_text="Words that came or went.")
    at = serializers.DateTimeField()


class AlarmQuery(PageQuery):
    page_size = WholeInQuery(min_value=1, max_value=50, default=20)
