import json
from typing import Any

from rest_framework import serializers

from clinic.api.fields import Choice, Id, Moment, Output, PageQuery, Text
from clinic.audit_search import SORTS
from clinic.event_proof import State

PROOF_STATES = [state.value for state in State]


class AuditQuery(PageQuery):
    event = Text(max_length=80, required=False, help_text="Such as `case.read`.")
    sort = Choice(choices=SORTS, required=False)
    person = Id(required=False)
    case = Id(required=False, help_text="Lists that showed it are found too.")
    patient = Id(required=False, help_text="Lists that showed her are found too.")
    since = Moment(required=False)
    until = Moment(required=False)


class AuditEventCard(Output):
    """What was written, as it was written: names of fields, codes, counts and ids, no values."""

    id = serializers.UUIDField(source="event_id")
    position = serializers.IntegerField(source="seq", help_text="In the chain of all sites, without a gap.")
    at = serializers.DateTimeField()
    event = serializers.CharField(source="event.event")
    case = serializers.UUIDField(source="event.case_id", allow_null=True)
    patient = serializers.UUIDField(source="event.patient_id", allow_null=True)
    person = serializers.UUIDField(source="event.actor_id", allow_null=True)
    told = serializers.SerializerMethodField()
    hash = serializers.SerializerMethodField()

    def get_told(self, link: Any) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(link.event.body)
        return told

    def get_hash(self, link: Any) -> str:
        return bytes(link.hash).hex()


class StepCard(Output):
    name = serializers.CharField()
    state = serializers.ChoiceField(choices=PROOF_STATES)
    note = serializers.CharField()


class ProvedEvent(Output):
    event = AuditEventCard()
    state = serializers.ChoiceField(choices=PROOF_STATES, help_text="`done`: every step of the proof holds.")
    steps = StepCard(many=True)


class ReaderCard(Output):
    """Somebody who was shown something of a case."""

    person = serializers.UUIDField(allow_null=True)
    name = serializers.CharField()
    roles = serializers.ListField(child=serializers.CharField())
    times = serializers.IntegerField()
    in_lists = serializers.IntegerField()
    first = serializers.DateTimeField()
    last = serializers.DateTimeField()


class ReaderList(Output):
    results = ReaderCard(many=True)


class CheckpointCard(Output):
    """A signed checkpoint, as the database holds a copy of it. Its witness lies elsewhere."""

    seq = serializers.IntegerField()
    at = serializers.DateTimeField()
    line = serializers.CharField(help_text="The line of the witness, to be compared with it.")
