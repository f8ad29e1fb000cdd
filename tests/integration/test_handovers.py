"""A case handed over: offered with a word and what is open, hers once she takes it; each step in the story and told."""

import pytest

from clinic import handing_over
from clinic.actions import handovers
from clinic.authorization.roles import Role
from clinic.errors import Code, Refusal
from clinic.models import Case, Entry, EntryKind, Handover, NoticeKind, Notification
from tests import make
from tests.integration import contradicting
from tests.make import Person, Staff
from tests.telling import told_by

pytestmark = pytest.mark.django_db
NOTE = "Watch her breathing, the film is not read."


@pytest.fixture
def other(staff_a: Staff) -> Person:
    return staff_a[Role.RADIOLOGIST]


@pytest.fixture
def offered(clinician_a: Person, other: Person, case_a: Case) -> Handover:
    with clinician_a.at_work():
        return handovers.offer(by=clinician_a.actor, case=case_a, to=other.user, note=NOTE)


def assignee(by: Person, case: Case) -> object:
    with by.at_work():
        return Case.objects.get(pk=case.pk).assignee_id


def notices(by: Person, person: Person) -> list[str]:
    with by.at_work():
        return list(Notification.objects.filter(person=person.user).values_list("kind", flat=True))


def test_case_when_offered_then_it_stays_where_it_is_until_the_other_takes_it(clinician_a, other, case_a, offered):
    assert assignee(clinician_a, case_a) is None
    assert notices(clinician_a, other) == [NoticeKind.HANDOVER]

    with other.at_work():
        handovers.accept(by=other.actor, handover=offered)

    assert assignee(clinician_a, case_a) == other.user.pk
    assert notices(clinician_a, clinician_a) == [NoticeKind.HANDOVER_ANSWERED]
    with clinician_a.at_work():
        kinds = list(Entry.objects.filter(case=case_a).order_by("at").values_list("kind", flat=True))
    assert kinds[-2:] == [EntryKind.HANDOVER_OFFERED, EntryKind.HANDOVER_ACCEPTED]
    [event] = make.audit_events("case.handover_offered", case_id=case_a.pk)
    assert NOTE not in str(event) and event["facts"]["to"] == str(other.user.pk)


def test_case_when_something_is_open_then_the_house_lists_it(clinician_a, other, case_a):
    contradicting.one(clinician_a, case_a)
    with clinician_a.at_work():
        found = [point.as_json() for point in handing_over.open_points(case_a)]
        row = handovers.offer(by=clinician_a.actor, case=case_a, to=other.user, note=NOTE)

    assert found == row.open_points == [{"code": "conflicts", "count": 1}]
    assert [point.words for point in handing_over.points_of(row)] == ["1 contradiction between sources to decide on"]


def test_case_when_not_taken_then_it_stays_and_the_story_says_why(as_person, clinician_a, other, case_a, offered):
    with other.at_work():
        handovers.decline(by=other.actor, handover=offered, reason="I am off at noon.")

    assert assignee(clinician_a, case_a) is None
    page = as_person(clinician_a).get(f"/cases/{case_a.pk}/").content.decode()
    assert NOTE in page and "I am off at noon." in page and f"{other.user.name} did not take it" in page


def test_offer_when_somebody_else_answers_or_answers_twice_then_refused(clinician_a, other, offered):
    with clinician_a.at_work(), pytest.raises(Refusal) as refused:
        handovers.accept(by=clinician_a.actor, handover=offered)
    assert refused.value.code == Code.NOT_FOUND
    with clinician_a.at_work():
        handovers.withdraw(by=clinician_a.actor, handover=offered)
    with other.at_work(), pytest.raises(Refusal) as refused:
        handovers.accept(by=other.actor, handover=offered)
    assert refused.value.code == Code.ALREADY_DECIDED


def test_offer_when_one_stands_or_to_oneself_or_to_a_stranger_then_refused(clinician_a, clinician_b, other, case_a,
                                                                           offered):  # fmt: skip
    for to, code in ((other, Code.ALREADY_EXISTS), (clinician_a, Code.INVALID), (clinician_b, Code.NOT_A_MEMBER)):
        with clinician_a.at_work(), pytest.raises(Refusal) as refused:
            handovers.offer(by=clinician_a.actor, case=case_a, to=to.user, note=NOTE)
        assert refused.value.code == code


def test_page_when_offered_taken_back_and_taken_then_each_is_said(as_person, clinician_a, other, case_a):
    giver, taker = as_person(clinician_a), as_person(other)
    address = f"/cases/{case_a.pk}/hand-over/"

    def offer() -> Handover:
        giver.post(address, {"to": str(other.user.pk), "note": NOTE})
        with clinician_a.at_work():
            return Handover.objects.get(case=case_a, state="offered")

    first = offer()
    assert NOTE in taker.get(address).content.decode()
    assert giver.post(address, {"to": str(other.user.pk), "note": NOTE}).status_code == 422
    assert told_by(lambda: giver.post(f"/handovers/{first.pk}/answer/", {"answer": "withdraw"})) == [
        "case.handover_withdrawn"
    ]
    second = offer()
    taker.post(f"/handovers/{second.pk}/answer/", {"answer": "decline", "reason": ""})
    assert taker.post(f"/handovers/{second.pk}/answer/", {"answer": "accept"}).status_code == 302
    assert assignee(clinician_a, case_a) == other.user.pk


def test_offer_when_of_another_site_then_nobody_finds_it(as_person, clinician_b, offered):
    assert as_person(clinician_b).post(f"/handovers/{offered.pk}/answer/", {"answer": "accept"}).status_code == 404
