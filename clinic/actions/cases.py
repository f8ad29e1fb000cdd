from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit, colleagues
from clinic.actions import notifications, search, timeline
from clinic.actions.changes import save
from clinic.audit import Act
from clinic.authorization.actor import Actor
from clinic.authorization.permissions import Permission
from clinic.errors import Code, Refusal
from clinic.models import Case, CaseState, EntryKind, NoticeKind, Patient, Site, StateChange, Urgency, User
from clinic.models.cases import SIGNED_STATES


def open_case(*, by: Actor, patient: Patient, question: str, urgency: Urgency = Urgency.ROUTINE,
              encounter: str | None = None, department: str = "", assignee: User | None = None,
              due_at: datetime | None = None, pk: UUID | None = None) -> Case:  # fmt: skip
    by.require(Permission.CASE_OPEN)
    with audit.act(by, "case.opened") as doing:
        Site.objects.filter(pk=patient.site_id).update(last_case_number=F("last_case_number") + 1)
        site = Site.objects.get(pk=patient.site_id)
        now = timezone.now()
        case = Case(
            site=site, patient=patient, number=site.last_case_number, question=question.strip(), urgency=urgency,
            encounter=encounter or None, department=department, assignee=_member(assignee, site.pk),
            age_years=patient.age_on(now.date()), opened_at=now, opened_by_id=by.user_id, state_since=now,
            due_at=_due(now, due_at, wait_minutes(site, urgency)), pk=pk or uuid4(),
        )  # fmt: skip
        case.save(force_insert=True)
        search.index_case(case)
        timeline.add(doing, case=case, kind=EntryKind.CASE_OPENED, urgency=urgency)
        if assignee:
            _tell_assignee(by, case)
        doing.about(case, fields=("question", "urgency", "encounter", "department", "assignee", "due_at"))
    return case


def _due(opened_at: datetime, chosen: datetime | None, minutes: int) -> datetime:
    if chosen is not None and chosen < opened_at:
        raise Refusal(Code.INVALID, fields={"due_at": [_("This is before the case was opened.")]})
    return chosen or opened_at + timedelta(minutes=minutes)


def wait_minutes(site: Site, urgency: str) -> int:
    minutes: int = getattr(site, f"{urgency}_wait_minutes")
    return minutes


def move(*, by: Actor, case: Case, to: CaseState, reason: str | None = None) -> Case:
    """Locks the row, so that of two people moving it at once the second is judged by what the first did. Signing is no
    bare move: it is done by signing a report."""
    by.require(Permission.CASE_EDIT)
    with audit.act(by, "case.moved") as doing:
        locked = lock(case)
        old = locked.state
        locked.check_may_move_to(to)
        if to in SIGNED_STATES:
            raise Refusal(Code.SIGNED_BY_REPORT)
        change = step(by=by, locked=locked, to=to, reason=reason)
        timeline.add(doing, case=locked, kind=EntryKind.STATE_CHANGED, subject_id=change.pk, old=old, new=to.value)
        doing.about(locked, fields=("state",), old=old, new=to.value)
    return locked


def step(*, by: Actor, locked: Case, to: CaseState, reason: str | None = None) -> StateChange:
    """Inside another action that holds the row, tells the story of it and writes the event."""
    locked.check_may_move_to(to)
    old, locked.state, locked.state_since = locked.state, to, timezone.now()
    locked.save(update_fields=["state", "state_since"])
    return StateChange.objects.create(
        site_id=locked.site_id, case=locked, old=old, new=to, by_id=by.user_id, reason=reason or None
    )


def lock(case: Case) -> Case:
    """no_key: rows pointing to the case may still be inserted by others meanwhile."""
    return Case.objects.select_for_update(no_key=True, of=("self",)).select_related("patient").get(pk=case.pk)


def assign(*, by: Actor, case: Case, to: User | None) -> Case:
    by.require(Permission.CASE_ASSIGN)
    with audit.act(by, "case.assigned") as doing:
        locked = lock(case)
        locked.check_takes_additions()
        if locked.assignee_id == (to.pk if to else None):
            doing.nothing_happened()
            return locked
        locked.assignee = _member(to, locked.site_id)
        locked.save(update_fields=["assignee"])
        timeline.add(doing, case=locked, kind=EntryKind.ASSIGNED, subject_id=to.pk if to else None)
        if to:
            _tell_assignee(by, locked)
        doing.about(locked, fields=("assignee",), to=to.pk if to else None)
    return locked


def take_from(*, doing: Act, case: Case) -> None:
    """Inside an action: whoever had it works here no longer, and somebody else is to be given it."""
    locked = lock(case)
    locked.check_takes_additions()
    had, locked.assignee = locked.assignee_id, None
    locked.save(update_fields=["assignee"])
    timeline.add(doing, case=locked, kind=EntryKind.ASSIGNED, subject_id=None)
    doing.about(locked, fields=("assignee",), to=None, had=had)


def set_urgency(*, by: Actor, case: Case, urgency: Urgency, due_at: datetime | None = None) -> Case:
    by.require(Permission.CASE_EDIT)
    with audit.act(by, "case.urgency_set") as doing:
        locked = lock(case)
        locked.check_takes_additions()
        due_at = _due(locked.opened_at, due_at, wait_minutes(locked.site, urgency))
        if (locked.urgency, locked.due_at) == (urgency, due_at):
            doing.nothing_happened()
            return locked
        locked.urgency, locked.due_at = urgency, due_at
        locked.save(update_fields=["urgency", "due_at"])
        timeline.add(doing, case=locked, kind=EntryKind.DUE_CHANGED, urgency=urgency)
        doing.about(locked, fields=("urgency", "due_at"), urgency=urgency)
    return locked


def edit(*, by: Actor, case: Case, **changes: str | None) -> Case:
    """The wording of the question, the encounter number, the department."""
    by.require(Permission.CASE_EDIT)
    with audit.act(by, "case.edited") as doing:
        locked = lock(case)
        locked.check_takes_additions()
        changed = save(doing=doing, row=locked, names=("question", "encounter", "department"), wanted=changes)
        if {"question", "encounter"} & set(changed):
            search.index_case(locked)
        doing.about(locked, fields=changed)
    return locked


def revise(*, by: Actor, case: Case, urgency: Urgency | None, due_at: datetime | None, **wording: str | None) -> Case:
    """What one form changes changes together or not at all; each part is an event of its own."""
    with audit.together():
        revised = edit(by=by, case=case, **wording)
        return set_urgency(by=by, case=revised, urgency=urgency, due_at=due_at) if urgency else revised


def _member(person: User | None, site_id: UUID) -> User | None:
    """Somebody who could open it: of the site, not switched off, in a role that reads cases."""
    if person is not None and not (person.is_active and colleagues.reads_cases_at(person, site_id)):
        raise Refusal(Code.NOT_A_MEMBER)
    return person


def _tell_assignee(by: Actor, case: Case) -> None:
    if case.assignee_id:
        notifications.send(by=by, person_id=case.assignee_id, kind=NoticeKind.ASSIGNED, case=case)
