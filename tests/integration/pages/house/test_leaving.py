"""Somebody goes: what she had in hand goes back at once, each piece told, and whoever shares out work knows."""

import json
from typing import Any

import pytest
from django.utils import timezone

from clinic.actions import cases, claims, engine_proposals, keys, people, reviews
from clinic.authorization.permissions import Permission
from clinic.authorization.roles import Role
from clinic.errors import Code, Refusal
from clinic.models import (
    ApiKey,
    AuditEvent,
    Case,
    CaseState,
    Entry,
    EntryKind,
    HeldDecision,
    NoticeKind,
    Notification,
    Proposal,
    ReviewItem,
)
from radiology.actions import reads
from radiology.models import Film
from tests import make
from tests.contract.asking import Api, key_of
from tests.integration import reviewing
from tests.integration.radiology import reading
from tests.make import Person, Staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _engine():
    with reviewing.urgency_capability():
        yield


@pytest.fixture
def nora(staff_a: Staff) -> Person:
    return make.person(staff_a.site, Role.CLINICIAN, name="Nora New")


def given(by: Person, to: Person) -> Case:
    case = make.case(by)
    with by.at_work():
        return cases.assign(by=by.actor, case=case, to=to.user)


def in_hand(by: Person, person: Person) -> ReviewItem:
    item = reviewing.flagged(by, make.case(by))
    with person.at_work():
        return claims.claim(by=person.actor, item=item)


def switched_off(as_person: Any, admin: Person, person: Person) -> Any:
    return as_person(admin).post(f"/people/{person.user.pk}/active/", {"is_active": "off"}, follow=True)


def facts_of(name: str) -> list[dict[str, Any]]:
    return [dict(json.loads(told.body)["facts"]) for told in AuditEvent.objects.filter(event=name)]


def test_person_when_switched_off_then_her_open_cases_are_nobodys_and_each_tells_it(
    as_person, staff_a: Staff, clinician_a: Person, admin_a: Person, nora: Person
):
    mine, done = given(clinician_a, nora), given(clinician_a, nora)
    with clinician_a.at_work():
        cases.move(by=clinician_a.actor, case=done, to=CaseState.CLOSED, reason="Done")

    page = switched_off(as_person, admin_a, nora).content.decode()

    assert "1 open case" in page
    with admin_a.at_work():
        assert Case.objects.get(pk=mine.pk).assignee_id is None
        assert Case.objects.get(pk=done.pk).assignee_id == nora.user.pk  # what is done stays hers
        line = Entry.objects.filter(case=mine, kind=EntryKind.ASSIGNED).latest("at")
        assert line.audit_event_id
        told = AuditEvent.objects.get(pk=line.audit_event_id)
        assert (told.event, told.case_id) == ("case.assigned", mine.pk)


def test_person_when_switched_off_then_items_and_films_she_held_are_free_and_nothing_of_hers_becomes_ink(
    as_person, staff_a: Staff, clinician_a: Person, admin_a: Person, nora: Person
):
    item, decided = in_hand(clinician_a, clinician_a), in_hand(clinician_a, nora)
    with nora.at_work():
        reviews.hold(by=nora.actor, item=decided, label="routine", note="It is not urgent at all.")
    reader = make.person(staff_a.site, Role.RADIOLOGIST)
    film = reading.film(clinician_a, make.case(clinician_a))
    with reader.at_work():
        reads.take(by=reader.actor, film=film)

    for person in (nora, reader):
        switched_off(as_person, admin_a, person)

    with admin_a.at_work():
        assert ReviewItem.objects.get(pk=decided.pk).claimed_by_id is None
        assert ReviewItem.objects.get(pk=item.pk).claimed_by_id == clinician_a.user.pk
        assert not HeldDecision.objects.filter(item=decided).exists()
        assert Film.objects.get(pk=film.pk).claimed_by_id is None
    with clinician_a.at_work():
        assert claims.claim(by=clinician_a.actor, item=ReviewItem.objects.get(pk=decided.pk)).claimed_by


def test_person_when_switched_off_then_what_she_asked_for_waits_no_more_and_her_keys_and_sessions_are_gone_for_good(
    as_person, staff_a: Staff, admin_a: Person
):
    engineer = make.person(staff_a.site, Role.ENGINEER, name="Emil Engineer")
    with engineer.at_work():
        wish = engine_proposals.ask_to_let_data_leave(by=engineer.actor, site=staff_a.site, may_leave=False,
                                                      reason="Nothing shall leave.")  # fmt: skip
    secret, hers = key_of(engineer, Permission.ENGINES_VIEW), as_person(engineer)
    assert Api(secret).get("engines").status_code == 200
    assert hers.get("/profile/").status_code == 200

    switched_off(as_person, admin_a, engineer)
    as_person(admin_a).post(f"/people/{engineer.user.pk}/active/", {"is_active": "on"})

    with admin_a.at_work():
        closed = Proposal.objects.get(pk=wish.pk)
        assert (closed.decision, closed.decided_by_id) == (Proposal.Decision.REFUSED, admin_a.user.pk)
        assert ApiKey.objects.get(owner=engineer.user).revoked_at is not None
        assert facts_of("person.deactivated") == [{"wishes": 1, "keys": 1, "sessions": 1}]
    assert Api(secret).get("engines").status_code == 401
    assert hers.get("/profile/").status_code == 302


def test_leads_when_work_went_back_then_told_once_and_led_to_who_has_what(
    as_person, staff_a: Staff, clinician_a: Person, admin_a: Person, nora: Person
):
    given(clinician_a, nora)
    given(clinician_a, nora)
    lead, idle = staff_a[Role.LEAD], make.person(staff_a.site, Role.REVIEWER)

    switched_off(as_person, admin_a, nora)
    switched_off(as_person, admin_a, idle)

    with lead.at_work():
        [notice] = Notification.objects.filter(kind=NoticeKind.HANDED_BACK)
        assert notice.person_id == lead.user.pk
    opened = as_person(lead).post(f"/notifications/{notice.pk}/open/")
    assert opened["Location"] == "/workload/"


def test_role_when_it_was_the_last_that_reads_cases_then_cases_go_back_and_with_another_they_stay(
    as_person, staff_a: Staff, clinician_a: Person, admin_a: Person, nora: Person
):
    case, item = given(clinician_a, nora), in_hand(clinician_a, nora)
    with admin_a.at_work():
        second = people.give_role(by=admin_a.actor, person=nora.user, site=staff_a.site, role=Role.REVIEWER)
        people.give_role(by=admin_a.actor, person=nora.user, site=staff_a.site, role=Role.ENGINEER)
        clinician = nora.user.memberships.get(role=Role.CLINICIAN)
    browser = as_person(admin_a)

    browser.post(f"/people/{nora.user.pk}/roles/{clinician.pk}/end/")
    with admin_a.at_work():
        assert Case.objects.get(pk=case.pk).assignee_id == nora.user.pk
        assert ReviewItem.objects.get(pk=item.pk).claimed_by_id == nora.user.pk

    page = browser.post(f"/people/{nora.user.pk}/roles/{second.pk}/end/", follow=True).content.decode()
    assert "1 open case, 1 item of the queue" in page
    with admin_a.at_work():
        assert Case.objects.get(pk=case.pk).assignee_id is None
        assert ReviewItem.objects.get(pk=item.pk).claimed_by_id is None
        told = {"role": "reviewer", "person": str(nora.user.pk), "cases": 1, "items": 1}
        assert told in facts_of("role.ended")


def test_sessions_when_the_last_role_anywhere_ends_then_dead_and_elsewhere_they_live(
    as_person, staff_a: Staff, staff_b: Staff, admin_a: Person, nora: Person
):
    hers, both = as_person(nora), make.person(staff_a.site, Role.CLINICIAN)
    with staff_b[Role.ADMIN].at_work():
        people.give_role(by=staff_b[Role.ADMIN].actor, person=both.user, site=staff_b.site, role=Role.CLINICIAN)
    theirs = as_person(both)
    for browser in (hers, theirs):
        assert browser.get("/profile/").status_code == 200

    for person in (nora, both):
        with admin_a.at_work():
            people.end_role(by=admin_a.actor, membership=person.user.memberships.get(site=staff_a.site))

    assert hers.get("/profile/").status_code == 302
    assert theirs.get("/profile/").status_code == 200


def test_page_of_a_person_when_she_has_work_then_says_what_would_go_back(
    as_person, clinician_a: Person, admin_a: Person, nora: Person
):
    given(clinician_a, nora)
    in_hand(clinician_a, nora)
    with nora.at_work():
        keys.issue(by=nora.actor, owner=nora.user, name="n", scopes=frozenset({Permission.CASE_VIEW}), days=1)

    page = as_person(admin_a).get(f"/people/{nora.user.pk}/").content.decode()

    assert "1 open case, 1 item of the queue, 1 key" in page


def test_program_when_switched_off_then_its_keys_wait_for_it(staff_a: Staff, admin_a: Person):
    program = staff_a[Role.INTEGRATION]
    with admin_a.at_work():
        issued = keys.issue(by=admin_a.actor, owner=program.user, name="pacs", days=1,
                            scopes=frozenset({Permission.CASE_VIEW}))  # fmt: skip
        people.set_active(by=admin_a.actor, person=program.user, is_active=False)
    assert Api(issued.secret).get("cases").status_code == 401

    with admin_a.at_work():
        people.set_active(by=admin_a.actor, person=program.user, is_active=True)
    assert Api(issued.secret).get("cases").status_code == 200


def test_program_when_it_is_switched_off_or_lets_go_of_a_role_of_a_person_then_its_keys_stay_and_nothing_went_back(
    as_person, staff_a: Staff, admin_a: Person
):
    with admin_a.at_work():
        program = people.create(by=admin_a.actor, email="pacs@example.org", name="Archive")
        was = people.give_role(by=admin_a.actor, person=program, site=staff_a.site, role=Role.CLINICIAN)
        people.give_role(by=admin_a.actor, person=program, site=staff_a.site, role=Role.INTEGRATION)
        issued = keys.issue(by=admin_a.actor, owner=program, name="pacs", days=1,
                            scopes=frozenset({Permission.CASE_VIEW}))  # fmt: skip
    browser = as_person(admin_a)

    off = browser.post(f"/people/{program.pk}/active/", {"is_active": "off"}, follow=True).content.decode()
    ended = browser.post(f"/people/{program.pk}/roles/{was.pk}/end/", follow=True).content.decode()
    browser.post(f"/people/{program.pk}/active/", {"is_active": "on"})

    assert "Gone back" not in off + ended
    assert facts_of("person.deactivated") == [{}] and "keys" not in facts_of("role.ended")[0]
    assert Api(issued.secret).get("cases").status_code == 200


def test_work_when_everybody_but_an_admin_would_hand_it_back_then_refused(clinician_a: Person, nora: Person):
    given(clinician_a, nora)

    with clinician_a.at_work(), pytest.raises(Refusal) as refused:
        people.set_active(by=clinician_a.actor, person=nora.user, is_active=False)

    assert refused.value.code == Code.NOT_ALLOWED
    with clinician_a.at_work():
        assert Case.objects.filter(assignee=nora.user, opened_at__lte=timezone.now()).exists()
