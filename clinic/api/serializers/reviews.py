from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from clinic import safety
from clinic.api.fields import Choice, Input, Output, PageQuery, Text
from clinic.api.serializers.people import PersonTag
from clinic.api.serializers.runs import SafetyNotice
from clinic.forms.reviews import LONGEST_NOTE
from clinic.models import ItemState, Review, ReviewItem
from clinic.review_queue import KINDS, is_blind_now
from clinic.review_rules import ON_ALARM, RISKY

_BLIND = "Null while the item is read blind, and of what one is to judge first without the engine."


class ReviewCard(Output):
    """One person's decision. Never changed."""

    id = serializers.UUIDField()
    reader = PersonTag()
    label = serializers.CharField(  # type: ignore[assignment]
        help_text="A class of the engine, or `cannot_tell`."
    )
    is_adjudication = serializers.BooleanField()
    was_blind = serializers.BooleanField()
    agrees = serializers.BooleanField(allow_null=True, help_text="With what the engine said.")
    note = serializers.CharField(allow_null=True)
    at = serializers.DateTimeField()


class ReviewItemCard(Output):
    """What waits for a person. Of one that is read blind neither answer nor reason, nor what others said,
    is told; nor of one that the asker is to judge first by herself."""

    id = serializers.UUIDField()
    capability = serializers.CharField()
    case = serializers.UUIDField(source="case_id", allow_null=True)
    state = serializers.ChoiceField(choices=ItemState.choices)
    is_blind = serializers.SerializerMethodField()
    readers = serializers.IntegerField(help_text="How many have to read it.")
    run = serializers.SerializerMethodField(help_text=_BLIND)
    reasons = serializers.SerializerMethodField(help_text=_BLIND)
    answer = serializers.SerializerMethodField(help_text=f"What the engine said. {_BLIND}")
    decisions = serializers.SerializerMethodField(help_text=_BLIND)
    decided_label = serializers.SerializerMethodField()
    claimed_by = PersonTag(allow_null=True)
    claimed_until = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    safety = serializers.SerializerMethodField()

    @extend_schema_field(SafetyNotice)
    def get_safety(self, _item: ReviewItem) -> dict[str, str]:
        return safety.told()

    def _is_hidden(self, item: ReviewItem) -> bool:
        """`concealed`: ids of results, from whoever shows this. Forgotten, nothing is shown."""
        return is_blind_now(item) or item.result_id in self.context["concealed"]

    def get_decided_label(self, item: ReviewItem) -> str:
        return "" if self._is_hidden(item) else item.decided_label

    def get_is_blind(self, item: ReviewItem) -> bool:
        return is_blind_now(item)

    def get_run(self, item: ReviewItem) -> str | None:
        return None if self._is_hidden(item) else str(item.run_id)

    def get_reasons(self, item: ReviewItem) -> list[str] | None:
        return None if self._is_hidden(item) else item.reasons

    def get_answer(self, item: ReviewItem) -> str | None:
        return None if self._is_hidden(item) or item.result is None else str(item.result.facets.get("label") or "")

    @extend_schema_field(ReviewCard(many=True, allow_null=True))
    def get_decisions(self, item: ReviewItem) -> list[dict[str, object]] | None:
        return None if self._is_hidden(item) else [dict(ReviewCard(one).data) for one in _reviews(item)]


def _reviews(item: ReviewItem) -> list[Review]:
    return sorted(item.reviews.all(), key=lambda review: review.at)


class Queue(Output):
    results = ReviewItemCard(many=True)
    next_cursor = serializers.CharField(allow_null=True)
    waiting = serializers.IntegerField(help_text="How many match, shown or not.")


class QueueQuery(PageQuery):
    kind = Choice(choices=KINDS, required=False)
    capability = Text(max_length=60, required=False)


class DecisionWish(Input):
    label = Text(  # type: ignore[assignment]
        max_length=60, help_text="A class of the engine, or `cannot_tell`."
    )
    note = Text(max_length=LONGEST_NOTE, allow_blank=True, required=False, default="")
    looked = serializers.ListField(child=Text(max_length=20), required=False, default=list, max_length=10,
                                   help_text="What was done with the source: opened, scrolled, evidence.")  # fmt: skip


class AskWish(Input):
    note = Text(max_length=LONGEST_NOTE, allow_blank=True, required=False, default="")


class Share(Output):
    """A measured share with its 95 % interval and how many it rests on."""

    value = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()
    n = serializers.IntegerField()


class EngineFigures(Output):
    engine = serializers.CharField()
    digest = serializers.CharField()
    coverage = Share(allow_null=True, source="coverage.figure", default=None)
    accuracy = Share(allow_null=True, source="accuracy.figure", default=None)
    n = serializers.IntegerField()


class AgreementFigures(Output):
    items = serializers.IntegerField()
    readers = serializers.IntegerField()
    observed = Share(source="agreement.observed")
    kappa = Share(source="agreement.kappa", allow_null=True, help_text="Cohen’s of two readers, else Fleiss’.")
    ac1 = Share(source="agreement.ac1")


class ReaderFigures(Output):
    person = serializers.UUIDField()
    name = serializers.CharField()
    count = serializers.IntegerField()
    with_last_word = Share(allow_null=True)
    with_engine = Share(allow_null=True)
    median_seconds = serializers.FloatField(allow_null=True)


class CapabilityFigures(Output):
    capability = serializers.CharField()
    engines = EngineFigures(many=True)
    agreement = AgreementFigures(allow_null=True)
    readers = ReaderFigures(many=True, help_text="Oneself; all of them for the lead.")


class FiguresList(Output):
    results = CapabilityFigures(many=True)


class RulesCard(Output):
    readers = serializers.IntegerField()
    is_blind = serializers.BooleanField()
    doubt_below = serializers.FloatField()
    doubt_readers = serializers.IntegerField()
    doubt_is_blind = serializers.BooleanField()
    class_readers = serializers.DictField(child=serializers.IntegerField())
    class_is_blind = serializers.BooleanField()
    sample_percent = serializers.FloatField()
    sample_readers = serializers.IntegerField()
    sample_is_blind = serializers.BooleanField()
    set_at_most = serializers.IntegerField()
    risky_from = serializers.FloatField()
    risky = serializers.ChoiceField(choices=RISKY)
    wait_hours = serializers.IntegerField()
    dwell_s = serializers.IntegerField()
    adjudicators = serializers.ListField(child=serializers.CharField())
    on_alarm = serializers.ChoiceField(choices=ON_ALARM)


class SettingsCard(Output):
    capability = serializers.CharField()
    limits = serializers.DictField(child=serializers.FloatField(), help_text="Class to limit, 0 to 1.")
    rules = RulesCard()


class SettingsList(Output):
    results = SettingsCard(many=True)


class LimitsTrial(Input):
    capability = Text(max_length=60)
    limits = serializers.DictField(child=serializers.FloatField(), help_text="Class to limit; the others stay.")


class SimulationCard(Output):
    """What other limits would have done with the last answers."""

    answers = serializers.IntegerField()
    to_review_now = serializers.IntegerField()
    to_review_then = serializers.IntegerField()
    more = serializers.IntegerField(help_text="Below 0: so many fewer.")
    accepted_and_judged_then = serializers.IntegerField()
    accepted_and_wrong_then = serializers.IntegerField()


class LimitsWish(LimitsTrial):
    reason = Text(max_length=1000)


class PolicyWish(Input):
    capability = Text(max_length=60)
    rules = serializers.DictField(help_text="Of the rules those that are to change.")
    reason = Text(max_length=1000)
