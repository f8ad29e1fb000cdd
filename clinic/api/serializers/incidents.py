from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from clinic.actions.proposals import LEAST_REASON
from clinic.actions.stops import open_release
from clinic.api.fields import Choice, Input, Output, PageQuery, Text
from clinic.api.serializers.engines import ProposalCard
from clinic.api.serializers.people import PersonTag
from clinic.checklist import STEPS, due_at
from clinic.models import Incident, IncidentCause, IncidentEntry, IncidentLine, IncidentState, PackForm
from clinic.sealed_words import said

_CLASS = "Empty: all it says."
STEP_CODES = list(STEPS)


class StopCard(Output):
    """While it stands, new work of the engine (or of one of its classes) goes to people."""

    id = serializers.UUIDField()
    capability = serializers.CharField()
    class_name = serializers.CharField(help_text=_CLASS)
    incident = serializers.UUIDField(source="incident.pk")
    pulled_by = PersonTag()
    pulled_at = serializers.DateTimeField()
    released_at = serializers.DateTimeField(allow_null=True)


class StopWish(Input):
    capability = Text(max_length=60)
    class_name = Text(max_length=60, allow_blank=True, required=False, default="", help_text=_CLASS)
    note = Text(max_length=500, help_text="What is wrong, in a few words. No names of patients.")


class ReleaseWish(Input):
    reason = Text(min_length=LEAST_REASON, max_length=2000,
                  help_text="The cause, what was done about it, how that was checked.")  # fmt: skip


class IncidentRow(Output):
    id = serializers.UUIDField()
    reference = serializers.CharField()
    capability = serializers.CharField()
    class_name = serializers.CharField(help_text=_CLASS)
    cause = serializers.ChoiceField(choices=IncidentCause.choices)
    state = serializers.ChoiceField(choices=IncidentState.choices)
    stop = serializers.UUIDField(source="stop_id", allow_null=True)
    is_stopped = serializers.SerializerMethodField(help_text="Whether its stop still stands.")
    engine_digest = serializers.CharField(source="engine.digest", default=None, allow_null=True,
                                          help_text="Of the engine that was taken out of service.")  # fmt: skip
    opened_by = PersonTag(allow_null=True, help_text="Null: the product itself.")
    opened_at = serializers.DateTimeField()
    resolved_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)

    def get_is_stopped(self, incident: Incident) -> bool:
        return incident.stop is not None and incident.stop.released_at is None


class ChecklistStep(Output):
    """Of the checklist by the clock."""

    code = serializers.ChoiceField(choices=STEP_CODES)
    words = serializers.CharField()
    due_at = serializers.DateTimeField()
    done_at = serializers.DateTimeField(allow_null=True)
    done_by = PersonTag(allow_null=True)


class LogLine(Output):
    """Never changed: a correction is another line."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=IncidentLine.choices)
    step = serializers.CharField(help_text="Of the checklist, where one was done.")
    words = serializers.SerializerMethodField()
    review = serializers.SerializerMethodField(help_text="The parts of a review, by name.")
    by = PersonTag(allow_null=True, help_text="Null: the product itself.")
    at = serializers.DateTimeField()

    def get_words(self, entry: IncidentEntry) -> str:
        words = said(lambda: entry.words)
        return "" if isinstance(words, dict) else str(words)

    @extend_schema_field(serializers.DictField(child=serializers.CharField(), allow_null=True))
    def get_review(self, entry: IncidentEntry) -> dict[str, str] | None:
        words = said(lambda: entry.words)
        return words if isinstance(words, dict) else None


class PackCard(Output):
    """One of the files of an incident pack; those of one run were written together."""

    id = serializers.UUIDField()
    run = serializers.UUIDField(source="run_id")
    form = serializers.ChoiceField(choices=PackForm.choices)
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    cases = serializers.IntegerField(help_text="How many are affected.")
    at = serializers.DateTimeField()


class IncidentCard(IncidentRow):
    """What went wrong with an engine, what was done about it, and what was learned."""

    steps = serializers.SerializerMethodField()
    log = serializers.SerializerMethodField(help_text="The oldest first.")
    packs = serializers.SerializerMethodField(help_text="The latest first.")
    release = serializers.SerializerMethodField(help_text="That waits for a second person.")

    @extend_schema_field(ChecklistStep(many=True))
    def get_steps(self, incident: Incident) -> list[dict[str, Any]]:
        done = {entry.step: entry for entry in _log(incident) if entry.step}
        return [dict(ChecklistStep(_step(incident, code, done.get(code))).data) for code in STEPS]

    @extend_schema_field(LogLine(many=True))
    def get_log(self, incident: Incident) -> list[dict[str, Any]]:
        return [dict(LogLine(entry).data) for entry in _log(incident)]

    @extend_schema_field(PackCard(many=True))
    def get_packs(self, incident: Incident) -> list[dict[str, Any]]:
        return [dict(PackCard(pack).data) for pack in incident.packs.order_by("-at", "-form")]

    @extend_schema_field(ProposalCard(allow_null=True))
    def get_release(self, incident: Incident) -> dict[str, Any] | None:
        found = open_release(incident.stop) if incident.stop else None
        return dict(ProposalCard(found).data) if found else None


def _log(incident: Incident) -> list[IncidentEntry]:
    return list(incident.entries.select_related("by").order_by("at", "pk"))


def _step(incident: Incident, code: str, entry: IncidentEntry | None) -> dict[str, Any]:
    step = STEPS[code]
    return {"code": code, "words": str(step.words), "due_at": due_at(incident.opened_at, step),
            "done_at": entry.at if entry else None, "done_by": entry.by if entry else None}  # fmt: skip


class IncidentQuery(PageQuery):
    state = serializers.ListField(child=Choice(choices=IncidentState.choices), required=False)


class IncidentNoteWish(Input):
    words = Text(max_length=4000, help_text="Stands in the log for good. Cases by their number.")


class StepWish(Input):
    step = Choice(choices=STEP_CODES)


class EndWish(Input):
    note = Text(max_length=2000, help_text="How it ended.")


class IncidentReviewWish(Input):
    """All of its parts: causes, not persons."""

    happened = Text(max_length=8000)
    harm = Text(max_length=8000)
    found = Text(max_length=8000)
    why = Text(max_length=8000)
    helped = Text(max_length=8000)
    changes = Text(max_length=8000)


class OrderedPack(Output):
    run = serializers.UUIDField(help_text="The run that writes it: watch it, then read the incident.")
