"""Facts that stand by rule: only where somebody switched it on, never where it harms, taken back when it is worse."""

import json
from threading import Event

import pytest
from django.db import IntegrityError, transaction

from clinic.authorization.roles import Role
from clinic.doubt.intervals import wilson
from clinic.errors import Code, Refusal
from clinic.models import AuditEvent, Sex
from extraction import checked, fhir, standing
from extraction.actions import checking
from extraction.exporting import Taken
from extraction.models import Act, FactRule, FactSheet, FieldDecision
from extraction.standing import Live
from tests import make
from tests.integration.extraction import ruled
from tests.integration.extraction.finding import LETTER, fresh
from tests.make import Person, Staff
from tests.telling import told_by
from tests.threads import at_once

pytestmark = pytest.mark.django_db
FALLEN = Live(watched=None, overturned=wilson(30, 30))


@pytest.fixture
def engineer(staff_a: Staff) -> Person:
    return staff_a[Role.ENGINEER]


def states(by: Person, sheet: FactSheet) -> dict[str, str]:
    assert sheet.run_id
    with by.at_work():
        facts = checked.facts(checking.told_by(sheet.run_id), checking.decisions_of(sheet))
        return {one.key: one.state for one in facts}


def by_rule(by: Person, sheet: FactSheet) -> set[str]:
    return {key for key, state in states(by, sheet).items() if state == Act.BY_RULE}


def test_nothing_stands_until_somebody_switches_it_on(clinician_a, engineer):
    with ruled.experienced():
        assert not by_rule(clinician_a, ruled.found(clinician_a))
        ruled.switch(engineer)
        assert by_rule(clinician_a, ruled.found(clinician_a)) == {"vitals.0"}


def test_what_stands_by_rule_is_told_with_its_bound_and_is_nobodys_word(clinician_a, engineer, as_person):
    with ruled.experienced() as split:
        ruled.switch(engineer)
        sheet = ruled.found(clinician_a)

    with clinician_a.at_work():
        told = json.loads(AuditEvent.objects.get(event="sheet.accepted_by_rule").body)
        row = FieldDecision.objects.get(sheet=sheet, act=Act.BY_RULE)
    assert told["facts"]["bound"] == split.threshold.bound and told["facts"]["keys"] == ["vitals.0"]
    assert row.by_id is None
    page = as_person(clinician_a).get(f"/extraction/{sheet.pk}/").content.decode()
    assert "Accepted by rule" in page and "1 of them stands by a rule of the site, not by a person." in page
    with clinician_a.at_work():
        assert "not by a person" in str(fhir.bundle(Taken.of(clinician_a.actor, fresh(clinician_a, sheet))))


@pytest.mark.parametrize("kind", ["medications", "allergies"])
def test_where_a_wrong_one_harms_no_rule_can_be_switched_on(engineer, kind, as_person):
    with pytest.raises(Refusal) as refused:
        ruled.switch(engineer, kind)
    assert refused.value.code == Code.INVALID
    with engineer.at_work(), pytest.raises(IntegrityError), transaction.atomic():
        FactRule(site=engineer.site, kind=kind, number=0, is_on=True, cause="person").save(force_insert=True)
    assert as_person(engineer).get(f"/extraction/rules/{kind}/").status_code == 404


def test_a_kind_that_people_correct_does_not_stand_though_it_is_on(clinician_a, engineer):
    with ruled.experienced():
        ruled.switch(engineer, "problems")
        assert not by_rule(clinician_a, ruled.found(clinician_a))


@pytest.mark.parametrize("told", [{"doubts": ("instructions_in_text",)}, {"doubts": ("value_not_in_source",)}])
def test_nothing_of_a_flagged_document_stands(clinician_a, engineer, told):
    with ruled.experienced():
        ruled.switch(engineer)
        assert not by_rule(clinician_a, ruled.found(clinician_a, **told))


def test_nothing_of_a_document_about_somebody_else_stands(clinician_a, engineer):
    with ruled.experienced():
        ruled.switch(engineer)
        case = make.case(clinician_a)
        with clinician_a.at_work():
            type(case.patient).objects.filter(pk=case.patient_id).update(sex=Sex.MALE)
        text = f"A 40-year-old woman. {LETTER}"
        assert not by_rule(clinician_a, ruled.found(clinician_a, text, case=case))


def test_documents_that_are_watched_stay_with_people(clinician_a, engineer):
    with ruled.experienced(is_watched=True):
        ruled.switch(engineer)
        assert not by_rule(clinician_a, ruled.found(clinician_a))


def test_a_person_may_undo_correct_or_take_as_her_own_what_stands_by_rule(clinician_a, engineer):
    with ruled.experienced():
        ruled.switch(engineer)
        first, second = (ruled.found(clinician_a) for _ in range(2))
    with clinician_a.at_work():
        checking.undo(by=clinician_a.actor, sheet=first)
        checking.accept(by=clinician_a.actor, sheet=second, key="vitals.0")
    assert states(clinician_a, first)["vitals.0"] == checked.OPEN
    assert states(clinician_a, second)["vitals.0"] == Act.ACCEPTED


def test_switching_off_opens_what_nobody_has_finished(clinician_a, engineer):
    with ruled.experienced():
        ruled.switch(engineer)
        sheet = ruled.found(clinician_a)
        with clinician_a.at_work():
            checking.accept(by=clinician_a.actor, sheet=sheet, key="medications.0")
        ruled.switch(engineer, is_on=False)

    assert states(clinician_a, sheet)["vitals.0"] == checked.OPEN
    with clinician_a.at_work():
        assert checking.undo(by=clinician_a.actor, sheet=sheet).key == "medications.0"
        assert checking.undo(by=clinician_a.actor, sheet=sheet).act == Act.UNDONE
    assert states(clinician_a, sheet)["vitals.0"] == checked.OPEN


def test_a_rule_that_people_overturn_is_taken_back_by_itself(clinician_a, engineer, monkeypatch):
    monkeypatch.setattr("extraction.standing.FEWEST_SEEN", 3)
    with ruled.experienced():
        ruled.switch(engineer)
        waiting = ruled.found(clinician_a)
        events = [told_by(lambda: overturned(clinician_a)) for _ in range(3)]

    assert "fact_rule.taken_back" in events[-1] and not any("fact_rule.taken_back" in one for one in events[:-1])
    newest = newest_rule(engineer)
    assert not newest.is_on and newest.cause == FactRule.Cause.QUALITY and newest.by_id is None
    assert newest.figures and newest.figures["overturned"]["n"] == 3
    assert states(clinician_a, waiting)["vitals.0"] == checked.OPEN


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_who_finish_at_once_take_the_rule_back_once_and_both_have_finished(clinician_a, engineer, monkeypatch):
    monkeypatch.setattr("extraction.standing.FEWEST_SEEN", 2)
    with ruled.experienced():
        ruled.switch(engineer)
        sheets = [ruled.found(clinician_a) for _ in range(4)]
        for sheet in sheets:
            decided(clinician_a, sheet, reject="vitals.0")

        def finish(number: int) -> FactSheet:
            with clinician_a.at_work():
                return checking.finish(by=clinician_a.actor, sheet=sheets[number])

        assert all(one.is_finished for one in at_once(4, finish))

    with clinician_a.at_work():
        assert [one.is_on for one in FactRule.objects.filter(kind="vitals").order_by("number")] == [True, False]
    assert len(make.audit_events("fact_rule.taken_back")) == 1


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_while_a_rule_is_being_changed_nothing_stands_by_it_and_nobody_waits(clinician_a, engineer):
    with ruled.experienced():
        ruled.switch(engineer)

        def changes_or_finds(number: int) -> FactSheet | None:
            if number == 1:
                is_changing.wait(10)
                found = ruled.found(clinician_a)
                is_found.set()
                return found
            with engineer.at_work(), transaction.atomic():
                standing.wait_for_writers(engineer.site.pk)
                is_changing.set()
                assert is_found.wait(20)
            return None

        is_changing, is_found = Event(), Event()
        _nobody, found = at_once(2, changes_or_finds)

    assert found is not None and by_rule(clinician_a, found) == set()


def test_a_rule_that_has_fallen_lets_nothing_stand_even_before_it_is_taken_back(clinician_a, engineer, monkeypatch):
    with ruled.experienced():
        ruled.switch(engineer)
        monkeypatch.setattr("extraction.standing.live", lambda _rule, _digest: FALLEN)
        found = ruled.found(clinician_a)

    assert by_rule(clinician_a, found) == set() and newest_rule(engineer).is_on


def overturned(by: Person) -> None:
    finished(by, ruled.found(by), reject="vitals.0")


def finished(by: Person, sheet: FactSheet, *, reject: str = "") -> None:
    decided(by, sheet, reject=reject)
    with by.at_work():
        checking.finish(by=by.actor, sheet=sheet)


def decided(by: Person, sheet: FactSheet, *, reject: str = "") -> None:
    with by.at_work():
        for key in states(by, sheet):
            act = checking.reject if key == reject else checking.accept
            act(by=by.actor, sheet=sheet, key=key)


def test_watched_documents_that_turn_out_wrong_take_the_rule_back(clinician_a, engineer, monkeypatch):
    monkeypatch.setattr("extraction.standing.FEWEST_SEEN", 3)
    with ruled.experienced(is_watched=True):
        ruled.switch(engineer)
        for _ in range(3):
            finished(clinician_a, ruled.found(clinician_a), reject="vitals.0")

    assert newest_rule(engineer).cause == FactRule.Cause.QUALITY


def newest_rule(by: Person) -> FactRule:
    with by.at_work():
        return FactRule.objects.filter(kind="vitals").latest("number")


def test_who_may_not_manage_engines_switches_nothing(clinician_a, as_person):
    browser = as_person(clinician_a)
    assert browser.post("/extraction/rules/vitals/", {"to": "on", "reason": "It is always right."}).status_code == 403
    with clinician_a.at_work():
        assert not FactRule.objects.exists()


def test_the_page_tells_the_promise_and_switches_with_a_reason(engineer, as_person):
    browser = as_person(engineer)
    assert "Nothing may stand yet" in browser.get("/extraction/rules/").content.decode()
    assert browser.post("/extraction/rules/labs/", {"to": "on", "reason": ""}).status_code == 422
    tell = {"to": "on", "reason": "They were right for months."}
    assert told_by(lambda: browser.post("/extraction/rules/labs/", tell)) == ["fact_rule.switched"]
    page = browser.get("/extraction/rules/").content.decode()
    assert "on, but too little is known" in page and "They were right for months." in page
