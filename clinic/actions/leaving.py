"""Somebody is switched off, or her roles at a site end: what she had in hand is let go at once, each piece with an
event of its own, and whoever shares out work is told."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic import audit, concerned, holding, in_hand
from clinic.actions import cases as case_acts
from clinic.actions import claims, keys, notifications, proposals
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.errors import Code, Refusal
from clinic.in_hand import Sort
from clinic.models import ApiKey, Case, HeldDecision, NoticeKind, Proposal, ReviewItem, User
from clinic.models.reviews import OPEN_STATES
from clinic.pipeline import load


def let_go(*, by: Actor, person: User, left: Collection[Permission]) -> dict[str, int]:
    """At the actor's site. `left`: what she may there from now on. How much of each sort went back."""
    by.require(Permission.PEOPLE_MANAGE)
    with audit.together():
        counts = {sort.name: _let_go_of(by, sort, person.pk) for sort in in_hand.sorts() if not sort.may_hold(left)}
        if any(count for name, count in counts.items() if name != "keys"):
            people = concerned.holders(by.here, Permission.WORKLOAD_VIEW) - {person.pk}
            notifications.send_to_all(by=by, people=people, kind=NoticeKind.HANDED_BACK)
    return {name: count for name, count in counts.items() if count}


def _let_go_of(by: Actor, sort: Sort, person_id: UUID) -> int:
    return sum(_is_let_go(by, sort, row) for row in sort.held(person_id, by.here))


def _is_let_go(by: Actor, sort: Sort, row: Any) -> bool:
    """What ended in the same moment by somebody else's hand is nothing to let go of."""
    try:
        load(sort.let_go)(by=by, row=row)
    except Refusal as refusal:
        if refusal.code not in (Code.ALREADY_DECIDED, Code.CASE_IS_CLOSED):
            raise
        return False
    return True


def end_sessions(*, person_id: UUID) -> int:
    """Inside an action. A session that has ended stays ended, also when the account is switched on again. Whose it is
    stands in each session itself; what lists the devices of a person may know fewer."""
    hers = [row.session_key for row in Session.objects.all().iterator() if _is_of(person_id, row)]
    Session.objects.filter(session_key__in=hers).delete()
    UserSession.objects.filter(user=person_id).delete()
    return len(hers)


def _is_of(person_id: UUID, session: Session) -> bool:
    return bool(session.get_decoded().get(SESSION_KEY) == str(person_id))


# --- cases ------------------------------------------------------------------------------------------------------------


def cases_of(person_id: UUID, site_id: UUID) -> QuerySet[Case]:
    return Case.objects.filter(site=site_id, assignee=person_id).needing_work().order_by("number")


def unassign(*, by: Actor, row: Case) -> None:
    with audit.act(by, "case.assigned") as doing:
        case_acts.take_from(doing=doing, case=row)


# --- items of the queue -----------------------------------------------------------------------------------------------


def items_of(person_id: UUID, site_id: UUID) -> QuerySet[ReviewItem]:
    return ReviewItem.objects.filter(site=site_id, claimed_by=person_id, state__in=OPEN_STATES)


def put_back(*, by: Actor, row: ReviewItem) -> None:
    """A decision of hers that is not ink yet is none: who may no longer decide does not decide in the next moment."""
    with audit.act(by, "review.released") as doing:
        locked = claims.lock(row)
        if not locked.is_open:
            raise Refusal(Code.ALREADY_DECIDED)
        undone, _rows = HeldDecision.objects.filter(item=locked).delete()
        holding.put_back(locked)
        locked.save(update_fields=holding.COLUMNS)
        doing.about(locked, case=locked.case, undone=undone)


# --- wishes that wait for a second person -----------------------------------------------------------------------------


def wishes_of(person_id: UUID, site_id: UUID) -> QuerySet[Proposal]:
    return Proposal.objects.filter(site=site_id, proposed_by=person_id, decision=Proposal.Decision.OPEN)


def close_wish(*, by: Actor, row: Proposal) -> None:
    """Somebody who is still here may ask for the same."""
    with audit.act(by, "proposal.refused") as doing:
        locked = proposals.close(by=by, proposal=row, note=_("Whoever asked for it works here no longer."))
        doing.about(locked, fields=("decision",), what=locked.kind, capability=locked.capability, on=locked.target_id)


# --- keys -------------------------------------------------------------------------------------------------------------


def keys_of(person_id: UUID, site_id: UUID) -> QuerySet[ApiKey]:
    return ApiKey.objects.filter(site=site_id, owner=person_id, revoked_at=None, expires_at__gt=timezone.now())


def revoke(*, by: Actor, row: ApiKey) -> None:
    keys.revoke(by=by, key=row)


def _cases(count: int) -> str:
    return ngettext("%d open case", "%d open cases", count) % count


def _items(count: int) -> str:
    return ngettext("%d item of the queue", "%d items of the queue", count) % count


def _wishes(count: int) -> str:
    return ngettext("%d wish that waits for a second person", "%d wishes that wait for a second person", count) % count


def _keys(count: int) -> str:
    return ngettext("%d key", "%d keys", count) % count


HERE = "clinic.actions.leaving:"
for _sort in (
    Sort(name="cases", words=_cases, needs=Permission.CASE_VIEW, rows=HERE + "cases_of", let_go=HERE + "unassign"),
    Sort(name="items", words=_items, needs=Permission.REVIEW_WORK, rows=HERE + "items_of", let_go=HERE + "put_back"),
    Sort(name="wishes", words=_wishes, needs=None, rows=HERE + "wishes_of", let_go=HERE + "close_wish"),
    Sort(name="keys", words=_keys, needs=None, rows=HERE + "keys_of", let_go=HERE + "revoke"),
):
    in_hand.register(_sort)
