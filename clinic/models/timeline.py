from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.models.base import SiteQuerySet, SiteRow
from clinic.models.cases import Case


class EntryKind(models.TextChoices):
    """Whose hand an entry shows decides how it is drawn: person = ink, machine = pencil, sealed = provable."""

    CASE_OPENED = "case_opened", _("Case opened")
    STATE_CHANGED = "state_changed", _("State changed")
    ASSIGNED = "assigned", _("Assigned")
    DUE_CHANGED = "due_changed", _("Due time or urgency changed")
    NOTE = "note", _("Note")
    UPLOAD = "upload", _("File added")
    RUN_REQUESTED = "run_requested", _("Engine asked")
    RUN_FINISHED = "run_finished", _("Engine answered")
    RUN_FAILED = "run_failed", _("Engine failed")
    RUN_CANCELLED = "run_cancelled", _("Run cancelled")
    CONSENT = "consent", _("Consent recorded")
    REPORT_SIGNED = "report_signed", _("Report signed")
    REPORT_AMENDED = "report_amended", _("Report amended")
    COSIGN_ASKED = "cosign_asked", _("Second signature asked for")
    COSIGNED = "cosigned", _("Signed by a second person")
    COSIGN_DECLINED = "cosign_declined", _("Second signature declined")
    HANDOVER_OFFERED = "handover_offered", _("Hand-over offered")
    HANDOVER_ACCEPTED = "handover_accepted", _("Hand-over taken")
    HANDOVER_DECLINED = "handover_declined", _("Hand-over not taken")
    HANDOVER_WITHDRAWN = "handover_withdrawn", _("Hand-over taken back")
    CASE_IMPORTED = "case_imported", _("Record taken in")
    CASE_EXPORTED = "case_exported", _("Case exported")
    CONFLICTS_FOUND = "conflicts_found", _("Contradictions found")
    CONFLICT_DECIDED = "conflict_decided", _("Contradiction decided")
    REVIEW_FLAGGED = "review_flagged", _("Sent to a person")
    REVIEW_ACCEPTED = "review_accepted", _("Accepted by policy")
    REVIEW_DECIDED = "review_decided", _("A person decided")
    REVIEW_DIFFERED = "review_differed", _("Readers differ")


class Entry(SiteRow):
    """One line of a case's story. It points at what it tells of; the words are made when it is shown."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=30)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    subject_id = models.UUIDField(null=True, help_text=_("The row this entry tells of, of the table its kind names."))
    facts = models.JSONField(default=dict, help_text=_("Codes only (state names, urgency), never free text."))
    audit_event_id = models.UUIDField(null=True, help_text=_("The audit event written with it."))
    at = models.DateTimeField(default=timezone.now)

    objects = SiteQuerySet["Entry"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["case", "-at", "-id"], name="entry_timeline")]


class NoticeKind(models.TextChoices):
    MENTIONED = "mentioned", _("You were mentioned")
    ASSIGNED = "assigned", _("A case was given to you")
    RUN_DEAD = "run_dead", _("A run failed for good")
    OVERDUE = "overdue", _("A case of yours is overdue")
    REVIEW_NEEDED = "review_needed", _("What you asked waits for a person")
    REVIEW_DECIDED = "review_decided", _("A person decided on what you asked")
    REVIEW_RETURNED = "review_returned", _("What you asked was sent back")
    CONSENT_WITHDRAWN = "consent_withdrawn", _("Somebody withdrew consent to training")
    KEY_EXPIRING = "key_expiring", _("An API key of yours ends soon")
    PROPOSAL = "proposal", _("A change waits for your agreement")
    ENGINE_STOPPED = "engine_stopped", _("An engine was stopped")
    ENGINE_RELEASED = "engine_released", _("An engine was released again")
    ENGINE_OUT = "engine_out", _("An engine was taken out of service")
    GLASS_BROKEN = "glass_broken", _("A case was opened in an emergency")
    GLASS_LATE = "glass_late", _("Nobody has looked at a case opened in an emergency")
    HANDOVER = "handover", _("A case is handed over to you")
    HANDOVER_ANSWERED = "handover_answered", _("A case that you handed over was answered")
    COSIGN = "cosign", _("You are asked for a second signature")
    COSIGN_ANSWERED = "cosign_answered", _("A second signature that you asked for was answered")
    HANDED_BACK = "handed_back", _("Work of somebody who left is to be given to others")
    DELETION = "deletion", _("Files will be deleted in seven days")
    DRIFT = "drift", _("What an engine is asked has moved")
    FACTORS_WAITING = "factors_waiting", _("A colleague lost her second factor: another admin must confirm")
    FACTORS_ASKED = "factors_asked", _("An admin asks that your second factor be taken off")
    FACTORS_OFF = "factors_off", _("Your second factor was taken off and your password ended")


class NotificationQuerySet(models.QuerySet["Notification"]):
    def unread(self) -> "NotificationQuerySet":
        return self.filter(read_at=None)


class Notification(SiteRow):
    """Tells a person where to look. Holds no words of the case: only its number is shown."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=20, choices=NoticeKind)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, null=True, related_name="+")
    run_id = models.UUIDField(null=True)
    incident_id = models.UUIDField(null=True)
    caused_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True)
    at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["person", "-at"], name="notification_list"),
            models.Index(fields=["person"], condition=models.Q(read_at=None), name="notification_unread"),
        ]
