"""Facts of documents as programs see them. Codes decide, words explain."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from clinic.answer_telling import AnswerTold
from clinic.api.fields import Choice, Id, Input, Output, PageQuery, Query, Text, Whole, WholeInQuery
from clinic.api.serializers.answers import AnswerFields
from clinic.api.serializers.reviews import Share
from clinic.api.texts import TextWish
from clinic.engines import receipts, routing
from clinic.models import RunState
from extraction import measured, shelf
from extraction.fields import FIELDS
from extraction.inference.schema import KINDS

ACTS = ("accept", "edit", "reject")


class SheetCard(Output):
    """A document whose facts are found, and where that stands."""

    id = serializers.UUIDField()
    case = serializers.UUIDField(source="case_id")
    upload = serializers.UUIDField(source="upload_id")
    stage = serializers.ChoiceField(
        source="place",
        choices=[place for place in shelf.PLACES if place != shelf.ALL],
        help_text="to_check (facts wait for a person), unread (nobody could read it), under_way, finished.",
    )
    run = serializers.UUIDField(source="run_id", allow_null=True, help_text="That found the facts; name it to decide.")
    asked = serializers.ChoiceField(
        source="last_state", choices=RunState.values, allow_null=True,
        help_text="What became of asking last. Beside a `run`: queued or running, and other facts are to come; "
        "failed or cancelled, and these are of the answer before.",
    )  # fmt: skip
    found = serializers.IntegerField(help_text="How many facts the engine found.")
    finished_at = serializers.DateTimeField(allow_null=True)
    added_at = serializers.DateTimeField()


class FactCard(Output):
    """One fact: what it says now, what became of it, and the words it was read from."""

    key = serializers.CharField()
    kind = serializers.ChoiceField(choices=["patient", *KINDS])
    state = serializers.CharField(
        help_text="open; accepted, edited, rejected or added by a person; by_rule: by a rule of the site."
    )
    confidence = serializers.FloatField(allow_null=True, help_text="Null where nobody measured it: uncalibrated.")
    values = serializers.DictField(help_text="As in the schema; what is unknown is left out.")
    evidence = serializers.ListField(child=serializers.DictField(), help_text="start, end, text; or page, box.")
    words = serializers.CharField(help_text="The fact in one line.")


class FactsCard(AnswerFields):
    """What the engine said, in one piece with what keeps it from being taken for more."""

    capability = FIELDS

    schema_version = serializers.SerializerMethodField()
    doubts = serializers.SerializerMethodField(help_text="Why the engine itself asks for a person: codes.")
    refusal = serializers.SerializerMethodField(help_text="Why it gave no answer: a code, or nothing.")
    why_this_engine = serializers.SerializerMethodField(
        help_text="Sentences: why it was asked first, why better ones did not answer, what became of a wish."
    )

    def get_schema_version(self, told: AnswerTold) -> str:
        return str((told.outcome.get("facts") or {}).get("schema_version") or "")

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_doubts(self, told: AnswerTold) -> list[str]:
        return list(told.result.facets.get("doubts") or [])

    def get_refusal(self, told: AnswerTold) -> str:
        return str(told.result.facets.get("refusal") or "")

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_why_this_engine(self, told: AnswerTold) -> list[str]:
        receipt = told.result.receipt
        return [*routing.sentences(receipt.get("routing")), *receipts.sentences(receipt)]


class SheetDetail(SheetCard):
    """One document with its facts, as far as the asker may see them."""

    answer = FactsCard(allow_null=True)
    facts = FactCard(many=True)
    seen = serializers.IntegerField(help_text="How many decisions there are: send it with the next one.")


class SheetQuery(PageQuery):
    stage = Choice(choices=shelf.PLACES, required=False, default=shelf.ALL)
    case = Id(required=False)


class EngineWished(Input):
    """Which engine you prefer: obeyed within the policy of the site, except where the document is safety-critical;
    `why_this_engine` says what became of it. Without it, as your profile says."""

    engine = Text(
        max_length=130, required=False, default="",
        help_text="`best`, `local`, `rules`, or an engine of the site by name and version or by digest.",
    )  # fmt: skip


class SheetWish(EngineWished, TextWish):
    """Whose facts are to be found."""


class FactsSeenWish(Input):
    """Which facts were looked at. Asked again meanwhile they are others: then nothing is done."""

    run = Id(required=False, help_text="The `run` of the document as it was read.")
    seen = Whole(
        min_value=0, max_value=10**6, required=False,
        help_text="`seen` of the document as it was read: refused with `facts_changed` if others have decided since.",
    )  # fmt: skip


class FactDecisionWish(FactsSeenWish):
    act = Choice(choices=ACTS)
    values = serializers.DictField(required=False, help_text="With `edit`: what the fact says now, whole.")


class FactWish(FactsSeenWish):
    kind = Choice(choices=KINDS)
    values = serializers.DictField()


class FiguresQuery(Query):
    days = WholeInQuery(min_value=1, max_value=366, required=False, default=measured.DAYS)


class FactKindFigures(Output):
    """What people made of the facts of one kind."""

    kind = serializers.CharField()
    facts = serializers.IntegerField(help_text="That people decided, those they added among them.")
    added = serializers.IntegerField()
    corrected = Share(source="correction", allow_null=True, help_text="Not right as it was.")
    distance_each = serializers.FloatField(help_text="Characters changed for each that was not right.")


class FactSplit(Output):
    """Which kinds of fact might stand without a second look: wrong among them at most 2 % at 95 % confidence. Nothing
    is accepted by it."""

    probable = serializers.DictField(child=serializers.FloatField(), help_text="By kind, how often it is right.")
    threshold = serializers.FloatField(source="threshold.value", allow_null=True, help_text="Null: nothing may stand.")
    judged = serializers.IntegerField(source="threshold.n", help_text="Documents that judged it.")
    wrong = serializers.IntegerField(source="threshold.wrong")
    bound = serializers.FloatField(source="threshold.bound", allow_null=True)
    needed = serializers.IntegerField(help_text="Judging documents without an error that it takes at least.")


class PromptedEngineFigures(Output):
    """One engine, asked with one prompt. Runs that failed have no engine."""

    engine = serializers.CharField()
    engine_digest = serializers.CharField(source="digest")
    prompt = serializers.CharField(help_text="SHA-256 of the prompt; nothing for engines that take none.")
    runs = serializers.IntegerField()
    documents = serializers.IntegerField(help_text="Checked to the end.")
    succeeded = Share(source="success", allow_null=True)
    sent_to_review = Share(source="review", allow_null=True)
    median_seconds = serializers.FloatField(source="median_s", allow_null=True, help_text="From asked to facts.")
    p95_seconds = serializers.FloatField(source="p95_s", allow_null=True)
    worker_seconds = serializers.FloatField(source="worked_s", help_text="Of all runs, failed ones too.")
    calls = serializers.IntegerField(help_text="Of a language model, those that failed among them.")
    tokens = serializers.IntegerField(help_text="Read and written.")
    estimated_tokens = serializers.IntegerField(help_text="Of them, those of calls that were cut off.")
    dollars = serializers.FloatField()
    by_kind = FactKindFigures(source="fields", many=True)
    may_stand = FactSplit(source="split")


class InVainFigures(Output):
    """What one engine took where it gave no answer and another one did."""

    engine = serializers.CharField()
    runs = serializers.IntegerField()
    calls = serializers.IntegerField()
    tokens = serializers.IntegerField()
    estimated_tokens = serializers.IntegerField(help_text="Of them, those of calls that were cut off.")
    dollars = serializers.FloatField()


class ExtractionFigures(Output):
    days = serializers.IntegerField()
    runs = serializers.IntegerField()
    documents = serializers.IntegerField()
    shadow_answers = serializers.IntegerField()
    shadow_seconds = serializers.FloatField(source="shadow_s")
    shadow_tokens = serializers.IntegerField(help_text="Of calls that came to nothing, too.")
    shadow_dollars = serializers.FloatField()
    versions = PromptedEngineFigures(many=True)
    in_vain = InVainFigures(many=True, help_text="Asked without an answer; not in the figures of `versions`.")
