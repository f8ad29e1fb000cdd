"""Points are found in what was heard, and only where they were made."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.inference import bank, content
from coaching.inference.matching import Heard, one_apart, point_made
from coaching.inference.schema import Category, Made, Moment, RubricPoint, Span
from tests.unit.coaching.answers import KINDS, answer, written

APPENDIX = bank.question("appendix-operation")


def made(says, text, language="en"):
    return point_made(Heard(text), RubricPoint("one", {}, tuple(says)), language)[0]


@pytest.mark.parametrize(
    ("phrase", "text", "expected"),
    [
        ("own words", "tell me in your own words", Made.MADE),
        ("own words", "OWN, er, WORDS", Made.MADE),
        ("own words", "words of my own", Made.MADE),
        ("own words", "my own house is big and its red door says welcome in golden words", Made.MISSING),
        ("own words", "that is my own. Words fail me", Made.MISSING),
        ("ask/check allergies", "checking for allergys", Made.MADE),
        ("perforat*", "it could perforate tonight", Made.MADE),
        ("infeccion", "una infección", Made.MADE),
        ("call doctor now", "call the doctor", Made.PARTLY),
        ("call doctor", "call the taxi", Made.MISSING),
        ("lactate", "we take a lactat", Made.MADE),
        ("ask her about the allergies", "asking for allergies", Made.MADE),
        ("ask her about the allergies", "her about the", Made.MISSING),
        ("it is not your fault", "it is your fault", Made.MISSING),
        ("come/see patient now/immediately", "now we see", Made.MISSING),
        ("fever/cough/rash/pain", "any fever", Made.PARTLY),
        ("fever/cough/rash/pain", "any fever or a cough", Made.MADE),
        ("fever/cough/rash/pain", "fever and fever", Made.PARTLY),
        ("how/when/what/why", "how and when", Made.MISSING),
    ],
)
def test_a_phrase_is_found_where_it_was_said(phrase, text, expected):
    assert made([phrase], text) is expected


@pytest.mark.parametrize(
    ("phrase", "text", "language", "expected"),
    [
        ("ask allergies", "I would not ask about allergies", "en", Made.MISSING),
        ("ask allergies", "I wouldn't ask about allergies", "en", Made.MISSING),
        ("ask allergies", "I would not only ask about allergies", "en", Made.MADE),
        ("ask allergies", "why not ask about allergies", "en", Made.MADE),
        ("telling family", "without telling the family", "en", Made.MISSING),
        ("fever rash", "there is no fever and no rash", "en", Made.MADE),
        ("aviso familia", "no aviso a la familia", "es", Made.MISSING),
        ("avisar familia", "sin avisar a la familia", "es", Made.MISSING),
        ("fiebre", "no tiene fiebre", "es", Made.MADE),
        ("not your fault", "it is not your fault", "en", Made.MADE),
    ],
)
def test_what_somebody_says_she_does_not_do_is_not_done(phrase, text, language, expected):
    assert made([phrase], text, language) is expected


def test_phrases_of_another_language_are_not_looked_for():
    assert made(["es: once"], "once upon a time", "en") is Made.MISSING
    assert made(["es: once"], "son once", "es") is Made.MADE


@pytest.mark.parametrize(
    ("one", "other"), [("lactate", "lactat"), ("alergi", "alregi"), ("fluid", "fluit"), ("ab", "abc")]
)
def test_one_letter_apart(one, other):
    assert one_apart(one, other) and one_apart(other, one)


@pytest.mark.parametrize(("one", "other"), [("lactate", "lacta"), ("blood", "flood"), ("pulse", "purge")])
def test_more_than_one_letter_apart(one, other):
    assert not one_apart(one, other)


def test_points_show_their_words():
    text = "your appendix is inflamed and it could burst"
    found = content.read(answer(text), APPENDIX)
    assert found.points[0].made is Made.MADE
    assert text[found.points[0].spans[0].at : found.points[0].spans[0].to] == "appendix is inflamed"
    assert {point.made for point in found.points[1:]} == {Made.MISSING}


def ranked(name):
    """For each pair of answers to the same question: is the better one ahead?"""
    for id, told in written(name).items():
        covered = [
            content.coverage(content.read(answer(told[kind], told["language"]), bank.question(id))) for kind in KINDS
        ]
        for better, worse in combinations(range(len(KINDS)), 2):
            yield id, covered[better] > covered[worse]


def test_model_answers_come_in_their_order():
    pairs = list(ranked("model_answers"))
    assert len(pairs) == 60
    assert sum(right for _, right in pairs) >= 54, [id for id, right in pairs if not right]


def test_a_good_answer_to_another_question_is_none_to_this():
    told = written()
    for id in told:
        own = content.coverage(content.read(answer(told[id]["good"], told[id]["language"]), bank.question(id)))
        for other in told:
            if other != id and told[other]["language"] == told[id]["language"]:
                read = content.read(answer(told[other]["good"], told[other]["language"]), bank.question(id))
                assert content.coverage(read) < own, (id, other)


def test_every_category_has_a_structure_whose_steps_can_be_found():
    for category in Category:
        assert len(content.steps_of(content.structure_of(category))) >= 4
    star = content.read(answer(written()["mistake-owned"]["good"]), bank.question("mistake-owned"))
    assert {step.id for step in star.steps if step.is_there} >= {"situation", "action", "result"}
    assert all(step.spans for step in star.steps if step.is_there)


def test_jargon_is_for_patients_and_has_a_plain_word():
    text = "you have pyrexia and we suspect a pulmonary embolism"
    found = content.read(answer(text), APPENDIX).jargon
    assert [(text[each.span.at : each.span.to], each.plain) for each in found] == [
        ("pyrexia", "fever"),
        ("pulmonary embolism", "a blood clot in the lung"),
    ]
    assert not content.read(answer(text), bank.question("sepsis-call-registrar")).jargon
    assert not content.read(answer("a pneumothorax, that is a collapsed lung"), APPENDIX).jargon


def test_questions_and_sympathy_are_found_without_punctuation():
    text = "i'm so sorry to hear that when did it start and do you smoke"
    found = content.read(answer(text), bank.question("chest-pain"))
    assert [text[span.at : span.to] for span in found.questions] == ["when did it start and", "do you smoke"]
    assert found.empathy


def test_when_words_were_said():
    spoken = answer("one two three four", seconds=8.0)
    assert content.moment_of(spoken, Span(4, 13)) == Moment(2.0, 6.0)
    assert content.moment_of(answer("one two"), Span(0, 3)) is None


@given(st.text(max_size=300), st.sampled_from(bank.questions()), st.sampled_from(["en", "es", "de"]))
def test_whatever_was_said_is_read(text, question, language):
    found = content.read(answer(text, language), question)
    assert [point.id for point in found.points] == [point.id for point in question.points]
    spans = [
        *(span for point in found.points for span in point.spans),
        *(span for step in found.steps for span in step.spans),
        *(each.span for each in found.jargon),
        *found.empathy,
        *found.questions,
    ]
    assert all(0 <= span.at < span.to <= len(text) for span in spans)


def test_long_answers_are_read_in_good_time():
    long = " ".join(told["good"] for told in written().values()) * 3
    assert content.coverage(content.read(answer(long), APPENDIX)) == 1
