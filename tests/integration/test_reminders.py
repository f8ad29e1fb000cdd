"""Notices nobody's deed causes: each once, to whom it concerns, without a word of the case."""

from datetime import timedelta

from django.utils import timezone

from clinic.actions import cases, keys, people, reminders
from clinic.authorization.permissions import Permission
from clinic.authorization.roles import Role
from clinic.models import ApiKey, Case, CaseState, NoticeKind, Notification, Urgency
from tests import make
from tests.make import Person, Staff


def make_overdue(case: Case) -> None:
    long_ago = timezone.now() - timedelta(days=2)
    Case.objects.filter(pk=case.pk).update(opened_at=long_ago, due_at=long_ago + timedelta(hours=1))


def notices(person: Person, kind: NoticeKind = NoticeKind.OVERDUE) -> int:
    with person.at_work():
        return Notification.objects.filter(person=person.user, kind=kind).count()


def test_overdue_when_nobody_has_the_case_then_who_opened_it_is_told_once(in_site_a: Person, case_a):
    make_overdue(case_a)

    assert [reminders.tell_overdue(), reminders.tell_overdue()] == [1, 0]

    assert notices(in_site_a) == 1
    (event,) = make.audit_events("case.overdue_told")
    assert (event["case"], event["actor"]) == (str(case_a.pk), "system:scheduler")


def test_overdue_when_somebody_has_the_case_then_she_is_told(in_site_a: Person, staff_a: Staff, case_a):
    radiologist = staff_a[Role.RADIOLOGIST]
    cases.assign(by=in_site_a.actor, case=case_a, to=radiologist.user)
    make_overdue(case_a)

    reminders.tell_overdue()

    assert (notices(radiologist), notices(in_site_a)) == (1, 0)


def test_overdue_when_a_new_due_time_has_passed_too_then_told_again(in_site_a: Person, case_a):
    make_overdue(case_a)
    reminders.tell_overdue()
    Notification.objects.update(at=timezone.now() - timedelta(hours=2))
    Case.objects.filter(pk=case_a.pk).update(due_at=timezone.now() - timedelta(hours=1))

    assert reminders.tell_overdue() == 1


def test_overdue_when_the_case_needs_no_work_or_has_time_then_nobody_is_told(in_site_a: Person, case_a):
    make.case(in_site_a, urgency=Urgency.EMERGENCY)
    make_overdue(case_a)
    cases.move(by=in_site_a.actor, case=case_a, to=CaseState.CLOSED)

    assert reminders.tell_overdue() == 0


def test_overdue_when_many_are_nobodys_then_the_others_still_have_their_turn(in_site_a: Person, case_a, monkeypatch):
    monkeypatch.setattr(reminders, "CASES_A_ROUND", 1)
    make_overdue(case_a)
    nobodys = make.case(in_site_a)
    long_ago = timezone.now() - timedelta(days=9)
    Case.objects.filter(pk=nobodys.pk).update(opened_by=None, opened_at=long_ago, due_at=long_ago)

    assert reminders.tell_overdue() == 1
    assert notices(in_site_a) == 1


def test_overdue_when_of_two_sites_then_each_tells_its_own(clinician_a: Person, clinician_b: Person, case_a, case_b):
    for person, case in ((clinician_a, case_a), (clinician_b, case_b)):
        with person.at_work():
            make_overdue(case)

    assert reminders.tell_overdue() == 2
    assert (notices(clinician_a), notices(clinician_b)) == (1, 1)


def issue(person: Person, by: Person | None = None) -> ApiKey:
    maker = by or person
    with maker.at_work():
        return keys.issue(by=maker.actor, owner=person.user, name="Script", scopes=frozenset({Permission.CASE_VIEW}),
                          days=5).key  # fmt: skip


def test_key_when_it_ends_soon_then_its_owner_is_told_once(clinician_a: Person):
    issue(clinician_a)
    issue(clinician_a)

    assert [reminders.tell_expiring_keys(), reminders.tell_expiring_keys()] == [1, 0]
    assert notices(clinician_a, NoticeKind.KEY_EXPIRING) == 1


def test_key_when_it_belongs_to_a_program_then_those_who_manage_keys_are_told(staff_a: Staff):
    admin, program = staff_a[Role.ADMIN], staff_a[Role.INTEGRATION]
    second = make.person(admin.site, Role.ADMIN)
    with admin.at_work():
        people.set_active(by=admin.actor, person=second.user, is_active=False)
        keys.issue(by=admin.actor, owner=program.user, name="Script", scopes=frozenset({Permission.CASE_VIEW}), days=5)

    assert reminders.tell_expiring_keys() == 1
    told = [notices(person, NoticeKind.KEY_EXPIRING) for person in (admin, second, program)]
    assert told == [1, 0, 0]


def test_key_when_revoked_or_far_from_its_end_then_nobody_is_told(clinician_a: Person):
    revoked = issue(clinician_a)
    with clinician_a.at_work():
        keys.revoke(by=clinician_a.actor, key=revoked)
        keys.issue(by=clinician_a.actor, owner=clinician_a.user, name="Long", scopes=frozenset(), days=90)

    assert reminders.tell_expiring_keys() == 0
