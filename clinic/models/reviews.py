"""What a person decides about a result. An item waits in the one queue; each decision on it is a row of its own."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.authorization.permissions import Permission
from clinic.models.base import SiteQuerySet, SiteRow
from clinic.models.cases import Case
from clinic.models.fields import SealedField
from clinic.models.runs import Result, Run


class FlagReason(models.TextChoices):
    """Why a result went to a person."""

    LOW_CONFIDENCE = "low_confidence", _("Below the limit for this class")
    SET_TOO_LARGE = "set_too_large", _("Several answers are possible")
    SET_EMPTY = "set_empty", _("Unlike anything it learned from")
    UNCALIBRATED = "uncalibrated", _("How sure it is has not been measured")
    ENGINE_REFUSED = "engine_refused", _("The engine gave no answer")
    HIGH_RISK = "high_risk", _("A class that must not be missed is possible")
    SIMPLER_ENGINE = "simpler_engine", _("A simpler engine had to answer")
    STOPPED = "stopped", _("The engine is stopped")
    POLICY_SAMPLE = "policy_sample", _("Drawn by chance, to keep the figures honest")
    DISAGREEMENT = "disagreement", _("Readers or engines disagree")
    DRIFT = "drift", _("Chosen because the input has moved")
    FAILURE = "failure", _("The run failed")
    ASKED = "asked", _("A person asked for it")
    TEACHES = "teaches", _("An engine would learn much from it")
    ENGINE_DOUBTS = "engine_doubts", _("The engine itself asks for a person")


class ItemState(models.TextChoices):
    WAITING = "waiting", _("Waiting for a reader")
    ADJUDICATION = "adjudication", _("Readers disagree")
    DECIDED = "decided", _("Decided")
    WITHDRAWN = "withdrawn", _("No longer needed")


OPEN_STATES = (ItemState.WAITING, ItemState.ADJUDICATION)
CANNOT_TELL = "cannot_tell"  # the code of sending back: no class can be told from what is there


class ReviewPolicy(SiteRow):
    """How a site reviews a capability: who reads, how many, what is drawn by chance. The newest row holds."""

    capability = models.CharField(max_length=60)
    rules = models.JSONField(help_text="As clinic.review_rules.Rules has them.")
    proposal = models.ForeignKey("clinic.Proposal", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = SiteQuerySet["ReviewPolicy"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["site", "capability", "-at"], name="review_policy_latest")]


class ReviewItem(SiteRow):
    """One result (or a failure) that waits for people. Its order in the queue is risk x uncertainty x age."""

    capability = models.CharField(max_length=60)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="review_items", null=True)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="review_items")
    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="review_items", null=True)
    reasons = models.JSONField(default=list)
    risk = models.FloatField(help_text="Harm of leaving it wrong: 0 to 1.")
    uncertainty = models.FloatField(help_text="0 sure to 1 no idea.")
    is_urgent = models.BooleanField(default=False, help_text="Its content cannot wait: read before all others.")
    sampling = models.FloatField(default=1.0, help_text="Chance with which it came here: weighs it in the figures.")
    question = SealedField(patient="seal_subject", null=True, help_text="What a person who sent it here wants to know.")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True,
                                help_text="The person who sent it here; empty where policy did.")  # fmt: skip
    readers = models.PositiveSmallIntegerField(default=1)
    is_blind = models.BooleanField(default=False, help_text="Readers see neither the engine’s answer nor another’s.")
    state = models.CharField(max_length=12, choices=ItemState, default=ItemState.WAITING)
    decided_label = models.CharField(max_length=60, blank=True)
    decided_at = models.DateTimeField(null=True)
    claimed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    claimed_at = models.DateTimeField(null=True)
    claimed_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class _Items(SiteQuerySet["ReviewItem"]):
        read_permission = Permission.REVIEW_WORK

    objects = _Items.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run"], condition=Q(state__in=["waiting", "adjudication"]), name="one_open_item_a_run"
            ),
            models.CheckConstraint(condition=Q(readers__gte=1, readers__lte=5), name="one_to_five_readers"),
            models.CheckConstraint(
                condition=Q(state="decided", decided_at__isnull=False) | ~Q(state="decided"),
                name="decided_item_has_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["site", "created_at", "id"],
                condition=Q(state__in=["waiting", "adjudication"]),
                name="review_queue_by_age",
            ),
            models.Index(
                fields=["site", "created_at", "id"],
                condition=Q(state__in=["waiting", "adjudication"], is_urgent=True),
                name="review_queue_urgent",
            ),
            models.Index(fields=["case", "-created_at"], name="review_of_case"),
        ]

    @property
    def seal_subject(self):  # type: ignore[no-untyped-def]
        return self.case.patient_id if self.case else self.site_id

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES


class HeldDecision(SiteRow):
    """A decision while it may still be taken back. Not yet ink: it becomes a `Review` when its time has passed."""

    item = models.OneToOneField(ReviewItem, on_delete=models.PROTECT, related_name="held")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=60)
    note = SealedField(patient="item.seal_subject", null=True)
    looked = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)
    final_at = models.DateTimeField()

    class _Held(SiteQuerySet["HeldDecision"]):
        read_permission = Permission.REVIEW_WORK

    objects = _Held.as_manager()

    class Meta:
        indexes = [models.Index(fields=["final_at"], name="held_until")]


class Review(SiteRow):
    """One person's decision on one item. Never changed: a change of mind before the last word is another row."""

    item = models.ForeignKey(ReviewItem, on_delete=models.PROTECT, related_name="reviews")
    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="reviews", null=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reviews", null=True)
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reviews")
    is_adjudication = models.BooleanField(default=False)
    was_blind = models.BooleanField(default=False)
    label = models.CharField(max_length=60, help_text="One of the capability’s classes, or a code of sending back.")
    agrees = models.BooleanField(null=True, help_text="With what the engine said; empty where it said nothing.")
    note = SealedField(patient="seal_subject", null=True)
    looked = models.JSONField(default=dict, help_text="Seconds open, what was opened: that a human really looked.")
    at = models.DateTimeField(default=timezone.now)

    class _Reviews(SiteQuerySet["Review"]):
        read_permission = Permission.REVIEW_WORK

    objects = _Reviews.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "reader"], name="one_decision_a_reader")]
        indexes = [models.Index(fields=["site", "-at"], name="reviews_latest")]

    @property
    def seal_subject(self):  # type: ignore[no-untyped-def]
        return self.case.patient_id if self.case else self.site_id
