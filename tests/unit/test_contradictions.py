"""What the rules of contradictions find of what was planted, and how a clause is meant."""

import pytest

from benchmarks import contradictions as bench
from clinic import contradiction_words
from clinic.inference.contradictions.rules import Kind, contradictions
from clinic.inference.contradictions.statements import About, Holds, Statement
from clinic.inference.contradictions.text import folded, holds


def test_planted_contradictions_are_found_and_clean_cases_stay_clean():
    seen = bench.seen()

    assert seen.found.n >= 200
    assert seen.found.value >= bench.LEAST_FOUND
    assert seen.false_cards <= bench.MOST_FALSE


@pytest.mark.parametrize(
    ("clause", "thing", "expected"),
    [
        ("She has a cough.", "cough", Holds.YES),
        ("No fever, no rash, no cough.", "cough", Holds.NO),
        ("Cough: nil", "cough", Holds.NO),
        ("He hasn't had any cough.", "cough", Holds.NO),
        ("No fever but a bad cough.", "cough", Holds.YES),
        ("?cough", "cough", Holds.MAYBE),
        ("Come back if a cough starts.", "cough", Holds.MAYBE),
        ("Her brother has a cough.", "cough", Holds.FAMILY),
        ("Her brother says she has a cough.", "cough", Holds.YES),
    ],
)
def test_clause_says_of_a_thing(clause: str, thing: str, expected: Holds):
    told = folded(clause)
    start = told.index(thing)

    assert holds(told, start, start + len(thing)) == expected


def test_question_when_answered_then_the_answer_counts():
    told = folded("Does he have asthma?")

    assert holds(told, told.index("asthma"), len(told) - 1, " no, never") == Holds.NO


def taken(source: str, **told: object) -> Statement:
    return Statement(source, About.MEDICINE, **{"name": "metformin", "unit": "mg", **told})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ({"amount": 500, "a_day": 2}, {"amount": 1000, "a_day": 1}, False),  # the same in a day
        ({"amount": 500, "a_day": 2}, {"amount": 1, "unit": "g"}, False),
        ({"amount": 500, "a_day": 2}, {"amount": 850, "a_day": 2}, True),
        ({"amount": 500, "a_day": 2}, {"amount": 500, "a_day": 3}, True),
        ({"amount": 2, "unit": "puffs", "a_day": 2}, {"amount": 100, "unit": "mcg", "a_day": 2}, False),
        ({"amount": 500, "words": "increased from 500 mg"}, {"amount": 1000}, False),
    ],
)
def test_doses_when_of_two_sources_then_compared_by_the_day(one, other, differ: bool):
    found = contradictions([taken("a", **one), taken("b", **other)])

    assert [each.kind for each in found] == ([Kind.DOSE] if differ else [])


def test_one_source_alone_never_contradicts_itself():
    said = [Statement("a", About.FINDING, "cough", way) for way in (Holds.YES, Holds.NO)]

    assert contradictions(said) == []


def test_every_kind_has_its_words():
    assert set(contradiction_words.TITLES) == set(Kind)


def test_brand_and_class_are_the_medicine_they_stand_for():
    allergy = Statement("a", About.ALLERGY, "penicillin")
    given = Statement("b", About.MEDICINE, "Augmentin", words="Augmentin started")

    (found,) = contradictions([allergy, given])

    assert (found.kind, found.about) == (Kind.FORBIDDEN, "co-amoxiclav")
