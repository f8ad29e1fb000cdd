from collections.abc import Iterable
from uuid import UUID

from django.utils import timezone

from clinic import audit
from clinic.authorization.actor import Actor
from clinic.models import Case, NoticeKind, Notification


def send(*, by: Actor, person_id: UUID, kind: NoticeKind, case: Case | None = None, site_id: UUID | None = None,
         run_id: UUID | None = None) -> None:  # fmt: skip
    """Inside another action, whose audit event tells of it. Nobody is told what she did herself."""
    if person_id == by.user_id:
        return
    Notification.objects.create(
        site_id=case.site_id if case else (site_id or by.here), person_id=person_id, kind=kind, case=case,
        run_id=run_id, caused_by_id=by.user_id,
    )  # fmt: skip


def send_to_all(*, by: Actor, people: Iterable[UUID], kind: NoticeKind, incident_id: UUID | None = None) -> None:
    """The same to each of many at the actor's site, in one statement. Nobody is told what she did herself."""
    Notification.objects.bulk_create(
        Notification(site_id=by.here, person_id=person, kind=kind, incident_id=incident_id, caused_by_id=by.user_id)
        for person in sorted(set(people) - {by.user_id}, key=str)
    )


def mark_read(*, by: Actor, notification: Notification) -> None:
    with audit.act(by, "notification.read") as doing:
        now = timezone.now()
        if not Notification.objects.filter(pk=notification.pk, person=by.user_id, read_at=None).update(read_at=now):
            doing.nothing_happened()
        doing.about(notification)


def mark_all_read(*, by: Actor) -> int:
    with audit.act(by, "notification.all_read") as doing:
        mine = Notification.objects.filter(person=by.user_id, read_at=None)
        newest = mine.order_by("-at").first()
        if newest is None:
            doing.nothing_happened()
            return 0
        count = mine.update(read_at=timezone.now())
        doing.about(newest, count=count)
    return count
