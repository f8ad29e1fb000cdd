from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from clinic.actions.glass import LEAST_REASON
from clinic.api.fields import Choice, FlagInQuery, Input, Output, PageQuery, Text, Whole
from clinic.api.serializers.cases import CaseCard, NoteCard, PatientCard
from clinic.api.serializers.people import PersonTag
from clinic.api.serializers.reports import ReportCard
from clinic.api.serializers.uploads import UploadCard
from clinic.authorization.permissions import Permission
from clinic.models import BrokenGlass
from clinic.models.glass import Verdict
from clinic.sealed_words import said


class EmergencyWish(Input):
    site = Text(max_length=120, help_text="The name of the site.")
    number = Whole(min_value=1, max_value=2**31 - 1, help_text="Of the case there, as whoever calls tells it.")
    reason = Text(min_length=LEAST_REASON, max_length=2000, help_text="Why it cannot wait.")


class EmergencyTag(Output):
    """One case, half an hour."""

    id = serializers.UUIDField()
    site = serializers.CharField(source="site.name")
    case = serializers.UUIDField(source="case_id")
    began_at = serializers.DateTimeField()
    until = serializers.DateTimeField()


class EmergencyCard(EmergencyTag):
    """As those see it who judge it afterwards."""

    reference = serializers.CharField(source="case.reference")
    person = PersonTag()
    reason = serializers.SerializerMethodField(help_text="Empty to those who neither judge nor audit.")
    is_standing = serializers.BooleanField()
    is_late = serializers.BooleanField(help_text="Nobody has judged it within seven days.")
    ended_at = serializers.DateTimeField(allow_null=True)
    verdict = serializers.ChoiceField(choices=["", *Verdict.values])
    judged_by = PersonTag(source="looked_at_by", allow_null=True)
    judged_at = serializers.DateTimeField(source="looked_at", allow_null=True)

    def get_reason(self, glass: BrokenGlass) -> str:
        by = self.context["by"]
        reads = by.can(Permission.GLASS_REVIEW) or by.can(Permission.AUDIT_READ)
        return str(said(lambda: glass.reason)) if reads else ""


class EmergencyQuery(PageQuery):
    waiting = FlagInQuery(required=False, help_text="Those that nobody has judged, or those that somebody has.")


class EmergencyCase(Output):
    """What is there of the case: to read, and told to the audit of its site."""

    emergency = EmergencyTag()
    case = CaseCard()
    patient = PatientCard()
    notes = NoteCard(many=True)
    uploads = UploadCard(many=True)
    reports = serializers.SerializerMethodField(help_text="The signed versions, the newest first.")

    @extend_schema_field(ReportCard(many=True))
    def get_reports(self, told: dict[str, Any]) -> list[dict[str, Any]]:
        return [dict(ReportCard(report).data) for report in told["reports"]]


class EmergencyVerdict(Input):
    verdict = Choice(choices=Verdict.choices)
    note = Text(max_length=2000, allow_blank=True, required=False, default="", help_text="Needed where it was wrong.")
