"""Sources of one case that contradict each other: found when both were read, decided by a person before signing."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic import report_checks
from clinic.actions import conflicts as acts
from clinic.errors import Code, Refusal
from clinic.models import Case, ConflictState, Entry, EntryKind, Run
from tests import make
from tests.integration import contradicting
from tests.integration.contradicting import AT_HOME, IN_HOSPITAL, compared
from tests.integration.extraction import finding
from tests.telling import told_by

pytestmark = pytest.mark.django_db


def check_of(case: Case) -> report_checks.Check:
    return next(check for check in report_checks.of_case(case) if check.code == "conflicts")


def test_sources_when_they_contradict_each_other_then_each_is_found_with_both_sides(clinician_a, case_a, work_lane):
    found = compared(clinician_a, case_a, work_lane, AT_HOME, IN_HOSPITAL)

    assert [one.kind for one in found] == ["allergy", "dose", "finding"]
    allergy = found[0].sides
    assert allergy["about"] == "penicillin"
    assert [side["words"] for side in allergy["sides"]] == [
        "Allergic to penicillin, with a rash.", "No known drug allergies.",
    ]  # fmt: skip
    with clinician_a.at_work():
        assert Entry.objects.get(kind=EntryKind.CONFLICTS_FOUND).facts == {"count": 3}
        assert not Entry.objects.filter(facts__run_kind="clinic.contradictions").exists()


def test_one_source_alone_when_read_then_nothing_is_compared(clinician_a, case_a, work_lane):
    assert compared(clinician_a, case_a, work_lane, AT_HOME) == []
    with clinician_a.at_work():
        assert not Run.objects.filter(kind="clinic.contradictions").exists()


def test_conflict_when_open_then_stands_in_the_way_of_signing_until_a_person_decides(clinician_a, case_a, work_lane):
    found = compared(clinician_a, case_a, work_lane, AT_HOME, IN_HOSPITAL)
    by = clinician_a.actor

    with clinician_a.at_work():
        assert (check_of(case_a).is_done, check_of(case_a).blocks) == (False, True)
        acts.settle(by=by, conflict=found[0], holds="first", reason="She told of the rash herself")
        acts.settle(by=by, conflict=found[1], holds="second", reason="Raised by the hospital")
        acts.dismiss(by=by, conflict=found[2], reason="The cough has gone since")
        assert check_of(case_a).is_done
        assert Entry.objects.filter(kind=EntryKind.CONFLICT_DECIDED).count() == 3


def test_conflict_when_decided_then_not_twice_and_never_without_a_reason(clinician_a, case_a, work_lane):
    found = compared(clinician_a, case_a, work_lane, AT_HOME, IN_HOSPITAL)
    by = clinician_a.actor

    with clinician_a.at_work():
        for told in ({"holds": "first", "reason": " "}, {"holds": "both", "reason": "Because"}):
            with pytest.raises(Refusal) as refused:
                acts.settle(by=by, conflict=found[0], **told)
            assert refused.value.code == Code.INVALID
        acts.dismiss(by=by, conflict=found[0], reason="Another person's letter")
        with pytest.raises(Refusal) as again:
            acts.dismiss(by=by, conflict=found[0], reason="Another person's letter")
        acts.reopen(by=by, conflict=found[0])
        assert not check_of(case_a).is_done

    assert again.value.code == Code.ALREADY_DECIDED


def test_conflict_when_a_third_source_comes_then_what_was_decided_stays_decided(clinician_a, case_a, work_lane):
    found = compared(clinician_a, case_a, work_lane, AT_HOME, IN_HOSPITAL)
    with clinician_a.at_work():
        for one in found:
            acts.dismiss(by=clinician_a.actor, conflict=one, reason="Looked at")

    after = compared(clinician_a, case_a, work_lane, "Temperature 36.8 °C. Slept well.\n")

    assert {one.state for one in after} == {ConflictState.DISMISSED}
    with clinician_a.at_work():
        assert Run.objects.filter(kind="clinic.contradictions").count() == 2


def test_conflict_when_a_person_rejects_what_one_side_says_then_it_is_gone(clinician_a, case_a, work_lane):
    from extraction.actions import checking

    compared(clinician_a, case_a, work_lane, AT_HOME)
    sheet = finding.found(clinician_a, case_a, IN_HOSPITAL)
    work_lane("cpu")
    with clinician_a.at_work():
        for key in finding.keys(clinician_a, sheet):
            checking.reject(by=clinician_a.actor, sheet=finding.fresh(clinician_a, sheet), key=key)
        acts.ask(by=clinician_a.actor, case=Case.objects.get(pk=case_a.pk))
    work_lane("cpu")

    assert {one.state for one in contradicting.conflicts(clinician_a, case_a)} == {ConflictState.GONE}
    with clinician_a.at_work():
        assert check_of(case_a).is_done


def test_page_when_sources_contradict_then_both_stand_side_by_side_and_are_decided(
    clinician_a, case_a, work_lane, as_person
):
    found = compared(clinician_a, case_a, work_lane, AT_HOME, IN_HOSPITAL)
    browser, page = as_person(clinician_a), f"/cases/{case_a.pk}/conflicts/"

    shown = browser.get(page).content.decode()
    prefix = found[0].pk.hex[:8]
    wrong = browser.post(f"/conflicts/{found[0].pk}/decide/", {f"{prefix}-holds": "first"})
    answer = {f"{prefix}-holds": "first", f"{prefix}-reason": "She told of the rash"}
    told = told_by(lambda: browser.post(f"/conflicts/{found[0].pk}/decide/", answer))

    assert "Allergy to penicillin: known in one, denied in the other" in shown
    assert "No known drug allergies." in shown and "Metformin: two doses" in shown
    assert (wrong.status_code, told) == (422, ["conflict.settled"])
    assert "She told of the rash" in browser.get(page).content.decode()
    assert told_by(lambda: browser.post(f"/conflicts/{found[0].pk}/reopen/")) == ["conflict.reopened"]
    assert "She told of the rash" not in browser.get(page).content.decode()


def test_conflict_when_of_another_site_then_nobody_finds_it(clinician_a, clinician_b, case_a, work_lane, as_person):
    found = compared(clinician_a, case_a, work_lane, AT_HOME, IN_HOSPITAL)

    foreign = as_person(clinician_b)

    assert foreign.get(f"/cases/{case_a.pk}/conflicts/").status_code == 404
    assert foreign.post(f"/conflicts/{found[0].pk}/decide/", {}).status_code == 404
    assert foreign.post(f"/conflicts/{found[0].pk}/reopen/").status_code == 404


def test_case_when_closed_then_asked_for_nothing_more(clinician_a, work_lane):
    case = make.case(clinician_a)
    contradicting.read(clinician_a, case, AT_HOME)
    with clinician_a.at_work():
        Case.objects.filter(pk=case.pk).update(state="closed")
        assert acts.ask(by=clinician_a.actor, case=Case.objects.get(pk=case.pk)) is None


def test_state_of_the_sources_when_they_are_many_then_asked_for_in_as_many_questions(clinician_a, case_a):
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            contradicting.states(clinician_a, case_a)
        return len(captured)

    contradicting.read(clinician_a, case_a, AT_HOME)
    few = asked()
    contradicting.read(clinician_a, case_a, IN_HOSPITAL, "Slept well.\n", "Temperature 36.8 °C.\n")

    assert asked() == few
