"""What comes next: no question twice in a cycle, people who ask further, progress that is no chance."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.inference import bank, content
from coaching.inference.drawing import Drawn, next_question
from coaching.inference.personas import MOST_TURNS, next_turn, personas
from coaching.inference.progress import (
    Attempt,
    Reason,
    UsualRange,
    Verdict,
    recommended,
    trend,
    usual_range,
    weak_spots,
)
from coaching.inference.schema import Category, MeasureName
from tests.unit.coaching.answers import answer, written


def drawn_of(candidates, done, seed) -> Drawn:
    found = next_question(candidates, done, seed)
    assert found is not None
    return found


def usual(values) -> UsualRange:
    found = usual_range(values)
    assert found is not None
    return found


ids = st.sets(st.text("abcdefgh", min_size=1, max_size=4), min_size=1, max_size=30)


@given(ids, st.integers())
def test_nothing_comes_twice_before_all_came(candidates, seed):
    done: list[str] = []
    for _ in candidates:
        drawn = drawn_of(candidates, done, seed)
        assert drawn.id not in done and not drawn.begins_cycle
        assert drawn == next_question(set(candidates), list(done), seed)
        done.append(drawn.id)
    assert set(done) == candidates
    again = drawn_of(candidates, done, seed + 1)
    assert again.begins_cycle and again.id in candidates
    assert len(candidates) == 1 or again.id != done[-1]


@given(ids, ids, st.integers())
def test_candidates_may_change_in_a_cycle(candidates, done, seed):
    drawn = drawn_of(candidates, sorted(done), seed)
    assert drawn.id in candidates
    assert drawn.begins_cycle == (candidates <= done)


def test_where_there_is_nothing_nothing_is_drawn():
    assert next_question([], [], 1) is None


@given(ids, st.integers())
def test_another_seed_is_another_order(candidates, seed):
    def order(seed):
        done: list[str] = []
        while len(done) < len(candidates):
            done.append(drawn_of(candidates, done, seed).id)
        return done

    assert len(candidates) < 8 or len({tuple(order(seed + number)) for number in range(8)}) > 1


@pytest.mark.parametrize("persona", list(personas()))
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_persona_asks_about_what_is_open_and_comes_to_an_end(persona, language):
    for question in bank.questions():
        found = content.read(answer("", language), question)
        said: list[str] = []
        texts: list[str] = []
        while True:
            turn = next_turn(persona, question, found, said, language)
            texts.append(turn.text)
            if turn.is_last:
                break
            assert turn.about not in said
            said.append(turn.about)
        assert 2 <= len(said) <= MOST_TURNS
        assert len(set(texts)) == len(texts)
        assert any(about.startswith("point:") for about in said)


def test_a_persona_does_not_ask_what_was_said():
    question = bank.question("appendix-operation")
    found = content.read(answer(written()["appendix-operation"]["good"]), question)
    said: list[str] = []
    while not (turn := next_turn("sceptical_patient", question, found, said, "en")).is_last:
        said.append(turn.about)
    assert said == ["follow_up:0", "follow_up:1"]


def test_what_is_told_of_others_stands_in_brackets():
    found = content.read(answer(""), bank.question("five-years"))
    asked = next_turn("hurried_consultant", bank.question("five-years"), found, ["point:picture"], "en")
    assert asked.text == "Quickly, then. And if there is no promotion?"
    told = content.read(answer(written()["appendix-operation"]["good"]), bank.question("appendix-operation"))
    turn = next_turn("hurried_consultant", bank.question("appendix-operation"), told, [], "en")
    assert turn.text.endswith('Next. (He says: "Just give me the pen." What do you do?)')


def test_personas_have_names_in_both_languages():
    assert len(personas()) == 3
    assert all(persona.name["en"] and persona.name["es"] for persona in personas().values())


def test_the_usual_range_is_not_widened_by_one_odd_day():
    calm = [100, 102, 98, 101, 99, 103]
    assert usual_range(calm[:5]) is None
    assert usual([*calm, 400]).high < 120
    assert usual(calm).low < 100 < usual(calm).high


def test_a_trend_says_which_way_is_better():
    up = [1.0, 1.1, 0.9, 1.0, 1.1, 2.0, 2.1, 1.9, 2.0, 2.1]
    assert trend(up).verdict is Verdict.BETTER
    assert trend(up, good=-1).verdict is Verdict.WORSE
    assert trend(up, good=0).verdict is Verdict.HIGHER
    assert trend(up[::-1], good=0).verdict is Verdict.LOWER
    assert trend(up[:7]).verdict is Verdict.TOO_EARLY
    assert trend([]).verdict is Verdict.TOO_EARLY
    assert trend([5.0] * 12).verdict is Verdict.NO_CLEAR_CHANGE


@given(st.lists(st.floats(-1e6, 1e6), max_size=60), st.sampled_from([-1, 0, 1]))
def test_a_trend_and_its_interval_say_the_same(values, good):
    told = trend(values, good)
    if told.low is None or told.high is None or told.difference is None:
        assert told.verdict is Verdict.TOO_EARLY
    else:
        assert told.low <= told.difference <= told.high
        assert (told.low <= 0 <= told.high) == (told.verdict is Verdict.NO_CLEAR_CHANGE)


def test_a_trend_is_slower_to_say_worse_than_better():
    """The same change, up and down: the interval of 95 % lies where less of it is needed to see what is better."""
    even = [1.0, 1.4, 0.6, 1.2, 0.8, 1.1, 0.9, 1.3, 0.7, 1.0, 1.2, 0.8]
    up = trend([*even, *(value + 0.21 for value in even)])
    down = trend([*even, *(value - 0.21 for value in even)])
    assert up.verdict is Verdict.BETTER and down.verdict is Verdict.NO_CLEAR_CHANGE
    assert trend([*even, *(value - 0.21 for value in even)], good=-1).verdict is Verdict.BETTER
    neither = trend([*even, *(value + 0.21 for value in even)], good=0)
    assert neither.difference is not None and neither.low is not None and neither.high is not None
    assert neither.high - neither.difference == pytest.approx(neither.difference - neither.low)


def test_flat_learners_are_told_that_nothing_changed_and_better_ones_that_it_did():
    """Small here; `make bench-coaching` has a thousand of each."""
    draw = random.Random(7)
    flat = [trend([draw.gauss(0, 1) for _ in range(48)]).verdict for _ in range(200)]
    assert flat.count(Verdict.NO_CLEAR_CHANGE) >= 182
    for before in (24, 36):
        better = [
            trend([draw.gauss(0, 1) for _ in range(before)] + [draw.gauss(1, 1) for _ in range(12)]).verdict
            for _ in range(200)
        ]
        assert better.count(Verdict.BETTER) >= 160


def attempts(*told):
    return [Attempt(id, bank.question(id).category, *rest) for id, *rest in told]


def test_one_answer_is_no_weakness():
    assert weak_spots(attempts(("mistake-owned", 10.0, ("star.result",)))) == ()
    assert weak_spots([]) == ()


def test_what_comes_back_is_a_weak_spot():
    often = ("mistake-owned", 30.0, ("star.result",), (MeasureName.PAUSES,))
    spots = weak_spots(attempts(often, often, often))
    assert {(spot.reason, spot.subject) for spot in spots} == {
        (Reason.WEAK_CATEGORY, "interview_behavioural"),
        (Reason.WEAK_STEP, "star.result"),
        (Reason.WEAK_MEASURE, "long_pauses"),
    }


def test_recommendations_have_their_reasons_and_are_not_what_was_just_done():
    often = ("mistake-owned", 30.0, ("star.result",), (MeasureName.PAUSES,))
    told = recommended(bank.questions(), attempts(often, often, often), 1)
    assert len(told) == 5 == len({each.question for each in told})
    assert {each.reason for each in told} >= {
        Reason.WEAK_CATEGORY,
        Reason.WEAK_STEP,
        Reason.WEAK_MEASURE,
        Reason.NEW_CATEGORY,
    }
    assert "mistake-owned" not in {each.question for each in told}
    for each in told:
        if each.reason in (Reason.WEAK_CATEGORY, Reason.WEAK_STEP):
            assert bank.question(each.question).category is Category.BEHAVIOURAL


def test_a_beginner_starts_with_what_is_easy():
    told = recommended(bank.questions(), [], 1)
    assert {each.reason for each in told} == {Reason.NEW_CATEGORY}
    assert {bank.question(each.question).difficulty for each in told} == {1}


def test_who_has_done_all_categories_well_gets_something_harder():
    easy = [each for each in bank.questions() if each.difficulty == 1]
    first = {category: next(each.id for each in easy if each.category is category) for category in Category}
    done = [Attempt(id, category, 90.0) for category, id in first.items()]
    told = recommended(bank.questions(), done, 1)
    assert {each.reason for each in told} == {Reason.HARDER}
    assert all(bank.question(each.question).difficulty > 1 for each in told)
