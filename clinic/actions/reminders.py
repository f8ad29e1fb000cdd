"""Notices nobody's deed causes: a time has come. Each is sent once, however often the scheduler looks."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils import timezone

from clinic import audit, concerned
from clinic.actions import notifications
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.authorization.roles import ROLES, Role
from clinic.authorization.scope import scope
from clinic.models import ApiKey, BrokenGlass, Case, Membership, NoticeKind, Notification, Site
from clinic.models.glass import LOOKED_AT_WITHIN

KEY_NOTICE_BEFORE = timedelta(days=7)
CASES_A_ROUND = 500


def tell_overdue() -> int:
    """Whoever has the case; while nobody has it, whoever opened it. Again only when a new due time has passed too."""
    return sum(_tell_overdue_of(site.pk) for site in Site.objects.filter(closed_at=None))


def _tell_overdue_of(site_id: UUID) -> int:
    with scope(site=site_id):
        told = Notification.objects.filter(kind=NoticeKind.OVERDUE, case=OuterRef("pk"), at__gte=OuterRef("due_at"))
        of_somebody = Case.objects.overdue().exclude(assignee=None, opened_by=None)  # others would fill every round
        overdue = of_somebody.filter(~Exists(told)).order_by("due_at")[:CASES_A_ROUND]
        return sum(_tell_of_case(case) for case in overdue)


def _tell_of_case(case: Case) -> int:
    person_id = case.assignee_id or case.opened_by_id
    if person_id is None:
        return 0
    by = Actor.system("scheduler", site_id=case.site_id)
    with audit.act(by, "case.overdue_told") as doing:
        notifications.send(by=by, person_id=person_id, kind=NoticeKind.OVERDUE, case=case)
        doing.about(case, to=person_id)
    return 1


def tell_late_glass() -> int:
    """Each emergency that nobody has judged in time: the leads and admins of its site, once in that many days."""
    return sum(_tell_late_glass_of(site.pk) for site in Site.objects.filter(closed_at=None))


def _tell_late_glass_of(site_id: UUID) -> int:
    by, since = Actor.system("scheduler", site_id=site_id), timezone.now() - LOOKED_AT_WITHIN
    with scope(site=site_id):
        told = Notification.objects.filter(kind=NoticeKind.GLASS_LATE, case=OuterRef("case"), at__gte=since)
        late = BrokenGlass.objects.to_be_looked_at().filter(~Exists(told), began_at__lt=since).select_related("case")
        return sum(_tell_late_glass(by, glass) for glass in late.order_by("began_at")[:CASES_A_ROUND])


def _tell_late_glass(by: Actor, glass: BrokenGlass) -> int:
    people = concerned.holders(glass.site_id, Permission.GLASS_REVIEW, Permission.PEOPLE_MANAGE)
    with audit.act(by, "glass.late_told") as doing:
        for person in sorted(people, key=str):
            notifications.send(by=by, person_id=person, kind=NoticeKind.GLASS_LATE, case=glass.case)
        doing.about(glass, case=glass.case, to=sorted(people, key=str))
        if not people:
            doing.nothing_happened()
    return len(people)


def tell_expiring_keys() -> int:
    soon = ApiKey.objects.usable().filter(expires_at__lt=timezone.now() + KEY_NOTICE_BEFORE)
    return sum(_tell_of_key(key) for key in soon.order_by("expires_at"))


def _tell_of_key(key: ApiKey) -> int:
    by = Actor.system("scheduler", site_id=key.site_id)
    with scope(site=key.site_id), audit.act(by, "key.expiry_told") as doing:
        people = [person for person in _keepers(key) if not _was_told(person, key)]
        for person_id in people:
            notifications.send(by=by, person_id=person_id, kind=NoticeKind.KEY_EXPIRING, site_id=key.site_id)
        doing.about(key, to=people)
        if not people:
            doing.nothing_happened()
    return len(people)


def _keepers(key: ApiKey) -> Iterable[UUID]:
    """A program reads no notices: those who manage its keys do."""
    held = Membership.objects.current().filter(site=key.site_id)
    roles = {Role(role) for role in held.filter(user=key.owner_id).values_list("role", flat=True)}
    if any(ROLES[role].signs_in for role in roles):
        return [key.owner_id]
    return held.filter(role=Role.ADMIN, user__is_active=True).values_list("user_id", flat=True)


def _was_told(person_id: UUID, key: ApiKey) -> bool:
    """One notice for several keys that end in the same days."""
    told = Notification.objects.filter(person=person_id, kind=NoticeKind.KEY_EXPIRING, site=key.site_id)
    return told.filter(at__gte=key.expires_at - KEY_NOTICE_BEFORE).exists()
