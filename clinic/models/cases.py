from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.authorization.permissions import Permission
from clinic.errors import Code, Refusal
from clinic.models.base import SiteQuerySet, SiteRow, Viewer
from clinic.models.fields import SealedField
from clinic.models.history import versioned
from clinic.models.patients import Patient


class CaseState(models.TextChoices):
    OPEN = "open", _("Open")
    AWAITING_AI = "awaiting_ai", _("Awaiting AI")
    AWAITING_HUMAN = "awaiting_human", _("Awaiting human")
    SIGNED = "signed", _("Signed")
    AMENDED = "amended", _("Amended")
    CLOSED = "closed", _("Closed")


# The only moves there are. The database holds the same table (migration 0002) and refuses any other.
MOVES: dict[CaseState, frozenset[CaseState]] = {
    CaseState.OPEN: frozenset({CaseState.AWAITING_AI, CaseState.AWAITING_HUMAN, CaseState.CLOSED}),
    CaseState.AWAITING_AI: frozenset({CaseState.OPEN, CaseState.AWAITING_HUMAN, CaseState.CLOSED}),
    CaseState.AWAITING_HUMAN: frozenset({CaseState.OPEN, CaseState.AWAITING_AI, CaseState.SIGNED, CaseState.CLOSED}),
    CaseState.SIGNED: frozenset({CaseState.AMENDED, CaseState.CLOSED}),
    CaseState.AMENDED: frozenset({CaseState.AMENDED, CaseState.CLOSED}),
    CaseState.CLOSED: frozenset({CaseState.OPEN, CaseState.AMENDED}),
}
SIGNED_STATES = frozenset({CaseState.SIGNED, CaseState.AMENDED})  # reached by signing a report, in no other way
NEEDS_WORK = (CaseState.OPEN, CaseState.AWAITING_AI, CaseState.AWAITING_HUMAN)


class Urgency(models.TextChoices):
    EMERGENCY = "emergency", _("Emergency")
    URGENT = "urgent", _("Urgent")
    ROUTINE = "routine", _("Routine")


URGENCY_RANK = {Urgency.EMERGENCY: 0, Urgency.URGENT: 1, Urgency.ROUTINE: 2}


class CaseQuerySet(SiteQuerySet["Case"]):
    def needing_work(self) -> Self:
        return self.filter(state__in=NEEDS_WORK)

    def overseen_by(self, viewer: Viewer) -> Self:
        """For those who audit or share out work and see no patient: numbers, states and times, nothing sealed."""
        may = viewer.can(Permission.AUDIT_READ) or viewer.can(Permission.WORKLOAD_VIEW)
        if viewer.site_id is None or not may:
            return self.none()
        return self.filter(site=viewer.site_id).defer("question", "encounter")

    def overdue(self) -> Self:
        return self.needing_work().filter(due_at__lt=timezone.now())


@versioned("CaseVersion", exclude=("urgency_rank",))  # computed from the urgency
class Case(SiteRow):
    """One clinical question of one patient."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="cases")
    number = models.PositiveIntegerField()
    question = SealedField(help_text=_("What is asked, in the clinician’s words."))
    encounter = SealedField(null=True, help_text=_("The number the hospital knows the visit by."))
    state = models.CharField(max_length=20, choices=CaseState, default=CaseState.OPEN)
    urgency = models.CharField(max_length=10, choices=Urgency, default=Urgency.ROUTINE)
    urgency_rank = models.GeneratedField(
        expression=models.Case(
            *(models.When(urgency=u.value, then=models.Value(rank)) for u, rank in URGENCY_RANK.items()),
            default=models.Value(9),
            output_field=models.SmallIntegerField(),
        ),
        output_field=models.SmallIntegerField(),
        db_persist=True,
    )
    age_years = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text=_("Age when opened, 90 for all above.")
    )
    department = models.CharField(max_length=60, blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assigned_cases", null=True, blank=True
    )
    due_at = models.DateTimeField()
    opened_at = models.DateTimeField(default=timezone.now)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    state_since = models.DateTimeField(default=timezone.now)

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "number"], name="case_number_once_per_site"),
            models.CheckConstraint(condition=Q(state__in=CaseState.values), name="case_state_known"),
            models.CheckConstraint(condition=Q(urgency__in=Urgency.values), name="case_urgency_known"),
            models.CheckConstraint(condition=Q(age_years=None) | Q(age_years__lte=90), name="case_age_coarse"),
            models.CheckConstraint(condition=Q(due_at__gte=F("opened_at")), name="case_due_after_opened"),
        ]
        indexes = [
            models.Index(fields=["site", "urgency_rank", "opened_at", "id"], name="case_list"),
            models.Index(fields=["site", "state", "urgency_rank", "opened_at", "id"], name="case_list_by_state"),
            models.Index(fields=["site", "assignee", "urgency_rank", "opened_at", "id"], name="case_list_by_assignee"),
            models.Index(fields=["site", "state", "-state_since", "-id"], name="case_list_done"),
            models.Index(fields=["site", "due_at"], condition=Q(state__in=NEEDS_WORK), name="case_overdue"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        return f"C-{self.number}"

    @property
    def needs_work(self) -> bool:
        return self.state in NEEDS_WORK

    @property
    def is_overdue(self) -> bool:
        return self.needs_work and self.due_at < timezone.now()

    def check_may_move_to(self, state: CaseState) -> None:
        if state not in MOVES[CaseState(self.state)]:
            raise Refusal(Code.ILLEGAL_MOVE, facts={"from": self.state, "to": state.value})

    def may_move_to(self, state: CaseState) -> bool:
        return state in MOVES[CaseState(self.state)]

    @property
    def bare_moves(self) -> frozenset[CaseState]:
        """Where a person can move it without signing anything."""
        return MOVES[CaseState(self.state)] - SIGNED_STATES

    @property
    def takes_additions(self) -> bool:
        return self.state != CaseState.CLOSED

    def check_takes_additions(self) -> None:
        if self.state == CaseState.CLOSED:
            raise Refusal(Code.CASE_IS_CLOSED)


class StateChange(SiteRow):
    """Each move of a case with its author: what the screen shows is never read from the audit."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="state_changes")
    old = models.CharField(max_length=20, choices=CaseState)
    new = models.CharField(max_length=20, choices=CaseState)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(default=timezone.now)
    reason = SealedField(null=True, patient="case.patient_id")

    objects = SiteQuerySet["StateChange"].as_manager()


class Note(SiteRow):
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    body = SealedField(patient="case.patient_id")
    at = models.DateTimeField(default=timezone.now)

    objects = SiteQuerySet["Note"].as_manager()


class CaseWords(models.Model):
    """Words of a case to search by. Unlogged, left out of backups, rebuilt from the sealed text."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, primary_key=True, related_name="words")
    site = models.ForeignKey("clinic.Site", on_delete=models.CASCADE, related_name="+")
    words = models.TextField()

    class Meta:
        managed = False
        db_table = "clinic_casewords"

    def __str__(self) -> str:
        return str(self.case_id)  # never the words
