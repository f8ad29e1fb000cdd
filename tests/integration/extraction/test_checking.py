"""A person goes through the facts of a document: what she says stands beside what the engine said, row by row."""

import pytest
from django.db import connection, transaction
from django.db.utils import Error

from clinic.authorization.roles import Role
from clinic.errors import Code, Refusal
from clinic.models import ItemState, Result, ReviewItem, RunState
from extraction import checked
from extraction.actions import checking, sheets
from extraction.models import Act, FactSheet, FieldDecision
from tests import make
from tests.contract.asking import Api
from tests.integration.extraction.finding import LETTER, found, fresh, keys, read, say, sheet
from tests.make import Person, Staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(clinician_a: Person) -> FactSheet:
    made: FactSheet = found(clinician_a, make.case(clinician_a))
    return made


def facts(by: Person, made: FactSheet) -> dict[str, checked.Fact]:
    with by.at_work():
        assert made.run_id is not None
        told = checked.facts(checking.told_by(made.run_id), checking.decisions_of(made))
        return {one.key: one for one in told}


def refused(act: object) -> Refusal:
    assert callable(act)
    with pytest.raises(Refusal) as refusal:
        act()
    return refusal.value


def test_document_is_read_and_its_facts_found_by_the_engine_that_is_shipped(clinician_a, own_store, work_lane):
    made = sheet(clinician_a, make.case(clinician_a))

    work_lane("cpu")

    now = fresh(clinician_a, made)
    told = facts(clinician_a, now)
    names = {one.values.get("name") for one in told.values()}
    assert now.run is not None and now.run.state == RunState.SUCCEEDED
    assert now.place == "to_check" and now.found == len(told)
    assert {"fever", "amoxicillin"} <= {str(name).lower() for name in names}
    with clinician_a.at_work():
        item = ReviewItem.objects.get(run=now.run)
        assert item.state == ItemState.WAITING and "uncalibrated" in item.reasons
        assert LETTER[:10] not in str(Result.objects.get(run=now.run).facets)


def test_program_that_decides_about_what_has_changed_since_is_refused(clinician_a, letter, as_person):
    api = Api(browser=as_person(clinician_a))
    address = f"extractions/{letter.pk}"
    read_then = api.get(address).json()
    key, other = read_then["facts"][0]["key"], read_then["facts"][1]["key"]
    colleague = make.person(clinician_a.site, Role.CLINICIAN, email="colleague@northgate.example")
    with colleague.at_work():
        checking.reject(by=colleague.actor, sheet=letter, key=key)

    stale = {"seen": read_then["seen"], "run": read_then["run"]}
    refused = api.post(f"{address}/facts/{key}", {"act": "accept", **stale})
    taken = api.post(f"{address}/facts/{other}", {"act": "accept", **stale})
    undone = api.post(f"{address}/undo", stale)

    assert (refused.status_code, refused.json()["code"]) == (409, "facts_changed")
    assert taken.status_code == 200 and taken.json()["seen"] == 2  # nobody had touched that one
    assert undone.json()["code"] == "facts_changed"
    assert api.post(f"{address}/undo", {"seen": 2}).status_code == 200


def test_fact_that_another_added_meanwhile_is_not_added_beside_it_unseen(clinician_a, letter):
    with clinician_a.at_work():
        checking.add(by=clinician_a.actor, sheet=letter, kind="problems", told={"name": "eczema"}, seen=0)
        with pytest.raises(Refusal) as refusal:
            checking.add(by=clinician_a.actor, sheet=letter, kind="problems", told={"name": "eczema"}, seen=0)

    assert refusal.value.code == Code.FACTS_CHANGED


def test_nothing_is_accepted_by_itself(clinician_a, letter):
    assert {one.state for one in facts(clinician_a, letter).values()} == {checked.OPEN}


def test_fact_is_corrected_and_how_much_was_changed_is_kept(clinician_a, letter):
    key = next(key for key, one in facts(clinician_a, letter).items() if one.kind == "medications")
    with clinician_a.at_work():
        checking.edit(by=clinician_a.actor, sheet=letter, key=key, told={"name": "amoxicillin", "strength": "500 mg"})
        row = FieldDecision.objects.get()

    now = facts(clinician_a, letter)[key]
    assert (now.state, now.values["strength"]) == (Act.EDITED, "500 mg")
    assert now.said["name"].lower() == "amoxicillin" and row.distance > 0


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"name": "", "dose": ""}, "name"),
        ({"name": "amoxicillin", "dose_amount": "much"}, "dose_amount"),
        ({"name": "amoxicillin", "status": "eaten"}, "status"),
        ({"name": "amoxicillin", "colour": "white"}, "colour"),
        ({"name": "a" * 2_001}, "name"),
    ],
)
def test_what_does_not_fit_the_schema_is_refused_and_named(clinician_a, letter, told, field):
    key = next(key for key in keys(clinician_a, letter) if key.startswith("medications"))
    with clinician_a.at_work():
        refusal = refused(lambda: checking.edit(by=clinician_a.actor, sheet=letter, key=key, told=told))

        assert refusal.code == Code.INVALID and list(refusal.fields) == [field]
        assert not FieldDecision.objects.exists()


def test_decisions_are_taken_back_one_by_one_and_all_rows_stay(clinician_a, letter):
    first, second = keys(clinician_a, letter)[:2]
    with clinician_a.at_work():
        checking.accept(by=clinician_a.actor, sheet=letter, key=first)
        checking.reject(by=clinician_a.actor, sheet=letter, key=second)
        checking.undo(by=clinician_a.actor, sheet=letter)
    assert (facts(clinician_a, letter)[first].state, facts(clinician_a, letter)[second].state) == ("accepted", "open")

    with clinician_a.at_work():
        checking.undo(by=clinician_a.actor, sheet=letter)
        nothing = refused(lambda: checking.undo(by=clinician_a.actor, sheet=letter))
        assert [row.act for row in checking.decisions_of(letter)] == ["accepted", "rejected", "undone", "undone"]
    assert nothing.code == Code.NOTHING_TO_UNDO
    assert facts(clinician_a, letter)[first].state == checked.OPEN


def test_decision_is_never_changed_or_removed(clinician_a, letter):
    with clinician_a.at_work():
        checking.accept(by=clinician_a.actor, sheet=letter, key=keys(clinician_a, letter)[0])
        for statement in ("UPDATE extraction_fielddecision SET act='rejected'", "DELETE FROM extraction_fielddecision"):
            with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)


def test_finished_only_when_nothing_is_open_and_the_waiting_review_is_decided_by_it(clinician_a, letter):
    with clinician_a.at_work():
        too_early = refused(lambda: checking.finish(by=clinician_a.actor, sheet=letter))
        for key in keys(clinician_a, letter):
            checking.accept(by=clinician_a.actor, sheet=letter, key=key)
        checking.finish(by=clinician_a.actor, sheet=letter)
        item = ReviewItem.objects.get(run=letter.run_id)
        after = refused(lambda: checking.undo(by=clinician_a.actor, sheet=letter))

    assert too_early.code == Code.FACTS_OPEN and too_early.facts["open"] == keys(clinician_a, letter)
    assert (item.state, item.decided_label) == (ItemState.DECIDED, "facts")
    assert fresh(clinician_a, letter).place == "finished"
    assert after.code == Code.FACTS_FINISHED


def test_all_rejected_means_that_the_document_holds_no_fact(clinician_a, letter):
    with clinician_a.at_work():
        for key in keys(clinician_a, letter):
            checking.reject(by=clinician_a.actor, sheet=letter, key=key)
        checking.finish(by=clinician_a.actor, sheet=letter)

        assert ReviewItem.objects.get(run=letter.run_id).decided_label == "none"


def test_review_that_another_holds_waits_for_her(clinician_a, staff_a: Staff, letter):
    from clinic.actions import claims

    reviewer = staff_a[Role.REVIEWER]
    with reviewer.at_work():
        claims.claim(by=reviewer.actor, item=ReviewItem.objects.get(run=letter.run_id))
    with clinician_a.at_work():
        for key in keys(clinician_a, letter):
            checking.accept(by=clinician_a.actor, sheet=letter, key=key)
        checking.finish(by=clinician_a.actor, sheet=letter)

        assert ReviewItem.objects.get(run=letter.run_id).state == ItemState.WAITING
    assert fresh(clinician_a, letter).place == "finished"


def test_what_the_engine_missed_is_added_by_a_person(clinician_a, letter):
    with clinician_a.at_work():
        row = checking.add(by=clinician_a.actor, sheet=letter, kind="problems", told={"name": "eczema"})

    added = facts(clinician_a, letter)[row.key]
    assert (added.state, added.values["name"], added.evidence) == (Act.ADDED, "eczema", ())


def test_facts_found_anew_are_checked_anew_and_the_old_decisions_stay(clinician_a, letter):
    old_run = letter.run_id
    with clinician_a.at_work():
        for key in keys(clinician_a, letter):
            checking.accept(by=clinician_a.actor, sheet=letter, key=key)
        checking.finish(by=clinician_a.actor, sheet=letter)
        sheets.ask_again(by=clinician_a.actor, sheet=letter)
    from extraction import kinds
    from tests.integration.extraction.finding import finish

    finish(clinician_a, kinds.EXTRACT, say("Fever. Takes ibuprofen 200 mg twice daily."))

    now = fresh(clinician_a, letter)
    assert now.run_id != old_run and now.place == "to_check"
    with clinician_a.at_work():
        stale = refused(lambda: checking.accept(by=clinician_a.actor, sheet=letter, key="problems.0"))
        assert FieldDecision.objects.filter(run=old_run).exists()
    assert stale.code == Code.FACTS_CHANGED


def test_document_that_cannot_be_read_goes_to_a_person(clinician_a):
    made = sheet(clinician_a, make.case(clinician_a))
    read(clinician_a, text="", problem="nothing_found")
    from extraction import kinds
    from tests.integration.extraction.finding import finish

    finish(clinician_a, kinds.EXTRACT, say("", label="", refusal="nothing_found", counts={}))

    now = fresh(clinician_a, made)
    assert now.place == "unread"


def test_another_site_sees_and_decides_nothing(clinician_b, letter):
    with clinician_b.at_work():
        assert not FactSheet.objects.exists()
        with pytest.raises(FactSheet.DoesNotExist):
            checking.accept(by=clinician_b.actor, sheet=letter, key="problems.0")


def test_fact_that_another_decided_meanwhile_is_not_overwritten(clinician_a, staff_a: Staff, letter):
    reviewer, (first, second) = staff_a[Role.REVIEWER], keys(clinician_a, letter)[:2]
    with clinician_a.at_work():
        checking.accept(by=clinician_a.actor, sheet=letter, key=first, seen=0)

    with reviewer.at_work():
        stale = refused(lambda: checking.reject(by=reviewer.actor, sheet=letter, key=first, seen=0))
        checking.reject(by=reviewer.actor, sheet=letter, key=second, seen=0)  # nobody has spoken of this one
        taken_back = refused(lambda: checking.undo(by=reviewer.actor, sheet=letter, seen=1))

    assert stale.code == taken_back.code == Code.FACTS_CHANGED
    assert facts(clinician_a, letter)[first].state == Act.ACCEPTED


def test_review_queue_does_not_settle_a_document_whose_facts_are_open(clinician_a, staff_a: Staff, letter):
    from clinic.actions import claims, reviews
    from clinic.models.reviews import CANNOT_TELL

    reviewer = staff_a[Role.REVIEWER]
    with reviewer.at_work():
        item = claims.claim(by=reviewer.actor, item=ReviewItem.objects.get(run=letter.run_id))
        open_facts = refused(lambda: reviews.decide(by=reviewer.actor, item=item, label="facts", note="Looks right."))
        reviews.decide(by=reviewer.actor, item=item, label=CANNOT_TELL, note="The letter is cut off.")

    assert open_facts.code == Code.FACTS_OPEN


def test_document_that_was_not_read_is_not_checked_by_one_key(clinician_a):
    from extraction import kinds
    from tests.integration.extraction.finding import finish

    made = sheet(clinician_a, make.case(clinician_a))
    read(clinician_a, text="", problem="nothing_found")
    finish(clinician_a, kinds.EXTRACT, say("", label="", refusal="nothing_found", counts={}))
    now = fresh(clinician_a, made)

    with clinician_a.at_work():
        unread = refused(lambda: checking.finish(by=clinician_a.actor, sheet=now))
        checking.add(by=clinician_a.actor, sheet=now, kind="problems", told={"name": "fever"})
        checking.finish(by=clinician_a.actor, sheet=now)

    assert unread.code == Code.FACTS_UNREAD and fresh(clinician_a, made).place == "finished"
