"""What people decided becomes what engines may learn from; from anywhere in that chain one gets to its other ends."""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.utils import timezone

from clinic import lineage
from clinic.actions import claims, consents, corrections, reviews
from clinic.authorization.roles import Role
from clinic.errors import Code, Refusal
from clinic.models import (
    Case,
    Consent,
    Engine,
    EngineLesson,
    NoticeKind,
    Notification,
    Patient,
    Purpose,
    Result,
    Review,
    ReviewItem,
    Run,
    TrainingItem,
)
from tests import make
from tests.contract.asking import as_program
from tests.integration.pages.cases.helpers import text_of
from tests.integration.reviewing import NAME, flagged, urgency_capability
from tests.long import MANY
from tests.make import Person, Staff
from tests.statistics import look_at_the_tables


@pytest.fixture(autouse=True)
def _engine() -> Iterator[None]:
    with urgency_capability():
        yield


@pytest.fixture
def engineer(staff_a: Staff) -> Person:
    return staff_a[Role.ENGINEER]


def agree(by: Person, case: Case, is_given: bool = True) -> Consent:
    return consents.record(by=by.actor, case=case, purpose=Purpose.TRAINING, is_given=is_given)


def decided(by: Person, case: Case, label: str = "routine", note: str = "Looked at it") -> Review:
    item = flagged(by, case)
    claims.claim(by=by.actor, item=item)
    return reviews.decide(by=by.actor, item=item, label=label, note=note)


def engine(name: str = "Letters", version: str = "2") -> Engine:
    return Engine.objects.create(capability=NAME, name=name, version=version, digest=uuid4().hex * 2, manifest={},
                                 card={}, signer="tests", folder="/nowhere")  # fmt: skip


def refusal_of(act: Any) -> Refusal:
    with pytest.raises(Refusal) as refused:
        act()
    return refused.value


# --- items ------------------------------------------------------------------------------------------------------------


def test_decision_when_the_patient_agrees_then_a_sealed_item_with_all_it_came_from(in_site_a, case_a):
    agree(in_site_a, case_a)

    review = decided(in_site_a, case_a, "urgent")

    item = TrainingItem.objects.get()
    assert (item.review_id, item.patient_id, item.label, item.capability) == (
        review.pk, case_a.patient_id, "urgent", NAME,
    )  # fmt: skip
    assert lineage.holds(item)
    item.label = "routine"
    assert not lineage.holds(item)


@pytest.mark.parametrize("said", [[], [False], [True, False]])
def test_decision_when_the_patient_does_not_agree_then_no_item(in_site_a, case_a, said: list[bool]):
    for is_given in said:
        agree(in_site_a, case_a, is_given)

    decided(in_site_a, case_a)

    assert not TrainingItem.objects.exists()


def test_decision_when_it_is_sent_back_then_no_item(in_site_a, case_a):
    agree(in_site_a, case_a)

    decided(in_site_a, case_a, "cannot_tell")

    assert not TrainingItem.objects.exists()


def test_item_when_it_would_be_changed_then_the_database_refuses(in_site_a, case_a):
    agree(in_site_a, case_a)
    decided(in_site_a, case_a)

    for statement in ("UPDATE clinic_trainingitem SET label = 'x'", "DELETE FROM clinic_trainingitem"):
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


# --- used -------------------------------------------------------------------------------------------------------------


def test_training_set_when_built_then_only_of_those_who_agree_now(in_site_a, engineer, patient_a):
    first, second = make.case(in_site_a, of=patient_a), make.case(in_site_a)
    for case in (first, second):
        agree(in_site_a, case)
        decided(in_site_a, case)
    agree(in_site_a, first, is_given=False)

    found = corrections.items_for_training(by=engineer.actor, capability=NAME)

    assert [item.case_id for item in found] == [second.pk]
    [event] = make.audit_events("training_set.read")
    assert event["facts"] == {"capability": NAME, "count": 1}


def test_training_set_when_an_item_was_slipped_in_then_it_is_left_out(in_site_a, engineer, case_a, patient_a):
    agree(in_site_a, case_a)
    decided(in_site_a, case_a)
    [real] = TrainingItem.objects.all()
    agree(in_site_a, case_a, is_given=False)
    other = make.case(in_site_a, of=patient_a)
    review = decided(in_site_a, other)  # leaves no item: she does not agree
    agree(in_site_a, case_a)
    forged = TrainingItem(site=in_site_a.site, capability=NAME, patient=patient_a, case=other, result=real.result,
                          review=review, label="urgent", key_id=real.key_id, signature=real.signature)  # fmt: skip
    forged.save(force_insert=True)

    assert corrections.items_for_training(by=engineer.actor, capability=NAME) == [real]


def test_lesson_when_one_patient_does_not_agree_any_longer_then_refused_as_a_whole(in_site_a, engineer, patient_a):
    first, second = make.case(in_site_a, of=patient_a), make.case(in_site_a)
    for case in (first, second):
        agree(in_site_a, case)
        decided(in_site_a, case)
    items = corrections.items_for_training(by=engineer.actor, capability=NAME)
    agree(in_site_a, first, is_given=False)

    refused = refusal_of(lambda: corrections.lesson(by=engineer.actor, engine=engine(), items=items))

    assert refused.code == Code.NO_CONSENT
    assert not EngineLesson.objects.exists()


def test_lesson_when_recorded_twice_then_once(in_site_a, engineer, case_a):
    agree(in_site_a, case_a)
    decided(in_site_a, case_a)
    items, learner = corrections.items_for_training(by=engineer.actor, capability=NAME), engine()

    counts = [corrections.lesson(by=engineer.actor, engine=learner, items=items) for _ in range(2)]

    assert counts == [1, 0]
    assert len(make.audit_events("lesson.recorded")) == 1


def test_training_set_when_the_role_looks_after_no_engines_then_refused(in_site_a):
    refused = refusal_of(lambda: corrections.items_for_training(by=in_site_a.actor, capability=NAME))
    assert refused.code == Code.NOT_ALLOWED


# --- lineage ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def learned(in_site_a: Person, engineer: Person, case_a: Case) -> Engine:
    agree(in_site_a, case_a)
    decided(in_site_a, case_a, "urgent")
    learner = engine()
    items = corrections.items_for_training(by=engineer.actor, capability=NAME)
    corrections.lesson(by=engineer.actor, engine=learner, items=items)
    return learner


def test_engine_when_looked_into_then_items_and_people_and_nothing_of_a_patient(
    learned, as_person, engineer, clinician_a, case_a
):
    page = as_person(engineer).get(f"/learning/engines/{learned.pk}/")

    words, item = text_of(page), TrainingItem.objects.get()
    assert item.number in words
    assert clinician_a.user.name in words
    assert "corrected to urgent" in words
    for secret in (case_a.reference, case_a.patient.pseudonym, str(case_a.pk), "Ana Alder", "Question of site A"):
        assert secret not in page.content.decode()
    assert f"/learning/engines/{learned.pk}/" in as_person(engineer).get("/learning/").content.decode()


def test_engine_when_of_another_site_then_not_there(learned, as_person, staff_b):
    assert as_person(staff_b[Role.ENGINEER]).get(f"/learning/engines/{learned.pk}/").status_code == 404
    assert "Letters 2" not in as_person(staff_b[Role.ENGINEER]).get("/learning/").content.decode()


def test_patient_when_asked_then_the_engines_that_learned_from_her(learned, as_person, clinician_a, case_a):
    client = as_person(clinician_a)

    assert "Letters 2" in text_of(client.get(f"/cases/{case_a.pk}/learning/"))
    assert "1 engine learned from this patient" in text_of(client.get(f"/cases/{case_a.pk}/"))


def test_reader_when_she_asks_then_what_became_of_her_corrections_and_of_nobody_elses(learned, as_person, staff_a):
    mine = as_person(staff_a[Role.CLINICIAN]).get("/learning/mine/")
    theirs = as_person(staff_a[Role.REVIEWER]).get("/learning/mine/")

    assert "Letters 2" in text_of(mine)
    assert "1 decision of yours may be learned from; 1 was used." in text_of(mine)
    assert "Letters 2" not in text_of(theirs)


def test_consent_when_withdrawn_then_answered_with_the_engines_and_those_in_charge_are_told_at_once(
    learned, as_person, staff_a, clinician_a, case_a
):
    client: Client = as_person(clinician_a)

    answer = client.post(f"/cases/{case_a.pk}/consents/", {"purpose": "training", "is_given": "no"}, follow=True)

    assert "1 engine learned from this patient: Letters 2" in text_of(answer)
    [event] = make.audit_events("consent.withdrawn")
    assert event["facts"]["engines"] == [str(learned.pk)]
    told = Notification.objects.filter(kind=NoticeKind.CONSENT_WITHDRAWN)
    assert set(told.values_list("person", flat=True)) == {staff_a[r].user.pk for r in (Role.ENGINEER, Role.LEAD)}
    assert not told.exclude(case=None).exists()
    page = as_person(staff_a[Role.ENGINEER]).get(f"/learning/engines/{learned.pk}/")
    assert "It learned from 1 item whose patient has withdrawn consent to training." in text_of(page)


def test_consent_when_withdrawn_by_a_program_then_its_answer_lists_the_engines(learned, clinician_a, case_a):
    answer = as_program(clinician_a).post(f"cases/{case_a.pk}/consents", {"purpose": "training", "is_given": False})

    assert [(one["id"], one["items"], one["withdrawn"]) for one in answer.json()["engines"]] == [
        (str(learned.pk), 1, 1)
    ]


def test_lineage_when_asked_by_programs_then_as_on_the_pages(learned, engineer, clinician_a, clinician_b, case_a):
    items = as_program(engineer).get(f"learning/items?engine={learned.pk}").json()["results"]
    of_case = as_program(clinician_a).get(f"cases/{case_a.pk}/learning").json()["results"]
    mine = as_program(clinician_a).get("me/corrections").json()

    assert [one["label"] for one in items] == ["urgent"]
    assert case_a.reference not in str(items) and str(case_a.patient_id) not in str(items)
    assert of_case == mine["results"]
    assert mine["used"] == 1
    assert as_program(clinician_b).get(f"learning/items?engine={learned.pk}").status_code == 404


def test_consent_when_withdrawn_and_nobody_learned_then_nobody_is_told(in_site_a, case_a):
    agree(in_site_a, case_a)
    agree(in_site_a, case_a, is_given=False)

    assert not Notification.objects.filter(kind=NoticeKind.CONSENT_WITHDRAWN).exists()


# --- how fast ---------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_lineage_when_many_items_then_each_way_within_two_seconds(staff_a, as_person, capsys):
    """Rows written at once, in tables whose statistics are as autovacuum keeps them."""
    by, engineer, learner = staff_a[Role.CLINICIAN], staff_a[Role.ENGINEER], engine()
    with by.at_work():
        patients = _many(by, MANY, learner)
        case = Case.objects.filter(patient=patients[0])[0]
    look_at_the_tables()
    clocks: dict[str, float] = {}

    def clock(name: str, ask: Any) -> Any:
        began = time.perf_counter()
        found = ask()
        clocks[name] = time.perf_counter() - began
        return found

    browser = as_person(engineer)
    browser.get("/learning/")  # the first page of a process loads code and templates: that is not what is measured
    page = clock("engine", lambda: browser.get(f"/learning/engines/{learner.pk}/"))
    with by.at_work():
        found = clock("patient", lambda: lineage.engines_of_patient(patients[0].pk))
        mine = clock("reader", lambda: lineage.of_reader(by.actor))
        clock("withdrawal", lambda: agree(by, case, is_given=False))

    assert (page.status_code, len(found), mine.used) == (200, 1, MANY)
    with capsys.disabled():
        print(f"\n{MANY} items: " + ", ".join(f"{name} {took * 1000:.0f} ms" for name, took in clocks.items()))
    assert max(clocks.values()) < 2


def _many(by: Person, count: int, learner: Engine) -> list[Patient]:
    patients = [make.patient(by) for _ in range(20)]
    cases = [make.case(by, of=patient) for patient in patients]
    for case in cases:
        agree(by, case)
    at = timezone.now() - timedelta(days=1)
    runs = [Run(site=by.site, case=cases[n % 20], kind=NAME, fingerprint=f"{n:064d}", lane="cpu", state="succeeded",
                finished_at=at) for n in range(count)]  # fmt: skip
    Run.objects.bulk_create(runs)
    results = [Result(site=by.site, run=run, case=run.case, kind=NAME, outcome={}, output_sha256="0" * 64)
               for run in runs]  # fmt: skip
    Result.objects.bulk_create(results)
    items = [ReviewItem(site=by.site, capability=NAME, case=r.case, run=r.run, result=r, risk=0, uncertainty=0,
                        state="decided", decided_label="urgent", decided_at=at) for r in results]  # fmt: skip
    ReviewItem.objects.bulk_create(items)
    made = [Review(site=by.site, item=i, result=i.result, case=i.case, reader=by.user, label="urgent") for i in items]
    Review.objects.bulk_create(made)
    learnt = [TrainingItem(site=by.site, capability=NAME, patient_id=r.case.patient_id, case=r.case, result=r.result,
                           review=r, said="routine", label="urgent", key_id="k", signature=b"") for r in made
              if r.case and r.result]  # fmt: skip
    TrainingItem.objects.bulk_create(learnt)
    EngineLesson.objects.bulk_create(EngineLesson(site=by.site, engine=learner, item=item) for item in learnt)
    return patients
