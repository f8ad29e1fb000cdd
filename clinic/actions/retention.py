"""Keeping files as long as the rules of a site say, and no longer than a person has agreed to."""

import logging
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit, concerned, retention, step_up
from clinic.actions import notifications, searching, uploads
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.authorization.scope import scope
from clinic.errors import Code, Refusal
from clinic.models import Case, Hold, NoticeKind, RetentionRule, Site, Upload
from clinic.retention import Policy
from clinic.storage.errors import StorageError
from clinic.uploads import store

KEEPER = "retention"
COLD_AT_ONCE = 500
log = logging.getLogger("rounds.retention")


def set_rule(*, by: Actor, policy: Policy, cold_days: int, expiry_days: int | None) -> RetentionRule:
    by.require(Permission.RETENTION_MANAGE)
    if expiry_days is not None and expiry_days <= cold_days:
        raise Refusal(Code.INVALID, fields={"expiry_days": [_("Later than it becomes cold.")]})
    with audit.act(by, "retention.rule_set") as doing:
        rule = RetentionRule(site_id=by.here, policy=policy.name, cold_days=cold_days, expiry_days=expiry_days,
                             by_id=by.user_id)  # fmt: skip
        rule.save(force_insert=True)
        doing.about(rule, policy=policy.name, cold_days=cold_days, expiry_days=expiry_days)
    return rule


def hold(*, by: Actor, case: Case, reason: str) -> Hold:
    """Wins over every rule, also over a list that somebody is looking at."""
    by.require(Permission.RETENTION_MANAGE)
    try:
        with audit.act(by, "case.held") as doing:
            placed = Hold(site_id=case.site_id, case=case, reason=reason.strip(), placed_by_id=by.user_id)
            placed.save(force_insert=True)
            doing.about(placed, case=case, fields=("reason",))
    except IntegrityError as e:
        raise Refusal(Code.ALREADY_EXISTS, fields={"case": [_("A hold stands on it already.")]}) from e
    return placed


def lift(*, by: Actor, hold: Hold, confirmed: datetime | None) -> Hold:
    by.require(Permission.RETENTION_MANAGE)
    step_up.demand(by, confirmed)
    with audit.act(by, "case.hold_lifted") as doing:
        changed = Hold.objects.standing().filter(pk=hold.pk).update(lifted_at=timezone.now(), lifted_by=by.user_id)
        if not changed:
            raise Refusal(Code.NOT_FOUND)
        doing.about(hold, case=hold.case)
    return hold


def cool() -> int:
    """For the scheduler. It can be undone by nothing more than opening the file: no person is asked."""
    count = 0
    for site in Site.objects.all():
        with scope(site=site.pk):
            for policy in retention.policies():
                count += _cool(site.pk, policy)
    return count


def _cool(site_id: UUID, policy: Policy) -> int:
    rows = list(retention.getting_cold(site_id, policy)[:COLD_AT_ONCE])
    if not rows:
        return 0
    by = Actor.system(KEEPER, site_id)
    with audit.act(by, "uploads.cooled") as doing:
        Upload.objects.filter(pk__in=[row.pk for row in rows]).update(cold_at=timezone.now())
        doing.about(rows[0], policy=policy.name, count=len(rows))
    for row in rows:
        with suppress(StorageError):  # it costs more where it lies; nothing else is lost
            store().chill(row.object_name)
    return len(rows)


def announce() -> int:
    """For the scheduler: what may be deleted in seven days is told to those who decide on it, and to nobody twice."""
    count = 0
    for site in Site.objects.filter(closed_at=None):
        with scope(site=site.pk):
            count += _announce(site.pk)
    return count


def _announce(site_id: UUID) -> int:
    rows = [one.upload for one in retention.to_announce(site_id)]
    if not rows:
        return 0
    by = Actor.system(KEEPER, site_id)
    with audit.act(by, "uploads.deletion_announced") as doing:
        Upload.objects.filter(pk__in=[row.pk for row in rows]).update(going_told_at=timezone.now())
        people = concerned.holders(site_id, Permission.RETENTION_MANAGE)
        notifications.send_to_all(by=by, people=people, kind=NoticeKind.DELETION)
        doing.about(rows[0], count=len(rows))
    return len(rows)


def expire(*, by: Actor, seen: str, confirmed: datetime | None) -> int:
    """Deletes exactly the list that was seen. What changed since, a hold above all, makes it another list."""
    by.require(Permission.RETENTION_MANAGE)
    step_up.demand(by, confirmed)
    listed = retention.due(by.here)
    if retention.name_of(listed) != seen:
        raise Refusal(Code.LIST_CHANGED)
    return sum(_expire(by, one) for one in listed if one.goes)


def _expire(by: Actor, one: retention.Due) -> bool:
    """The row says it first, then the object goes: what a crash leaves between them is an orphan of the janitor's."""
    with transaction.atomic(), audit.act(by, "upload.expired") as doing:
        Case.objects.select_for_update(no_key=True, of=("self",)).get(pk=one.upload.case_id)
        if Hold.objects.standing().filter(case=one.upload.case_id).exists():
            doing.nothing_happened()
            return False
        changed = Upload.objects.filter(pk=one.upload.pk, expired_at=None).update(expired_at=timezone.now())
        if not changed:
            doing.nothing_happened()
            return False
        searching.forget_upload(upload=one.upload)
        doing.about(one.upload, case=one.upload.case, policy=one.policy.name, sha256=one.upload.sha256,
                    since=one.since.isoformat())  # fmt: skip
    uploads.let_go(one.upload.object_name)
    return True
