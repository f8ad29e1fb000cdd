"""Films as programs see them. Codes decide, words explain."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from clinic.api.fields import Choice, Flag, FlagInQuery, Id, Input, Output, PageQuery, Query, Text, Whole, WholeInQuery
from clinic.api.serializers.answers import AnswerFields
from clinic.api.serializers.people import PersonTag
from clinic.api.serializers.reviews import Share
from clinic.api.serializers.runs import RunCard, SafetyNotice
from radiology import chest
from radiology.actions.texts import VERDICTS
from radiology.film_words import sentence
from radiology.findings import RISK_WORDS
from radiology.models import Certainty, Film, Impression, Reason, Stance
from radiology.telling import MAP_VERDICTS, AnswerTold
from radiology.worklist import DONE, SECOND, TO_READ

LONGEST_WAIT_S = 55
_DEFAULT_WAIT_S = 30
_FINDINGS = ", ".join(chest.CHEST.classes)
_RISKS = ", ".join(RISK_WORDS)


class ReasonCard(Output):
    code = serializers.CharField()
    short = serializers.CharField()
    why = serializers.CharField()
    what_to_do = serializers.CharField()


class FilmCard(Output):
    """A film of the worklist: what its file says, whether it is fit for the engine, where its reading stands."""

    id = serializers.UUIDField()
    case = serializers.UUIDField(source="case_id")
    upload = serializers.UUIDField(source="upload_id")
    state = serializers.CharField(help_text="opening, unreadable, refused, ready, or withheld.")
    reasons = serializers.SerializerMethodField(help_text="Why it cannot be opened, or is not fit for the engine.")
    offer = serializers.SerializerMethodField(
        help_text="What would put it right, for `upright`; null where nothing is."
    )
    is_overridden = serializers.BooleanField(help_text="A person had the engine asked all the same.")
    is_generated = serializers.BooleanField(help_text="Drawn by this product; no patient’s.")
    view = serializers.CharField(help_text="As the file says: PA, AP, LATERAL, or nothing.")
    laterality = serializers.CharField()
    rows = serializers.IntegerField(allow_null=True)
    columns = serializers.IntegerField(allow_null=True)
    bits = serializers.IntegerField(allow_null=True)
    age_years = serializers.IntegerField(allow_null=True, help_text="As the file says.")
    text_state = serializers.CharField(
        help_text="Writing in the picture: waiting, clear, text, declared, unchecked; or a person’s word: allowed, "
        "masked, kept_out."
    )
    text_boxes = serializers.ListField(
        child=serializers.ListField(child=serializers.FloatField()),
        help_text="Where: top, left, bottom, right in shares of the picture as the file has it.",
    )
    quarter_turns = serializers.IntegerField(help_text="Clockwise, as a person put it upright.")
    is_inverted = serializers.BooleanField()
    read_state = serializers.CharField(help_text="waiting, second (for another reader), or done.")
    claimed_by = PersonTag(allow_null=True)
    claimed_until = serializers.DateTimeField(allow_null=True)
    added_at = serializers.DateTimeField()

    @extend_schema_field(ReasonCard(many=True))
    def get_reasons(self, film: Film) -> list[dict[str, Any]]:
        return [_reason(code) for code in ([film.problem] if film.problem else film.reasons)]

    @extend_schema_field(serializers.DictField(allow_null=True))
    def get_offer(self, film: Film) -> dict[str, Any] | None:
        return dict(film.gate.get("offer") or {}) or None


def _reason(code: str) -> dict[str, Any]:
    found = sentence(code)
    return {"code": code, "short": found.short, "why": found.why, "what_to_do": found.what_to_do}


class MapCard(Output):
    """Where the engine looked, and whether that passed its test. The numbers only of a map that did."""

    verdict = serializers.ChoiceField(choices=MAP_VERDICTS)
    beaten = serializers.IntegerField(allow_null=True, help_text="Of the random masks.")
    masks = serializers.IntegerField(allow_null=True)
    rows = serializers.IntegerField(allow_null=True)
    columns = serializers.IntegerField(allow_null=True)
    values = serializers.ListField(child=serializers.FloatField(), allow_null=True,
                                   help_text="Row by row from the top left of the upright film, 0 to 1.")  # fmt: skip


class AnswerCard(AnswerFields):
    """What the engine said, in one piece with what keeps it from being taken for more."""

    capability = chest.CHEST

    prediction = serializers.SerializerMethodField(help_text=f"{_FINDINGS}; or nothing.")
    risk_level = serializers.SerializerMethodField(help_text=f"{_RISKS}: under 70 % it is indeterminate.")
    risk_words = serializers.SerializerMethodField()
    members = serializers.SerializerMethodField(help_text="What each net said, before mean and calibration.")
    calibrated = serializers.SerializerMethodField()
    precision = serializers.SerializerMethodField()
    map = MapCard(allow_null=True)
    recalled_from = serializers.SerializerMethodField(help_text="The run that said so before; null where it was asked.")

    def get_prediction(self, told: AnswerTold) -> str:
        return self.label_of(told)

    def get_risk_level(self, told: AnswerTold) -> str:
        return str(told.result.facets.get("risk") or "")

    def get_risk_words(self, told: AnswerTold) -> str:
        return str(RISK_WORDS.get(self.get_risk_level(told), ""))

    @extend_schema_field(serializers.DictField(child=serializers.DictField(child=serializers.FloatField())))
    def get_members(self, told: AnswerTold) -> dict[str, dict[str, float]]:
        return dict(told.outcome.get("members") or {})

    def get_calibrated(self, told: AnswerTold) -> bool:
        return bool(told.result.facets.get("is_calibrated"))

    def get_precision(self, told: AnswerTold) -> str:
        return str(told.outcome.get("precision") or "")

    @extend_schema_field(serializers.UUIDField(allow_null=True))
    def get_recalled_from(self, told: AnswerTold) -> str | None:
        return told.result.facets.get("recalled_from") or None


class RegionCard(Output):
    left = serializers.FloatField()
    top = serializers.FloatField()
    width = serializers.FloatField()
    height = serializers.FloatField()


class VerdictCard(Output):
    """A reader's last word."""

    impression = serializers.CharField()
    stance = serializers.CharField(help_text="agrees, changes, disagrees, or alone where no engine answered.")
    reason = serializers.CharField(help_text="Of a change or a disagreement.")
    note = serializers.CharField(allow_null=True)
    at = serializers.DateTimeField()


class ReadingCard(Output):
    """What a reader sealed before the engine was shown. Never changed."""

    id = serializers.UUIDField()
    reader = PersonTag()
    position = serializers.IntegerField(help_text="1 the first reader, 2 the second.")
    impression = serializers.CharField()
    certainty = serializers.CharField()
    findings = serializers.CharField(allow_null=True)
    regions = RegionCard(many=True, allow_null=True)
    seconds = serializers.FloatField()
    was_blind = serializers.BooleanField()
    at = serializers.DateTimeField()
    verdict = VerdictCard(allow_null=True, default=None)


class FilmDetail(FilmCard):
    """One film, with as much of answer and readings as the asker may see."""

    is_answer_hidden = serializers.BooleanField(help_text="A reader first seals her own reading.")
    answer = AnswerCard(allow_null=True)
    readings = ReadingCard(many=True)


class FilmQuery(PageQuery):
    show = Choice(choices=(TO_READ, SECOND, DONE), required=False, default=TO_READ)
    case = Id(required=False)


class FilmWish(Input):
    upload = Id()


class ArchiveWish(Input):
    upload = Id(help_text="A ZIP archive of the case.")


class UprightWish(Input):
    quarter_turns = Whole(min_value=0, max_value=3, help_text="Clockwise, from the film as it came.")
    is_inverted = Flag(help_text="Dark and bright turned round, from the film as it came.")


class RegionWish(Input):
    left = serializers.FloatField(min_value=0, max_value=1)
    top = serializers.FloatField(min_value=0, max_value=1)
    width = serializers.FloatField(min_value=0, max_value=1)
    height = serializers.FloatField(min_value=0, max_value=1)


class SealWish(Input):
    impression = Choice(choices=Impression.values)
    certainty = Choice(choices=Certainty.values)
    findings = Text(max_length=4000, allow_blank=True, required=False, default="")
    regions = serializers.ListField(child=RegionWish(), required=False, default=list, max_length=10)


class ConclusionWish(Input):
    stance = Choice(choices=Stance.values)
    impression = Choice(choices=Impression.values, required=False, help_text="With `changes`.")
    reason = Choice(choices=Reason.values, required=False, help_text="With `changes` and `disagrees`.")
    note = Text(max_length=2000, allow_blank=True, required=False, default="")
    is_for_teaching = Flag(required=False, default=False)


class OverruleWish(Input):
    reason = Text(max_length=1000)


class TextWish(Input):
    verdict = Choice(choices=VERDICTS)
    reason = Text(max_length=1000)


class PredictQuery(Query):
    """Where the body is the file itself, or a form."""

    case = Id()
    name = Text(max_length=255, required=False, default="film", help_text="What the file is called.")
    disable_cam = FlagInQuery(required=False, default=False, help_text="No map: quicker.")
    wait = WholeInQuery(min_value=0, max_value=LONGEST_WAIT_S, default=_DEFAULT_WAIT_S, help_text="Seconds, at most.")


class PredictWish(Input):
    case = Id()
    image = serializers.CharField(trim_whitespace=False, help_text="JPEG, PNG or DICOM, in base64.")
    name = Text(max_length=255, required=False, default="film")
    disable_cam = Flag(required=False, default=False, help_text="No map: quicker.")
    wait = Whole(min_value=0, max_value=LONGEST_WAIT_S, default=_DEFAULT_WAIT_S, help_text="Seconds, at most.")


class PredictionCard(Output):
    film = serializers.UUIDField()
    run = serializers.UUIDField()
    prediction = serializers.CharField(help_text=_FINDINGS)
    confidence = serializers.FloatField(allow_null=True)
    probabilities = serializers.DictField(child=serializers.FloatField(), allow_null=True)
    risk_level = serializers.CharField(help_text=_RISKS)
    prediction_set = serializers.ListField(child=serializers.CharField())
    members = serializers.DictField(child=serializers.DictField(child=serializers.FloatField()))
    calibrated = serializers.BooleanField()
    heatmap = serializers.CharField(
        allow_null=True,
        help_text="A PNG in base64 to lay over the film; null where there is none, or it explains nothing.",
    )
    heatmap_tested = serializers.BooleanField(help_text="False: no map was asked for, or its test still runs.")
    engine = serializers.CharField()
    milliseconds = serializers.IntegerField(help_text="That the engine’s run took.")
    recalled_from = serializers.UUIDField(allow_null=True)
    safety = SafetyNotice()


class PredictionUnderWay(Output):
    film = serializers.UUIDField()
    run = RunCard()


class ClassFigures(Output):
    finding = serializers.CharField()
    sensitivity = Share(allow_null=True)
    specificity = Share(allow_null=True)
    f1 = Share(allow_null=True)


class FilmLedger(Output):
    name = serializers.CharField()
    count = serializers.IntegerField()
    agreed = Share(allow_null=True)
    changed = Share(allow_null=True)
    harmed = Share(allow_null=True, help_text="Right before the engine was shown, wrong after.")
    helped = Share(allow_null=True, help_text="Wrong before, right after.")
    median_seconds = serializers.FloatField(allow_null=True)


class FilmFigures(Output):
    """From readings sealed before the engine was shown, each with its interval and how many it rests on."""

    readers = FilmLedger(many=True, help_text="Oneself; all of them for the lead.")
    readings = serializers.IntegerField(help_text="Of signed cases: what the figures of the engine rest on.")
    engine = ClassFigures(many=True)
