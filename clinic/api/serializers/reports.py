from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from clinic import lineage
from clinic.actions import consents
from clinic.api.fields import Choice, Flag, Id, Input, Output, PageQuery, Text, Whole
from clinic.api.serializers.cases import ConsentCard
from clinic.api.serializers.people import PersonTag
from clinic.evidence import KINDS
from clinic.models import Consent, Report
from clinic.report_body import LONGEST_SENTENCE
from clinic.sources import State
from clinic.standing import Standing

STANDING = serializers.ChoiceField(choices=[standing.value for standing in Standing])
SEEN = "The revision this was seen at. Where it has changed since, nothing is changed (409 draft_changed)."


class EvidenceCard(Output):
    """A place in a file. `state` is asked anew each time: the digest of the file and every byte of it."""

    number = serializers.IntegerField()
    state = serializers.ChoiceField(choices=[state.value for state in State])
    words = serializers.CharField(help_text="What stands there.")
    source = serializers.CharField(help_text="File and place, for people.")  # type: ignore[assignment]
    place = serializers.DictField(help_text=f"`kind` is one of {', '.join(KINDS)}; then digest and where.")


class EvidenceList(Output):
    standing = STANDING
    results = EvidenceCard(many=True)


class OriginCard(Output):
    result = serializers.UUIDField()
    engine = serializers.CharField()
    output_sha256 = serializers.CharField()


class SentenceCard(Output):
    id = serializers.UUIDField()
    section = serializers.CharField()
    text = serializers.CharField()
    author = serializers.UUIDField(help_text="Whose words they are, or who took an engine’s over.")
    author_name = serializers.CharField()
    is_vouched = serializers.BooleanField(help_text="A clinician wrote this, as she says herself.")
    is_engines = serializers.BooleanField()
    origin = OriginCard(allow_null=True)
    engine_had_said = serializers.CharField(allow_null=True, help_text="What stood here before a person rewrote it.")
    evidence = EvidenceCard(many=True)
    revision = serializers.IntegerField()


class CheckCard(Output):
    code = serializers.CharField()
    is_done = serializers.BooleanField()
    blocks = serializers.BooleanField(help_text="False: the report says that it was open.")
    words = serializers.CharField()


class SuggestionCard(Output):
    """What an engine has to say. Preliminary until it stands in a signed report."""

    key = serializers.CharField(help_text="Send it to take the sentence over.")
    section = serializers.CharField()
    text = serializers.CharField()
    engine = serializers.CharField()
    standing = STANDING
    waits_for_decision = serializers.BooleanField()


class DraftCard(Output):
    revision = serializers.IntegerField(help_text="0: nothing is written yet.")
    sentences = SentenceCard(many=True)
    checks = CheckCard(many=True)
    suggestions = SuggestionCard(many=True)


class SentenceWish(Input):
    section = Text(max_length=60)
    text = Text(max_length=LONGEST_SENTENCE)
    is_mine = Flag(required=False, default=False, help_text="A clinician wrote this. Not for programs.")


class TakeOver(Input):
    key = Text(max_length=80)


class SentenceChanges(Input):
    """What is left out stays as it is."""

    sentence = Id()
    seen = Whole(min_value=0, max_value=2**31 - 1, help_text=SEEN)
    text = Text(max_length=LONGEST_SENTENCE, required=False)
    is_mine = Flag(required=False)
    move = Choice(choices=["up", "down"], required=False)


class SentenceChoice(Input):
    sentence = Id()
    seen = Whole(min_value=0, max_value=2**31 - 1, help_text=SEEN)


class SourceWish(SentenceChoice):
    upload = Id(help_text="A text of the same case.")
    words = Text(max_length=LONGEST_SENTENCE, help_text="As they stand there.")


class Signature(Input):
    seen = Whole(min_value=0, max_value=2**31 - 1, help_text="The revision of the draft that is signed.")
    reason = Text(max_length=1000, required=False, default="", allow_blank=True, help_text="Of an amendment.")


class ReportCard(Output):
    """A signed version. `content` is what was signed; its canonical JSON gives `content_sha256`."""

    id = serializers.UUIDField()
    case = serializers.UUIDField(source="case_id")
    version = serializers.IntegerField()
    status = serializers.SerializerMethodField(help_text="final, or amended where a later version is signed.")
    content = serializers.DictField(source="body")
    content_sha256 = serializers.CharField()
    sources = serializers.ListField(child=serializers.DictField())
    key_id = serializers.CharField()
    signature = serializers.SerializerMethodField(help_text="Ed25519 over the digest, bound to the purpose `report`.")
    signed_by = PersonTag()
    signed_at = serializers.DateTimeField()

    @extend_schema_field(serializers.ChoiceField(choices=["final", "amended"]))
    def get_status(self, report: Report) -> str:
        later = Report.objects.filter(case=report.case_id, version__gt=report.version)
        return "amended" if later.exists() else "final"

    def get_signature(self, report: Report) -> str:
        return bytes(report.signature).hex()


class FindingCard(Output):
    code = serializers.CharField()
    holds = serializers.BooleanField()
    words = serializers.CharField()


class Verification(Output):
    holds = serializers.BooleanField()
    findings = FindingCard(many=True)


class LearnedCard(Output):
    id = serializers.UUIDField()
    name = serializers.CharField()
    version = serializers.CharField()
    state = serializers.CharField(help_text="Where it stands at this site.")
    items = serializers.IntegerField()
    withdrawn = serializers.IntegerField(help_text="Items whose patients do not agree any longer.")


class ConsentAnswer(ConsentCard):
    """With the engines that learned from the patient, where she withdraws consent to training."""

    engines = serializers.SerializerMethodField()

    @extend_schema_field(LearnedCard(many=True))
    def get_engines(self, consent: Consent) -> list[dict[str, Any]]:
        learned = consents.affected_by(consent)
        return [told | {"withdrawn": one.withdrawn} for one, told in zip(learned, lineage.told(learned), strict=True)]


class LearnedList(Output):
    results = LearnedCard(many=True)


class MineCard(LearnedList):
    items = serializers.IntegerField(help_text="Decisions of yours that may be learned from.")
    used = serializers.IntegerField()


class ItemQuery(PageQuery):
    engine = Id(required=False)


class ItemCard(Output):
    """By number and codes only."""

    number = serializers.CharField()
    capability = serializers.CharField()
    said = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    reader = serializers.SerializerMethodField()
    at = serializers.DateTimeField()

    @extend_schema_field(PersonTag)
    def get_reader(self, item: Any) -> dict[str, Any]:
        return {"id": str(item.review.reader_id), "name": item.review.reader.name}
