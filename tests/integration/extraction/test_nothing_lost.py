"""Whatever becomes of a document, it stands somewhere a person looks: submitted is checked, to check, not read or under
way, and each that an engine could not answer is in the review queue."""

import pytest

from classify.models import Document
from clinic import texts
from clinic.actions import runs, work
from clinic.models import ItemState, ReviewItem, Run, RunState
from clinic.models.runs import RunError
from clinic.views import shelves
from extraction import kinds, shelf
from extraction.actions import checking
from tests import make
from tests.integration.classify import sorting
from tests.integration.extraction.finding import found, fresh, keys, read, sheet
from tests.make import Person

pytestmark = pytest.mark.django_db


def kill(by: Person, kind: str) -> None:
    """A worker died over it for the last time."""
    with by.at_work():
        Run.objects.filter(state="queued").exclude(kind=kind).update(priority=0)
        Run.objects.filter(kind=kind, state="queued").update(priority=99)
    held = work.claim(lane="cpu", worker="tests")
    assert held is not None
    with by.at_work():
        assert work.fail(held, error=RunError.WORKER_LOST)


def test_file_that_kills_its_reader_is_in_the_hands_of_a_person(clinician_a, work_lane):
    made = sheet(clinician_a, make.case(clinician_a))
    kill(clinician_a, texts.KIND)

    work_lane("cpu")

    now = fresh(clinician_a, made)
    with clinician_a.at_work():
        item = ReviewItem.objects.get(capability=kinds.EXTRACT)
        asked = Run.objects.get(kind=kinds.EXTRACT)
    assert (now.place, item.state, item.reasons) == (shelf.UNREAD, ItemState.WAITING, ["failure"])
    assert (asked.state, asked.detail_code) == (RunState.FAILED, "not_read_yet")


def test_document_to_be_sorted_that_kills_its_reader_is_in_the_hands_of_a_person(clinician_a, work_lane):
    found_there = sorting.document(clinician_a, make.case(clinician_a))
    kill(clinician_a, texts.KIND)

    work_lane("cpu")

    with clinician_a.at_work():
        assert ReviewItem.objects.get(capability="classify.document").state == ItemState.WAITING
        assert Document.objects.get(pk=found_there.pk).route_run_id is None


def test_run_that_a_person_stopped_leaves_the_document_where_it_is_seen(clinician_a):
    made = sheet(clinician_a, make.case(clinician_a))
    with clinician_a.at_work():
        runs.cancel(by=clinician_a.actor, run=Run.objects.get(kind=texts.KIND))

    assert fresh(clinician_a, made).place == shelf.UNREAD


def test_each_document_stands_in_one_place(clinician_a, work_lane):
    waiting = sheet(clinician_a, make.case(clinician_a))
    dead = sheet(clinician_a, make.case(clinician_a), text="Fever. It kills its reader.\n")
    kill(clinician_a, texts.KIND)
    work_lane("cpu", at_most=0)
    done = found(clinician_a, make.case(clinician_a), text="Cough for two weeks.\n")
    with clinician_a.at_work():
        for key in keys(clinician_a, done):
            checking.accept(by=clinician_a.actor, sheet=done, key=key)
        checking.finish(by=clinician_a.actor, sheet=done)

        counted = shelves.counts(shelf.sheets(clinician_a.actor))
        assert counted.total() == 3
    assert counted[shelf.FINISHED] == 1 and fresh(clinician_a, done).place == shelf.FINISHED
    assert {fresh(clinician_a, one).place for one in (waiting, dead)} <= {shelf.UNDER_WAY, shelf.UNREAD}


def test_text_that_was_read_but_whose_next_step_was_refused_is_not_under_way_for_ever(clinician_a):
    from clinic.actions import cases
    from clinic.models import Case, CaseState

    case = make.case(clinician_a)
    made = sheet(clinician_a, case)
    with clinician_a.at_work():
        cases.move(by=clinician_a.actor, case=Case.objects.get(pk=case.pk), to=CaseState.CLOSED, reason="Moved away.")
    read(clinician_a)

    assert fresh(clinician_a, made).place == shelf.UNREAD
