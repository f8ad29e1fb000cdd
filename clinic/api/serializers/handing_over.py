"""A case handed over, and a second signature: what is asked of a colleague, and her answer."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from clinic import cosigning, handing_over
from clinic.actions.cosigning import SHORTEST_REASON
from clinic.actions.handovers import LONGEST_NOTE, SHORTEST_NOTE
from clinic.api.fields import Choice, Id, Input, Output, PageQuery, Text
from clinic.api.serializers.cases import CaseTag
from clinic.api.serializers.people import PersonTag
from clinic.models import CoSignature, CoSignatureState, Handover, HandoverState
from clinic.sealed_words import said

SIDES = ("to_me", "from_me")


class OpenPointCard(Output):
    code = serializers.ChoiceField(choices=list(handing_over.WORDS))
    count = serializers.IntegerField()
    words = serializers.CharField()


class OpenPointList(Output):
    items = OpenPointCard(many=True)


class HandoverWish(Input):
    to = Id(help_text="A colleague of the site who reads cases.")
    note = Text(min_length=SHORTEST_NOTE, max_length=LONGEST_NOTE, help_text="What the next one has to know.")


class HandoverRefusal(Input):
    reason = Text(min_length=SHORTEST_NOTE, max_length=LONGEST_NOTE, help_text="Why you do not take it.")


class HandoverQuery(PageQuery):
    side = Choice(choices=SIDES, default="to_me", help_text="Offered to you, or by you.")
    state = Choice(choices=HandoverState.choices, required=False)


class HandoverCard(Output):
    """The case is with the taker once it is `accepted`, not before."""

    id = serializers.UUIDField()
    case = CaseTag()
    giver = PersonTag()
    taker = PersonTag()
    note = serializers.SerializerMethodField()
    open_points = serializers.SerializerMethodField(help_text="What was open when it was offered.")
    state = serializers.ChoiceField(choices=HandoverState.choices)
    answer = serializers.SerializerMethodField(help_text="Why it was not taken.")
    at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)

    def get_note(self, row: Handover) -> str:
        return str(said(lambda: row.note))

    def get_answer(self, row: Handover) -> str:
        return str(said(lambda: row.answer))

    @extend_schema_field(OpenPointCard(many=True))
    def get_open_points(self, row: Handover) -> list[dict[str, Any]]:
        return [dict(OpenPointCard(point).data) for point in handing_over.points_of(row)]


class CoSignatureWish(Input):
    whom = Id(help_text="A colleague of the site who signs reports.")


class CoSignatureRefusal(Input):
    reason = Text(min_length=SHORTEST_REASON, max_length=LONGEST_NOTE, help_text="Why you do not sign.")


class CoSignatureQuery(PageQuery):
    side = Choice(choices=SIDES, default="to_me", help_text="Asked of you, or by you.")
    state = Choice(choices=CoSignatureState.choices, required=False)


class CoSignatureCard(Output):
    """Her seal is over the digest of the version, her id and the moment; `holds` is worked out anew each time."""

    id = serializers.UUIDField()
    report = serializers.UUIDField(source="report_id")
    version = serializers.IntegerField(source="report.version")
    case = CaseTag(source="report.case")
    signer = PersonTag()
    asked_by = PersonTag()
    state = serializers.ChoiceField(choices=CoSignatureState.choices)
    reason = serializers.SerializerMethodField(help_text="Why she did not sign.")
    asked_at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)
    key_id = serializers.CharField(allow_blank=True)
    signature = serializers.SerializerMethodField(help_text="Ed25519, bound to the purpose `report-cosignature`.")
    holds = serializers.SerializerMethodField(help_text="Null: not signed.")

    def get_reason(self, row: CoSignature) -> str:
        return str(said(lambda: row.reason))

    def get_signature(self, row: CoSignature) -> str | None:
        return bytes(row.signature).hex() if row.signature else None

    def get_holds(self, row: CoSignature) -> bool | None:
        return cosigning.holds(row) if row.state == CoSignatureState.SIGNED else None
