from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from clinic import live_quality
from clinic.actions.engine_proposals import DATA_LEAVES, PROMOTE, RETURN, ROLLOUT
from clinic.api.fields import Choice, Flag, FlagInQuery, Id, Input, Output, PageQuery, Text, Whole
from clinic.api.serializers.people import PersonTag
from clinic.api.serializers.reviews import EngineFigures, Share
from clinic.capabilities import capability_named
from clinic.engines import gate
from clinic.golden import standing
from clinic.models import Deployment, EngineFault, EngineState
from clinic.sealed_words import said

NEEDS = {PROMOTE: {"engine"}, RETURN: {"engine"}, ROLLOUT: {"engine", "percent"}, DATA_LEAVES: {"may_leave"}}


class EngineQuery(PageQuery):
    capability = Text(max_length=60, required=False)
    state = Choice(choices=EngineState.choices, required=False)


class EngineTag(Output):
    """An engine as it stands at this site."""

    id = serializers.UUIDField()
    name = serializers.CharField(source="engine.name")
    version = serializers.CharField(source="engine.version")
    digest = serializers.CharField(source="engine.digest", help_text="SHA-256 of its manifest, which names every file.")
    capability = serializers.CharField()
    rung = serializers.IntegerField(help_text="Its place on the ladder: 0 is asked first.")
    state = serializers.ChoiceField(choices=EngineState.choices)
    percent = serializers.IntegerField(help_text="Of new work, the share it answers on trial.")
    is_remote = serializers.BooleanField(source="engine.is_remote")
    since = serializers.DateTimeField()
    out_since = serializers.DateTimeField(allow_null=True, help_text="Out of service: it answers nobody.")
    out_reason = serializers.CharField()


class Metric(Share):
    name = serializers.CharField()


CARD = ("purpose", "population", "data", "limits", "licence")


def _plain(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


class SealedCases(Output):
    """When it was last asked all of them."""

    is_ok = serializers.BooleanField()
    cases = serializers.IntegerField()
    failed = serializers.SerializerMethodField()
    at = serializers.DateTimeField()

    def get_failed(self, asked: Any) -> int:
        return len(asked.failed)


class AskedCases(Output):
    run = serializers.UUIDField(help_text="The run that asks them.")


class FaultTag(Output):
    """Why a machine does not open it."""

    fault = serializers.CharField()
    about = serializers.CharField()
    since = serializers.DateTimeField()


class GateCard(Output):
    """What still stands between an engine in the shadow and going live."""

    passed = serializers.BooleanField()
    reasons = serializers.ListField(child=serializers.CharField())
    n = serializers.IntegerField(source="verdict.n", help_text="Live cases that were decided while it stood beside.")
    still_needed = serializers.IntegerField(source="verdict.still_needed")


class EngineDetail(EngineTag):
    files = serializers.SerializerMethodField(help_text="Name to SHA-256.")
    signer = serializers.CharField(source="engine.signer", help_text="`pinned` by the product, or the id of a key.")
    card = serializers.SerializerMethodField(help_text="In its maker's words.")
    metrics = serializers.SerializerMethodField(help_text="Of its card, each with n and interval.")
    in_practice = serializers.SerializerMethodField(help_text="From what people decided here; null before that.")
    sealed_cases = serializers.SerializerMethodField()
    fault = serializers.SerializerMethodField()
    gate = serializers.SerializerMethodField(help_text="Only while it stands in the shadow.")
    follows = serializers.UUIDField(source="follows_id", allow_null=True, help_text="Where rolling back leads.")

    @extend_schema_field({"type": "object", "additionalProperties": {"type": "string"}})
    def get_files(self, held: Deployment) -> dict[str, str]:
        return {name: facts["sha256"] for name, facts in held.engine.manifest["files"].items()}

    @extend_schema_field({"type": "object", "additionalProperties": {"type": "string"}})
    def get_card(self, held: Deployment) -> dict[str, str]:
        return {name: _plain(held.engine.card.get(name, "")) for name in CARD}

    @extend_schema_field(Metric(many=True))
    def get_metrics(self, held: Deployment) -> Any:
        return Metric(held.engine.card.get("metrics", ()), many=True).data

    @extend_schema_field(EngineFigures(allow_null=True))
    def get_in_practice(self, held: Deployment) -> Any:
        found = live_quality.of(held.site_id, capability_named(held.capability))
        mine = next((each for each in found if each.digest == held.engine.digest), None)
        return EngineFigures(mine).data if mine else None

    @extend_schema_field(SealedCases(allow_null=True))
    def get_sealed_cases(self, held: Deployment) -> Any:
        latest = standing(held.engine).latest
        return SealedCases(latest).data if latest else None

    @extend_schema_field(FaultTag(allow_null=True))
    def get_fault(self, held: Deployment) -> Any:
        found = EngineFault.objects.filter(engine=held.engine, cleared_at=None).order_by("-since").first()
        return FaultTag(found).data if found else None

    @extend_schema_field(GateCard(allow_null=True))
    def get_gate(self, held: Deployment) -> Any:
        return GateCard(gate.of(held)).data if held.state == EngineState.SHADOW else None


class Why(Input):
    reason = Text(max_length=1000, help_text="At least ten characters. Kept with the move.")


class ProposalQuery(PageQuery):
    is_open = FlagInQuery(required=False, help_text="Only those that wait, or only those that were decided.")


class ProposalWish(Why):
    kind = Choice(choices=tuple(NEEDS))
    engine = Id(required=False, help_text="Whom it is about, but for `site.data_leaves`.")
    percent = Whole(min_value=1, max_value=100, required=False, help_text="For `engine.rollout`.")
    may_leave = Flag(required=False, help_text="For `site.data_leaves`: whether remote engines may see patients.")

    def validate(self, attrs: Any) -> Any:
        """What belongs to the kind must be there, and nothing that would be passed over in silence."""
        given = {"engine", "percent", "may_leave"} & set(attrs)
        needed = NEEDS.get(attrs.get("kind", ""), given)  # a field that is checked by itself belongs to no kind
        if wrong := {name: [_("Missing for this kind.")] for name in needed - given} | {
            name: [_("Not for this kind.")] for name in given - needed
        }:
            raise serializers.ValidationError(wrong)
        return attrs


class ProposalNote(Input):
    note = Text(max_length=500, required=False, default="", allow_blank=True, help_text="What you checked.")


class ProposalCard(Output):
    """A change that needs two persons: asked for by one, agreed to by another, done at once."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    capability = serializers.CharField()
    target = serializers.UUIDField(source="target_id", allow_null=True, help_text="The engine, stop or site.")
    change = serializers.DictField()
    reason = serializers.SerializerMethodField()
    proposed_by = PersonTag()
    proposed_at = serializers.DateTimeField()
    decision = serializers.CharField(help_text="Empty while it waits; then `approved`, `refused` or `withdrawn`.")
    decided_by = PersonTag(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    note = serializers.SerializerMethodField()

    def get_reason(self, proposal: Any) -> str:
        return str(said(lambda: proposal.reason))

    def get_note(self, proposal: Any) -> str:
        return str(said(lambda: proposal.note))
