"""From a document to the inbox of its specialty, or to a person: through action, worker's outcome and decision."""

import pytest

from classify import inbox
from classify.actions import documents
from classify.models import Document
from clinic import texts
from clinic.actions import claims, flags, reviews, work
from clinic.authorization.roles import Role
from clinic.errors import Code, Refusal
from clinic.models import ItemState, Result, ReviewItem, ReviewPolicy, Run, RunError
from tests import make
from tests.integration.classify.sorting import LETTER, document, finish, fresh, read, routed, say
from tests.make import Person, Staff

pytestmark = pytest.mark.django_db
NO_ANSWER = say(label="", refusal="empty_scan", probabilities=None, prediction_set=())


@pytest.fixture(autouse=True)
def nothing_is_drawn_by_chance(clinician_a: Person) -> None:
    with clinician_a.at_work():
        ReviewPolicy.objects.create(site=clinician_a.site, capability="classify.document", rules={"sample_percent": 0})


@pytest.fixture
def found(clinician_a: Person) -> Document:
    return document(clinician_a, make.case(clinician_a))


def item_of(by: Person, document: Document) -> ReviewItem:
    with by.at_work():
        return ReviewItem.objects.get(run=document.route_run_id)


def test_document_when_taken_in_then_its_text_is_read_and_the_engine_asked_next(clinician_a, found):
    assert fresh(clinician_a, found).place == inbox.UNDER_WAY

    run = read(clinician_a)

    with clinician_a.at_work():
        asked = Run.objects.get(follows=run)
    assert (asked.kind, asked.state) == ("classify.document", "queued")


def test_sure_answer_stands_in_the_inbox_of_its_specialty_without_a_person(clinician_a, found):
    assert routed(clinician_a, found).place == "cardiology"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (say(sure=0.7), "low_confidence"),
        (say(prediction_set=("cardiology", "emergency")), "high_risk"),
        (say(prediction_set=()), "set_empty"),
        (say(doubts=("new_kind",)), "engine_doubts"),
        (say(label="", refusal="not_english"), "engine_refused"),
    ],
    ids=["not sure", "emergency possible", "unlike anything", "engine asks", "no answer"],
)
def test_doubtful_answer_waits_for_a_person_with_its_reason(clinician_a, found, answer, reason):
    sorted_one = routed(clinician_a, found, answer)

    assert sorted_one.place == inbox.WAITING
    assert reason in item_of(clinician_a, sorted_one).reasons


def test_what_a_person_decides_is_where_it_belongs_whatever_the_engine_said(clinician_a, staff_a: Staff, found):
    sorted_one, reader = routed(clinician_a, found, say(sure=0.7)), staff_a[Role.REVIEWER]
    item = item_of(clinician_a, sorted_one)
    with reader.at_work():
        claims.claim(by=reader.actor, item=item)
        reviews.decide(by=reader.actor, item=item, label="pulmonology", note="The heart is well, the lungs are not.")

    assert fresh(clinician_a, found).place == "pulmonology"
    assert item_of(clinician_a, found if found.route_run_id else sorted_one).state == ItemState.DECIDED


@pytest.fixture
def labelled(clinician_a: Person, found: Document) -> Document:
    """Answered without doubt; people are asked for a label so that an engine learns from it."""
    sorted_one: Document = routed(clinician_a, found)
    with clinician_a.at_work():
        flags.queue_for_label(by=clinician_a.actor, result=Result.objects.get(run=sorted_one.route_run_id), sampling=0)
    return sorted_one


def test_document_that_people_are_to_label_stays_in_its_inbox(clinician_a, labelled):
    assert item_of(clinician_a, labelled).reasons == ["teaches"]
    assert fresh(clinician_a, labelled).place == "cardiology"


def test_document_drawn_by_chance_stays_in_its_inbox(clinician_a, found):
    with clinician_a.at_work():
        ReviewPolicy.objects.create(
            site=clinician_a.site, capability="classify.document", rules={"sample_percent": 100}
        )
    sorted_one = routed(clinician_a, found)

    assert item_of(clinician_a, sorted_one).reasons == ["policy_sample"]
    assert sorted_one.place == "cardiology"


def test_how_sure_it_is_shows_to_nobody_who_may_be_the_one_to_label_it_blind(clinician_a, staff_a: Staff, labelled):
    shown = {}
    program = staff_a[Role.INTEGRATION]
    for person in (clinician_a, program):
        now = fresh(person, labelled)
        with person.at_work():
            shown[person] = inbox.how_sure(person.actor, [now]).get(labelled.route_run_id)

    assert shown[clinician_a] is None
    assert shown[program] == 0.95


def test_who_holds_it_to_label_it_blind_is_not_told_where_the_engine_put_it(clinician_a, staff_a: Staff, labelled):
    reader = staff_a[Role.REVIEWER]
    with reader.at_work():
        claims.claim(by=reader.actor, item=ReviewItem.objects.get(run=labelled.route_run_id))

    assert fresh(reader, labelled).place == inbox.WAITING
    assert fresh(clinician_a, labelled).place == "cardiology"


def test_document_that_cannot_be_read_goes_to_a_person_and_is_not_lost(clinician_a, found):
    read(clinician_a, text="", problem="empty_scan", pages=())
    finish(clinician_a, "classify.document", NO_ANSWER)

    assert fresh(clinician_a, found).place == inbox.WAITING


def test_document_whose_engine_died_waits_for_a_person(clinician_a, found):
    read(clinician_a)
    held = work.claim(lane="cpu", worker="tests")
    with clinician_a.at_work():
        assert held and work.fail(held, error=RunError.NOBODY_MAY_ANSWER)

    assert fresh(clinician_a, found).place == inbox.WAITING


def test_urgent_document_comes_before_all_that_waited_longer(clinician_a, staff_a: Staff):
    case, reader = make.case(clinician_a), staff_a[Role.REVIEWER]
    first = routed(clinician_a, document(clinician_a, case), say(sure=0.5))
    urgent = routed(clinician_a, document(clinician_a, case, LETTER + " Today."), say(sure=0.8, is_urgent=True))

    with reader.at_work():
        taken = claims.claim_next(by=reader.actor)
        page = inbox.page(reader.actor, inbox.WAITING, "", size=10)

    assert taken is not None and taken.run_id == urgent.route_run_id
    assert [one.pk for one in page.rows] == [urgent.pk, first.pk]


def test_letter_that_could_not_be_read_waits_before_routine_ones_and_after_urgent_ones(clinician_a):
    case = make.case(clinician_a)
    routine = routed(clinician_a, document(clinician_a, case), say(sure=0.5))
    unread = routed(clinician_a, document(clinician_a, case, LETTER + " Scan."), NO_ANSWER)
    urgent = routed(clinician_a, document(clinician_a, case, LETTER + " Today."), say(sure=0.8, is_urgent=True))

    with clinician_a.at_work():
        page = inbox.page(clinician_a.actor, inbox.WAITING, "", size=10)

    assert [one.pk for one in page.rows] == [urgent.pk, unread.pk, routine.pk]
    assert [inbox.is_urgent(one) for one in page.rows] == [True, None, False]


def test_document_of_an_urgent_case_comes_before_others(clinician_a):
    first = routed(clinician_a, document(clinician_a, make.case(clinician_a)), say(sure=0.5))
    urgent_case = make.case(clinician_a, urgency="urgent")
    second = routed(clinician_a, document(clinician_a, urgent_case, LETTER + " Soon."), say(sure=0.5))

    with clinician_a.at_work():
        page = inbox.page(clinician_a.actor, inbox.WAITING, "", size=10)

    assert [one.pk for one in page.rows] == [second.pk, first.pk]


def test_same_file_is_one_document_however_often_it_is_sent(clinician_a, found):
    with clinician_a.at_work():
        again, is_new = documents.take_in(by=clinician_a.actor, upload=found.upload)

    assert (again.pk, is_new) == (found.pk, False)


def test_sorting_again_starts_from_the_text_that_was_read(clinician_a, found):
    sorted_one = routed(clinician_a, found)
    with clinician_a.at_work():
        run = documents.sort_again(by=clinician_a.actor, document=sorted_one)

    assert run.kind == "classify.document"


def test_film_is_no_document(clinician_a):
    upload = make.upload(clinician_a, make.case(clinician_a), data=b"RIFF$\0\0\0WAVEfmt " + bytes(64), name="voice.wav")

    with clinician_a.at_work(), pytest.raises(Refusal) as refused:
        documents.take_in(by=clinician_a.actor, upload=upload)

    assert refused.value.code == Code.UPLOADS_DO_NOT_FIT


def test_reading_a_text_asks_only_for_kinds_that_need_one(clinician_a, found):
    with pytest.raises(Refusal) as refused:
        texts.clean({"then": ["clinic.check"]})

    assert refused.value.code == Code.INVALID
