"""A case goes from one clinician to another: offered with a word about it, and hers once she takes it."""

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit, colleagues, handing_over
from clinic.actions import cases, notifications, timeline
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.errors import Code, Refusal
from clinic.models import Case, EntryKind, Handover, HandoverState, NoticeKind, User

SHORTEST_NOTE, LONGEST_NOTE = 3, 4000
_EVENTS = {
    HandoverState.ACCEPTED: "case.handover_accepted",
    HandoverState.DECLINED: "case.handover_declined",
    HandoverState.WITHDRAWN: "case.handover_withdrawn",
}
_TOLD = {
    HandoverState.ACCEPTED: EntryKind.HANDOVER_ACCEPTED,
    HandoverState.DECLINED: EntryKind.HANDOVER_DECLINED,
    HandoverState.WITHDRAWN: EntryKind.HANDOVER_WITHDRAWN,
}


def offer(*, by: Actor, case: Case, to: User, note: str) -> Handover:
    """What is open is listed by the house beside the note, as it is at this moment."""
    by.require(Permission.CASE_ASSIGN)
    told = _words(note, "note")
    try:
        with audit.act(by, "case.handover_offered") as doing:
            locked = cases.lock(case)
            locked.check_takes_additions()
            _demand_taker(by, to, locked)
            row = Handover(
                site_id=locked.site_id, case=locked, giver_id=by.myself, taker=to, note=told,
                open_points=[point.as_json() for point in handing_over.open_points(locked)],
            )  # fmt: skip
            row.save(force_insert=True)
            timeline.add(doing, case=locked, kind=EntryKind.HANDOVER_OFFERED, subject_id=row.pk, open=row.open_points)
            notifications.send(by=by, person_id=to.pk, kind=NoticeKind.HANDOVER, case=locked)
            doing.about(row, case=locked, fields=("note",), to=to.pk)
    except IntegrityError as e:
        raise Refusal(Code.ALREADY_EXISTS, fields={"to": [_("It is being handed over already.")]}) from e
    return row


def _demand_taker(by: Actor, to: User, case: Case) -> None:
    if to.pk == by.user_id:
        raise Refusal(Code.INVALID, fields={"to": [_("Choose somebody else.")]})
    if not (to.is_active and colleagues.reads_cases_at(to, case.site_id)):
        raise Refusal(Code.NOT_A_MEMBER)


def accept(*, by: Actor, handover: Handover) -> Handover:
    """By whom it was offered to: from now on it is with her."""
    by.require(Permission.CASE_VIEW)
    return _answer(by, handover, HandoverState.ACCEPTED)


def decline(*, by: Actor, handover: Handover, reason: str) -> Handover:
    by.require(Permission.CASE_VIEW)
    return _answer(by, handover, HandoverState.DECLINED, _words(reason, "reason"))


def withdraw(*, by: Actor, handover: Handover) -> Handover:
    """By whoever offered it, as long as nobody has answered."""
    by.require(Permission.CASE_ASSIGN)
    return _answer(by, handover, HandoverState.WITHDRAWN)


def _answer(by: Actor, handover: Handover, state: HandoverState, reason: str | None = None) -> Handover:
    with audit.act(by, _EVENTS[state]) as doing:
        locked = cases.lock(handover.case)
        row = Handover.objects.select_for_update().get(pk=handover.pk)
        row.case = locked
        if by.user_id != (row.giver_id if state == HandoverState.WITHDRAWN else row.taker_id):
            raise Refusal(Code.NOT_FOUND)
        if row.state != HandoverState.OFFERED:
            raise Refusal(Code.ALREADY_DECIDED)
        row.state, row.answer, row.answered_at = state, reason, timezone.now()
        row.save(update_fields=["state", "answer", "answered_at"])
        if state == HandoverState.ACCEPTED:
            locked.check_takes_additions()
            locked.assignee_id = row.taker_id
            locked.save(update_fields=["assignee"])
        timeline.add(doing, case=locked, kind=_TOLD[state], subject_id=row.pk)
        told = row.taker_id if state == HandoverState.WITHDRAWN else row.giver_id
        notifications.send(by=by, person_id=told, kind=NoticeKind.HANDOVER_ANSWERED, case=locked)
        fields = ("answer",) if reason else ()
        doing.about(row, case=locked, fields=fields, giver=row.giver_id, taker=row.taker_id)
    return row


def _words(text: str, name: str) -> str:
    told = text.strip()
    if not SHORTEST_NOTE <= len(told) <= LONGEST_NOTE:
        raise Refusal(Code.INVALID, fields={name: [_("Say it in a few words.")]})
    return told
