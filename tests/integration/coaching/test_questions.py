"""Questions of a site: written by one, published by another; and none comes twice before all have come."""

import pytest

from clinic.authorization.roles import Role
from clinic.errors import Code, Refusal
from coaching import asking
from coaching.actions import drawing, questions
from coaching.inference import bank
from coaching.models import QuestionState, SiteQuestion

pytestmark = pytest.mark.django_db


def body(**changes):
    return asking.told(bank.questions()[0]) | {"id": "our-own"} | changes


def test_own_question_when_proposed_then_asked_only_after_somebody_else_published_it(clinician_a, staff_a):
    reader = staff_a[Role.LEAD]
    with clinician_a.at_work():
        row = questions.propose(by=clinician_a.actor, body=body())
        assert not asking.own(clinician_a.actor)
        with pytest.raises(Refusal) as alone:
            questions.publish(by=clinician_a.actor, question=row)
    with reader.at_work():
        questions.publish(by=reader.actor, question=row)
    with clinician_a.at_work():
        assert [one.id for one in asking.own(clinician_a.actor)] == ["our-own"]
    assert alone.value.code == Code.SECOND_PERSON_NEEDED


def test_next_version_when_published_then_takes_the_place_of_the_one_before(clinician_a, staff_a):
    reader = staff_a[Role.LEAD]
    for difficulty in (1, 3):
        with clinician_a.at_work():
            row = questions.propose(by=clinician_a.actor, body=body(difficulty=difficulty))
        with reader.at_work():
            questions.publish(by=reader.actor, question=row)

    with clinician_a.at_work():
        assert [one.difficulty for one in asking.own(clinician_a.actor)] == [3]
        assert sorted(SiteQuestion.objects.values_list("version", "state")) == [
            (1, QuestionState.RETIRED), (2, QuestionState.PUBLISHED),
        ]  # fmt: skip


def test_question_when_it_is_nonsense_then_refused_with_what_is_wrong(clinician_a):
    with clinician_a.at_work(), pytest.raises(Refusal) as refused:
        questions.propose(by=clinician_a.actor, body=body(difficulty=9))

    assert refused.value.code == Code.INVALID and refused.value.fields


def test_question_of_the_bank_cannot_be_replaced(clinician_a):
    with clinician_a.at_work(), pytest.raises(Refusal) as refused:
        questions.propose(by=clinician_a.actor, body=body(id=bank.questions()[0].id))

    assert refused.value.code == Code.ALREADY_EXISTS


def test_site_b_sees_nothing_of_the_questions_of_site_a(clinician_a, clinician_b):
    with clinician_a.at_work():
        questions.propose(by=clinician_a.actor, body=body())
    with clinician_b.at_work():
        assert not SiteQuestion.objects.visible_to(clinician_b.actor).exists()
        assert not SiteQuestion.objects.exists()


def test_drawing_when_all_of_a_kind_have_come_then_the_next_cycle_begins(clinician_a):
    fitting = asking.fitting(bank.questions(), role="radiologist", category="bad_news")
    with clinician_a.at_work():
        drawn = [drawing.draw(by=clinician_a.actor, role="radiologist", category="bad_news").id
                 for _turn in range(2 * len(fitting))]  # fmt: skip

    assert sorted(drawn[: len(fitting)]) == sorted(drawn[len(fitting) :]) == sorted(one.id for one in fitting)


def test_drawing_when_nothing_fits_then_said(clinician_a, monkeypatch):
    monkeypatch.setattr(asking, "questions", lambda _by: ())
    with clinician_a.at_work(), pytest.raises(Refusal) as refused:
        drawing.draw(by=clinician_a.actor)

    assert refused.value.code == Code.NO_QUESTION
