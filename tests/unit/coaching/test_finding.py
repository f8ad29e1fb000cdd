"""Searches find the question that is meant: by words, by meaning, and by both; filters hold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.inference import bank, finding, vectors
from coaching.inference.finding import Filters, Hit, Meanings, Words, as_query, in_english, together
from coaching.inference.schema import Category, Role
from tests.unit.coaching.answers import written

WORDS = Words(bank.questions())
BY_ID = {question.id: question for question in bank.questions()}


@pytest.mark.parametrize("name", ["paraphrases", "paraphrases_after"])
def test_words_alone_find_nine_in_ten(name):
    asked = written(name)["asked"]
    assert len(asked) >= 60
    found = [id in {hit.id for hit in WORDS.find(text)} for text, id in asked]
    assert sum(found) / len(found) >= 0.9


def test_the_searches_are_about_many_questions_and_were_not_taken_from_the_bank():
    asked = written("paraphrases")["asked"]
    assert len(asked) == 100 and len({id for _, id in asked}) >= 90
    texts = {
        text.casefold() for question in bank.questions() for text in (*question.title.values(), *question.text.values())
    }
    assert not texts & {text.casefold() for text, _ in asked}


@given(st.text(max_size=80), st.sampled_from(Role), st.sampled_from(Category), st.sampled_from([1, 2, 3]))
def test_filters_hold_whatever_is_typed(text, role, category, difficulty):
    filters = Filters(frozenset({role}), frozenset({category}), frozenset({difficulty}))
    for hit in WORDS.find(text, filters):
        found = BY_ID[hit.id]
        assert role in found.roles and found.category is category and found.difficulty == difficulty


def test_nothing_is_added_to_make_the_number_full():
    assert WORDS.find("") == () == WORDS.find("the and of")
    assert len(WORDS.find("patient")) <= 5
    assert len(WORDS.find("patient", most=9)) == 9


def test_spanish_words_that_are_known_stand_in_english():
    assert in_english("prevenir escaras en una persona encamada") == "prevent pressure sore en una persona bedridden"
    assert as_query("how to prevent a fall") == "how to prevent a fall"
    assert "fall" in as_query("qué preguntar a una anciana que se cae").split()


def unit(*numbers):
    vector = np.array(numbers, np.float32)
    return vector / np.linalg.norm(vector)


def test_the_best_row_of_a_question_counts_and_filters_hold():
    first, second = bank.questions()[:2]
    known = Meanings((first.id, first.id, second.id), np.stack([unit(1, 0), unit(0, 1), unit(1, 1)]))
    found = known.find(unit(0, 1), BY_ID)
    assert [hit.id for hit in found] == [first.id, second.id]
    assert found[0].score == pytest.approx(1.0)
    assert known.find(unit(0, 1), BY_ID, Filters(categories=frozenset({Category.MOTIVATION}))) == ()
    assert known.find(unit(0, 1), {}) == ()


def test_two_rankings_become_one():
    one, other = [Hit("a", 9.0), Hit("b", 8.0)], [Hit("b", 0.1), Hit("c", 0.05)]
    assert [hit.id for hit in together(one, other)] == ["b", "a", "c"]
    assert together() == () == together([])


def test_the_vectors_are_of_this_bank():
    known = vectors.read()
    assert set(known.ids) == set(BY_ID)
    assert np.allclose(np.linalg.norm(known.vectors, axis=1), 1, atol=1e-5)
    near = known.find(known.vectors[0], BY_ID)
    assert near[0].id == known.ids[0] and near[0].score == pytest.approx(1, abs=1e-4)


def test_vectors_of_another_bank_are_refused(monkeypatch):
    monkeypatch.setattr(bank, "digest", lambda: "0" * 64)
    with pytest.raises(vectors.StaleVectors, match="coaching_vectors"):
        vectors.read()


def test_what_is_embedded_is_in_english_also_for_a_question_without_it():
    asked, points = finding.texts_of(bank.question("chest-pain"))
    assert asked.startswith("taking a history") and "breakfast" in asked and "jaw" in points
