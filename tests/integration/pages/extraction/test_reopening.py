"""Facts that were checked to the end are opened again; who could still read a document blind is told before."""

import pytest

from clinic import review_queue
from clinic.authorization.roles import Role
from clinic.errors import Code, Refusal
from clinic.models import ItemState, ReviewItem
from extraction import checked
from extraction.actions import checking
from extraction.models import FactSheet
from tests import make
from tests.integration.extraction.finding import found, fresh, keys
from tests.make import Person, Staff
from tests.telling import told_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(clinician_a: Person) -> FactSheet:
    made: FactSheet = found(clinician_a, make.case(clinician_a))
    return made


def finish(by: Person, sheet: FactSheet) -> FactSheet:
    with by.at_work():
        for key in keys(by, sheet):
            checking.accept(by=by.actor, sheet=sheet, key=key)
        return checking.finish(by=by.actor, sheet=sheet)


def test_what_was_checked_is_opened_again_changed_and_finished_anew(as_person, clinician_a, letter):
    finish(clinician_a, letter)
    browser = as_person(clinician_a)
    assert "/reopen/" in browser.get(f"/extraction/{letter.pk}/").content.decode()

    ask = {"run": str(letter.run_id)}
    assert told_by(lambda: browser.post(f"/extraction/{letter.pk}/reopen/", ask)) == ["sheet.reopened"]

    now = fresh(clinician_a, letter)
    assert not now.is_finished and now.place == "to_check"
    with clinician_a.at_work():
        checking.reject(by=clinician_a.actor, sheet=now, key="medications.0")
        facts = checked.facts(checking.told_by(now.run_id), checking.decisions_of(now))
        assert {one.key: one.state for one in facts}["medications.0"] == "rejected"
        assert all(one.state == "accepted" for one in facts if one.key != "medications.0")
        assert checking.finish(by=clinician_a.actor, sheet=now).is_finished


def test_opening_again_leaves_what_the_review_queue_decided(clinician_a, letter):
    finish(clinician_a, letter)
    with clinician_a.at_work():
        checking.reopen(by=clinician_a.actor, sheet=letter)
        assert ReviewItem.objects.get(run=letter.run_id).state == ItemState.DECIDED


def test_what_is_not_finished_is_not_opened_again(as_person, clinician_a, letter):
    with clinician_a.at_work(), pytest.raises(Refusal) as refused:
        checking.reopen(by=clinician_a.actor, sheet=letter)
    assert refused.value.code == Code.FACTS_NOT_FINISHED
    assert "/reopen/" not in as_person(clinician_a).get(f"/extraction/{letter.pk}/").content.decode()


def test_who_may_not_check_opens_nothing_again(as_person, clinician_a, staff_a: Staff, letter):
    finish(clinician_a, letter)
    browser = as_person(staff_a[Role.AUDITOR])
    assert browser.post(f"/extraction/{letter.pk}/reopen/", {"run": str(letter.run_id)}).status_code in (403, 404)
    assert fresh(clinician_a, letter).is_finished


@pytest.fixture
def to_read_blind(clinician_a: Person, letter: FactSheet) -> FactSheet:
    with clinician_a.at_work():
        ReviewItem.objects.filter(run=letter.run_id).update(is_blind=True)
    return letter


def test_blind_reader_is_told_before_she_looks_and_has_seen_nothing(as_person, staff_a: Staff, to_read_blind):
    reader = staff_a[Role.REVIEWER]
    answers = []
    address = f"/extraction/{to_read_blind.pk}/"
    browser = as_person(reader)
    assert told_by(lambda: answers.append(browser.get(address))) == []

    page = answers[0].content.decode()
    assert "Waits to be read blind" in page and f"{address}?open=1" in page
    assert "moxicillin" not in page
    with reader.at_work():
        item = ReviewItem.objects.get(run=to_read_blind.run_id)
        assert not review_queue.has_seen_the_answer(reader.actor, item)


def test_who_opens_it_all_the_same_is_not_asked_again(as_person, staff_a: Staff, to_read_blind):
    reader = staff_a[Role.REVIEWER]
    browser, address = as_person(reader), f"/extraction/{to_read_blind.pk}/"
    assert told_by(lambda: browser.get(f"{address}?open=1")) == ["sheet.read"]
    make.settle()
    assert "moxicillin" in browser.get(address).content.decode()


def test_nobody_is_asked_where_nothing_is_read_blind(as_person, staff_a: Staff, letter):
    page = as_person(staff_a[Role.REVIEWER]).get(f"/extraction/{letter.pk}/").content.decode()
    assert "moxicillin" in page and "Waits to be read blind" not in page
