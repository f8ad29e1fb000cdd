"""How each state looks: a tone, an icon and words. The colour only repeats what the words say."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Status(NamedTuple):
    tone: str
    icon: str
    words: str | Promise


STATUSES = {
    # a case
    "open": Status("", "folder2-open", _("Open")),
    "awaiting_ai": Status("accent", "hourglass-split", _("Awaiting AI")),
    "awaiting_human": Status("warn", "person", _("Awaiting human")),
    "signed": Status("ok", "lock-fill", _("Signed")),
    "amended": Status("line", "pencil", _("Amended")),
    "closed": Status("", "archive", _("Closed")),
    # how soon
    "emergency": Status("danger", "exclamation-octagon-fill", _("Emergency")),
    "urgent": Status("warn", "exclamation-triangle-fill", _("Urgent")),
    "routine": Status("", "dash-circle", _("Routine")),
    "urgency_unknown": Status("", "question-circle", _("Urgency unknown")),
    # a run
    "queued": Status("", "hourglass-split", _("Waiting")),
    "running": Status("accent", "arrow-repeat", _("Running")),
    "succeeded": Status("ok", "check-lg", _("Done")),
    "failed": Status("danger", "exclamation-octagon-fill", _("Failed")),
    "cancelled": Status("line", "slash-circle", _("Cancelled")),
    "dead": Status("danger", "sign-stop-fill", _("Given up")),
    # an engine
    "candidate": Status("", "circle-half", _("Candidate")),
    "shadow": Status("line", "eye-slash", _("Shadow")),
    "live": Status("ok", "broadcast-pin", _("Live")),
    "stopped": Status("danger", "sign-stop-fill", _("Stopped")),
    "retired": Status("", "archive", _("Retired")),
    # a monitor
    "learning": Status("", "hourglass-split", _("Learning")),
    "watching": Status("ok", "eye", _("Watching")),
    "raised": Status("danger", "exclamation-octagon-fill", _("Alarm")),
    # an incident
    "incident_open": Status("danger", "exclamation-octagon-fill", _("Open")),
    "incident_resolved": Status("warn", "journal-check", _("Review to be written")),
    "incident_closed": Status("", "archive", _("Closed")),
    # a person, a key, a service
    "active": Status("ok", "check-lg", _("Active")),
    "invited": Status("warn", "hourglass-split", _("Invited")),
    "locked": Status("", "lock-fill", _("Locked")),
    "revoked": Status("line", "slash-circle", _("Revoked")),
    "expired": Status("line", "clock", _("Expired")),
    "refused": Status("danger", "slash-circle", _("Refused")),
    "ready": Status("ok", "check-lg", _("Ready")),
    "degraded": Status("warn", "circle-half", _("Degraded")),
    "absent": Status("", "dash-circle", _("Absent")),
}
