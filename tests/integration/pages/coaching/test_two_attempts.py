"""Two attempts side by side: which two she chooses; and what she said, as captions for the player."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coaching import access, side_by_side
from coaching.models import Attempt
from tests import make
from tests.contract.asking import as_program
from tests.integration.coaching import practice as made

pytestmark = pytest.mark.django_db


def figured(by: make.Person, attempt: Attempt, **figures: float) -> Attempt:
    with by.at_work():
        attempt.figures = figures
        attempt.save(update_fields=["figures"])
    return attempt


@pytest.fixture
def four(clinician_a, work_lane) -> list[Attempt]:
    """Three at one practice, one at another practice of the same question; and one at another question."""
    first, second = made.begun(clinician_a), made.begun(clinician_a)
    texts = [(first, "It is bad."), (first, made.TYPED), (first, "We give amoxicillin."), (second, made.TYPED)]
    done = [made.typed(clinician_a, practice, text) for practice, text in texts]
    made.typed(clinician_a, made.begun(clinician_a, number=1))
    work_lane("cpu")
    return [figured(clinician_a, made.fresh(clinician_a, one), content=50.0 + n, speech_rate=120.0 + 10 * n)
            for n, one in enumerate(done)]  # fmt: skip


def chosen(page: str) -> list[str]:
    return re.findall(r'<option value="([0-9a-f-]{36})" selected', page)


def test_picker_holds_all_of_the_same_question_and_what_is_chosen_is_compared(as_person, clinician_a, four):
    browser, at = as_person(clinician_a), f"/coaching/practices/{four[0].practice_id}/compare/"

    by_itself = browser.get(at).content.decode()
    asked = browser.get(f"{at}?a={four[0].pk}&b={four[3].pk}").content.decode()

    assert chosen(by_itself) == [str(four[1].pk), str(four[2].pk)]
    assert chosen(asked) == [str(four[0].pk), str(four[3].pk)]
    assert len(re.findall(r"<option ", asked)) == 2 * len(four)
    assert re.search(r"Words a minute</th><td class=\"num\">120</td><td class=\"num\">150</td>", asked)
    assert "Points made" in asked and "another practice" in asked
    assert f"/coaching/practices/{four[3].practice_id}/attempts/{four[3].number}/" in asked


def test_way_to_compare_is_there_when_the_question_was_answered_before_in_another_practice(
    as_person, clinician_a, work_lane
):
    pages = []
    for _time in range(2):
        attempt = made.told(clinician_a, work_lane)
        pages.append(as_person(clinician_a).get(f"/coaching/practices/{attempt.practice_id}/").content.decode())

    assert ['data-key="c"' in page for page in pages] == [False, True]


def test_words_of_those_that_are_only_named_stay_sealed(clinician_a, four):
    with clinician_a.at_work(), CaptureQueriesContext(connection) as seen:
        side_by_side.compare(clinician_a.actor, four[0].practice)
        list(access.attempts(clinician_a.actor).without_words())

    opened = [one["sql"] for one in seen if '"coaching_attempt"."read"' in one["sql"]]
    assert len(opened) == 1
    assert [one.pk.hex in opened[0] for one in four] == [False, True, True, False]


@pytest.mark.parametrize("query", ["a=x&b=y", "a={0}&b={0}", "b={0}", "a={2}", "a={other}"])
def test_choice_that_is_none_falls_back_to_two_that_differ(as_person, clinician_a, four, query, staff_a):
    named = query.format(*(one.pk for one in four), other="00000000-0000-4000-8000-000000000000")

    page = as_person(clinician_a).get(f"/coaching/practices/{four[0].practice_id}/compare/?{named}").content.decode()

    assert len(set(chosen(page))) == 2 and set(chosen(page)) <= {str(one.pk) for one in four}


def test_program_compares_the_same(clinician_a, four):
    told = as_program(clinician_a).get(
        f"coaching/practices/{four[0].practice_id}/comparison?a={four[0].pk}&b={four[1].pk}"
    ).json()  # fmt: skip

    assert told["pair"] == [str(four[0].pk), str(four[1].pk)] and len(told["known"]) == 4
    assert {"name": "content", "before": 50.0, "now": 51.0} in told["figures"]
    assert {one["name"] for one in told["counts"]} == {"points_made", "steps_there", "jargon", "empathy", "questions"}
    assert {one["before"] for one in told["points"]} <= {"made", "partly", "missing"}


def spoken(by: make.Person) -> Attempt:
    attempt = made.recorded(by, made.begun(by))
    with by.at_work():
        attempt.answer = {
            "text": "She stays.",
            "words": [["She", 0, 3, 0.5, 0.8, None], ["stays.", 4, 10, 0.8, 1.2, None]],
        }
        attempt.save(update_fields=["answer"])
    return attempt


def test_captions_are_hers_and_stand_at_the_player(as_person, clinician_a, staff_a, four):
    attempt = spoken(clinician_a)
    at = f"/coaching/attempts/{attempt.pk}/captions/"

    told = as_person(clinician_a).get(at)

    assert told["Content-Type"] == "text/vtt; charset=utf-8"
    assert told.content.decode() == "WEBVTT\n\n00:00:00.500 --> 00:00:01.300\nShe stays.\n"
    assert as_program(clinician_a).get(f"coaching/attempts/{attempt.pk}/captions").content == told.content
    assert as_person(clinician_a).get(f"/coaching/attempts/{four[0].pk}/captions/").status_code == 404
    for other in staff_a:
        if other.user.pk != clinician_a.user.pk:
            assert as_person(other).get(at).status_code in (403, 404)
