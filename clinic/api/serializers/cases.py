from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from clinic.api.fields import Choice, Flag, FlagInQuery, Id, Input, Moment, Output, PageQuery, PastDay, Text, Whole
from clinic.api.serializers.people import PersonTag
from clinic.case_proof import Part, Why
from clinic.models import Case, CaseState, Purpose, Sex, Urgency

STATES = serializers.ListField(child=serializers.ChoiceField(choices=CaseState.choices))


class PatientTag(Output):
    id = serializers.UUIDField()
    reference = serializers.CharField(source="pseudonym", help_text="P- and the number of the patient at the site.")


class CaseTag(Output):
    id = serializers.UUIDField()
    reference = serializers.CharField(help_text="C- and the number of the case at the site.")
    patient = PatientTag()


class CaseCard(Output):
    """One clinical question of one patient."""

    id = serializers.UUIDField()
    reference = serializers.CharField(help_text="C- and the number of the case at the site.")
    patient = PatientTag()
    question = serializers.CharField()
    encounter = serializers.CharField(allow_null=True, help_text="The number the hospital knows the visit by.")
    department = serializers.CharField()
    state = serializers.ChoiceField(choices=CaseState.choices)
    state_since = serializers.DateTimeField()
    moves = serializers.SerializerMethodField(
        help_text="The states it may be moved to from here. It is signed, and amended, by signing its report."
    )
    urgency = serializers.ChoiceField(choices=Urgency.choices)
    due_at = serializers.DateTimeField()
    is_overdue = serializers.BooleanField()
    age_years = serializers.IntegerField(allow_null=True, help_text="Age when opened, 90 for all above.")
    assignee = PersonTag(allow_null=True)
    opened_at = serializers.DateTimeField()
    opened_by = PersonTag(allow_null=True)

    @extend_schema_field(STATES)
    def get_moves(self, case: Case) -> list[str]:
        return sorted(state.value for state in case.bare_moves)


class NewPatient(Input):
    name = Text(max_length=200, required=False, allow_null=True)
    birth_date = PastDay(required=False, allow_null=True)
    sex = Choice(choices=Sex.choices, required=False, default=Sex.UNKNOWN)


class PatientChanges(Input):
    """What is left out stays as it is."""

    name = Text(max_length=200, required=False, allow_null=True)
    birth_date = PastDay(required=False, allow_null=True)
    sex = Choice(choices=Sex.choices, required=False)


class PatientCard(PatientTag):
    number = serializers.IntegerField()
    name = serializers.CharField(allow_null=True)
    birth_date = serializers.DateField(allow_null=True)
    sex = serializers.ChoiceField(choices=Sex.choices)
    created_at = serializers.DateTimeField()


class PatientQuery(PageQuery):
    number = serializers.IntegerField(required=False, min_value=1, max_value=2**31 - 1)


class PatientChoice(Input):
    """One of the three: an id, a number of the site, or a new patient."""

    id = Id(required=False)
    number = Whole(required=False, min_value=1, max_value=2**31 - 1)
    new = NewPatient(required=False)

    def validate(self, attrs: dict[str, object]) -> dict[str, object]:
        if len(attrs) != 1:
            raise serializers.ValidationError(_("Give one of id, number and new."))
        return attrs


class CaseWish(Input):
    patient = PatientChoice()
    question = Text(max_length=4000)
    urgency = Choice(choices=Urgency.choices, required=False, default=Urgency.ROUTINE)
    encounter = Text(max_length=60, required=False, allow_null=True)
    department = Text(max_length=60, required=False, allow_blank=True, default="")
    assignee = Id(required=False, allow_null=True)
    due_at = Moment(required=False, allow_null=True, help_text="Left out: as the site lets its urgency wait.")


class CaseChanges(Input):
    """What is left out stays as it is."""

    question = Text(max_length=4000, required=False)
    encounter = Text(max_length=60, required=False, allow_null=True)
    department = Text(max_length=60, required=False, allow_blank=True)


class Move(Input):
    to = Choice(choices=CaseState.choices, help_text="One of `moves`.")
    reason = Text(max_length=1000, required=False, allow_null=True)


class UrgencyWish(Input):
    urgency = Choice(choices=Urgency.choices)
    due_at = Moment(required=False, allow_null=True)


class CaseFilters(Input):
    state = serializers.ListField(child=Choice(choices=CaseState.choices), required=False)
    urgency = serializers.ListField(child=Choice(choices=Urgency.choices), required=False)
    patient = Id(required=False)
    assignee = Id(required=False)
    opened_after = Moment(required=False)
    opened_before = Moment(required=False)
    order = Choice(choices=["pressing", "newest"], default="pressing")


class CaseQuery(CaseFilters, PageQuery):
    unassigned = FlagInQuery(required=False)
    overdue = FlagInQuery(required=False)


class CaseSearch(CaseFilters):
    words = Text(max_length=200, help_text="Each must occur, or begin a word that does.")
    unassigned = Flag(required=False)
    overdue = Flag(required=False)
    cursor = Text(max_length=400, required=False, help_text="`next_cursor` of the page before.")
    page_size = Whole(min_value=1, max_value=200, default=50)


class NoteWish(Input):
    body = Text(max_length=20_000, help_text="`@name@hospital.org` tells that colleague to look here.")


class NoteCard(Output):
    id = serializers.UUIDField()
    author = PersonTag(allow_null=True)
    body = serializers.CharField()
    at = serializers.DateTimeField()


class EntryCard(Output):
    """One line of the story of a case. `subject` is the row it tells of, in the table that `kind` names."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    actor = PersonTag(allow_null=True, help_text="Null: the machinery.")
    subject = serializers.UUIDField(source="subject_id", allow_null=True)
    facts = serializers.DictField(help_text="Codes only.")
    at = serializers.DateTimeField()


class ConsentWish(Input):
    purpose = Choice(choices=Purpose.choices)
    is_given = Flag()


class ConsentCard(Output):
    """The newest of a purpose holds."""

    id = serializers.UUIDField()
    purpose = serializers.ChoiceField(choices=Purpose.choices)
    is_given = serializers.BooleanField()
    by = PersonTag(allow_null=True)
    at = serializers.DateTimeField()


class ProvedPart(Output):
    part = serializers.ChoiceField(choices=[part.value for part in Part])
    checked = serializers.IntegerField()
    waiting = serializers.IntegerField(help_text="For a place in the audit, or for the next checkpoint.")
    gone = serializers.IntegerField(help_text="Erased, or deleted when its time was over: nothing left to be wrong.")


class CaseFault(Output):
    part = serializers.ChoiceField(choices=[part.value for part in Part])
    id = serializers.UUIDField(help_text="Of the entry, audit event, file, run, report or note.")
    why = serializers.ChoiceField(choices=[why.value for why in Why])


class CaseVerification(Output):
    """Everything of the case, computed anew from what is stored now."""

    holds = serializers.BooleanField()
    parts = ProvedPart(many=True, source="counts")
    faults = CaseFault(many=True)
    seconds = serializers.FloatField()
