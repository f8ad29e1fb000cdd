"""How safe the house is: who comes in and who was refused, keys, emergencies, the audit, backups, what left. Each
section is one question to the database, counts and times only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Count, Exists, Max, OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone

from clinic import access, health, second_factors
from clinic.audit_search import REFUSED, fact
from clinic.authorization.actor import Actor
from clinic.authorization.roles import Role
from clinic.backups import standing
from clinic.models import (
    ApiKey,
    AuditCheckpoint,
    AuditLink,
    Backup,
    BrokenGlass,
    Erasure,
    Incident,
    Membership,
    Register,
    RegisterLine,
    RestoreDrill,
)
from clinic.models.glass import LOOKED_AT_WITHIN

SIGN_IN = "sign_in"
SOON = timedelta(days=30)
# What is asked for first, in the order in which it is shown.
EVENTS = (
    "session.began", "second_factor.removed", "second_factor.reset", "second_factor.taken_off",
    "person.link_made", "role.given", "role.ended",
    "key.issued", "key.revoked", "case.exported", "audit.exported", "compliance.pack_taken",
    "training_set.read", "incident.pack_read",
    "site.data_policy_changed", "patient.erased",
)  # fmt: skip


def links(by: Actor, since: datetime, names: Iterable[str]) -> Any:
    """Events of the site. Who may not read the audit is shown how many there are, never which."""
    return AuditLink.objects.filter(event__site_id=by.here, at__gte=since, event__event__in=list(names))


def failed_sign_ins(since: datetime) -> Any:
    """Of the whole installation: who has not come in yet is at no site, and the name tried is written nowhere."""
    rows = AuditLink.objects.filter(event__event=REFUSED, event__site_id=None, at__gte=since)
    return rows.annotate(what=fact("what")).filter(what=SIGN_IN)


def events(by: Actor, since: datetime) -> dict[str, int]:
    rows = links(by, since, EVENTS).order_by().values("event__event").annotate(n=Count("pk"))
    return dict.fromkeys(EVENTS, 0) | {row["event__event"]: row["n"] for row in rows}


def refusals(by: Actor, since: datetime) -> list[dict[str, Any]]:
    """By code, the most frequent first: `not_found` is what was asked for and is not there, or is another site's."""
    refused = links(by, since, [REFUSED]).annotate(code=fact("code")).order_by()
    return list(refused.values("code").annotate(n=Count("pk")).order_by("-n", "code"))


def people(by: Actor) -> dict[str, int]:
    """Who may come in here: people with a role, not programs, and nobody who only held one."""
    here = Membership.objects.filter(site=by.here, ended_at=None).values("user")
    is_on = Q(is_active=True, pk__in=here)
    told: dict[str, int] = _people(by).aggregate(
        n=Count("pk", filter=is_on), no_factor=Count("pk", filter=is_on & Q(has_factor=False)),
        switched_off=Count("pk", filter=Q(is_active=False)),
    )  # fmt: skip
    return told


def _people(by: Actor) -> Any:
    people = access.people(by).exclude(pk__in=_programs(by)).prefetch_related(None)
    return people.annotate(has_factor=second_factors.has_one("pk"))


def _programs(by: Actor) -> Any:
    return Membership.objects.filter(site=by.here, ended_at=None, role=Role.INTEGRATION).values("user")


def roles_due(by: Actor) -> int:
    return access.roles_held(by).to_be_looked_at().count()


def keys(by: Actor) -> Any:
    return ApiKey.objects.filter(site=by.here).usable()


SOON_OVER = Q(expires_at__lt=Now() + SOON)
NEVER_USED = Q(last_used_at=None)


def keys_told(by: Actor) -> dict[str, int]:
    told: dict[str, int] = keys(by).aggregate(
        n=Count("pk"), soon=Count("pk", filter=SOON_OVER), never=Count("pk", filter=NEVER_USED)
    )
    return told


def sessions(by: Actor) -> Any:
    """Browsers in which somebody of this site is signed in; one that was left open ends by itself."""
    begun = timezone.now() - timedelta(hours=settings.SESSION_ABSOLUTE_HOURS)
    here = Membership.objects.filter(site=by.here, ended_at=None).values("user")
    known = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=timezone.now())
    return UserSession.objects.filter(Exists(known), user__in=here, created_at__gte=begun)


def emergencies(by: Actor, since: datetime) -> dict[str, int]:
    standing, unjudged = Q(ended_at=None, until__gt=timezone.now()), Q(verdict="")
    recent = Q(began_at__gte=since)
    told: dict[str, int] = BrokenGlass.objects.filter(standing | unjudged | recent, site=by.here).aggregate(
        n=Count("pk", filter=recent), standing=Count("pk", filter=standing), unjudged=Count("pk", filter=unjudged),
        late=Count("pk", filter=unjudged & Q(began_at__lt=timezone.now() - LOOKED_AT_WITHIN)),
    )  # fmt: skip
    return told


@dataclass(frozen=True)
class Audit:
    events: int
    last_at: datetime | None
    signed_to: int
    is_witnessed: bool
    verified_at: datetime | None
    verified_well: bool


def audit_stands(by: Actor) -> Audit:
    """Of the whole installation, but for who verified it last: somebody of this site."""
    head = AuditLink.objects.order_by("-seq").first()
    signed = AuditCheckpoint.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    verified = AuditLink.objects.filter(event__site_id=by.here, event__event="audit.verified").order_by("-seq")
    last = verified.annotate(holds=fact("holds")).values("at", "holds").first()
    return Audit(head.seq if head else 0, head.at if head else None, signed, health.witness_is_kept(),
                 last["at"] if last else None, last["holds"] == "true" if last else False)  # fmt: skip


def registers(by: Actor) -> dict[str, int]:
    """How many lines of each are overdue."""
    late = RegisterLine.objects.filter(site=by.here).overdue().order_by().values("register").annotate(n=Count("pk"))
    return dict.fromkeys(Register.values, 0) | {row["register"]: row["n"] for row in late}


def backups() -> dict[str, Any]:
    """Of the whole machine."""
    newest = RestoreDrill.objects.order_by("-at").first()
    return {"taken_at": Backup.objects.aggregate(at=Max("taken_at"))["at"], "drill": newest,
            "is_tried": standing.is_tried()}  # fmt: skip


def erasures(by: Actor, since: datetime) -> int:
    return Erasure.objects.filter(site=by.here, at__gte=since).count()


def incidents_open(by: Actor) -> int:
    return Incident.objects.filter(site=by.here).not_closed().count()
