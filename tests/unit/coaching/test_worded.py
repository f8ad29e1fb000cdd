"""Each stable code has a plain sentence, in both languages."""

import ast
from pathlib import Path

import pytest
from django.utils.translation import override

import coaching
from clinic.language import ladder
from clinic.language.failures import Failure
from coaching import advising, outcomes, worded, worker
from coaching.actions import reading
from coaching.inference import content
from coaching.inference.delivery import sounding, words
from coaching.inference.delivery.defining import why_not
from coaching.inference.progress import Reason, Trend, Verdict
from coaching.inference.schema import Category, MeasureName, Role

ROOM = Path(coaching.__file__).parent
OF_MEASURES = {sounding.TOO_NOISY, sounding.NO_SPEECH, sounding.TOO_SHORT, sounding.CLIPPED, sounding.TOO_LITTLE_VOICE,
               sounding.TOO_FEW_SYLLABLES, words.TOO_FEW_WORDS, words.NO_TIMES, words.NO_SENTENCE_ENDS,
               words.NO_POINT}  # fmt: skip
OF_ATTEMPTS = {worker.NO_ENGINE, worker.NOBODY_HEARD, reading.BROKE}
OF_ENGINES = {ladder.REMOTE, ladder.OUT_OF_SERVICE, ladder.BROKE, advising.TOO_SLOW, advising.NO_QUOTATION,
              outcomes.NOT_REACHED, outcomes.NOTHING_ADDED, *(failure.value for failure in Failure)}  # fmt: skip


def named_in(path: Path, keyword: str) -> set[str]:
    """Values of all names given as `keyword` in a file: whoever adds a code is found here."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = (each for each in ast.walk(tree) if isinstance(each, ast.Call))
    given = (word.value for call in calls for word in call.keywords if word.arg == keyword)
    return {each.id for each in given if isinstance(each, ast.Name) and each.id.isupper()}


def test_codes_of_measures_are_all_known_here():
    used: set[str] = set()
    for module in (sounding, words):
        used |= {getattr(module, name) for name in named_in(Path(str(module.__file__)), "why")}

    assert used and used <= OF_MEASURES


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("code", sorted(OF_MEASURES | OF_ATTEMPTS))
def test_every_reason_why_something_is_not_there_has_a_sentence(code, language):
    with override(language):
        sentence = str(worded.WHY[code])
    assert sentence.endswith(".") and code not in sentence
    if code in OF_MEASURES:
        assert why_not(code, language) != code


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("code", sorted(OF_ENGINES))
def test_every_reason_why_an_engine_did_not_answer_has_words(code, language):
    with override(language):
        told = worded.passed([f"ollama/speaker: {code}"])
    assert told.startswith("ollama/speaker ") and told.endswith(".")
    assert str(worded.PASSED[code]) and "_" not in told


def test_no_sentence_is_left_without_its_code():
    assert set(worded.WHY) == OF_MEASURES | OF_ATTEMPTS
    assert set(worded.PASSED) == OF_ENGINES


def test_every_measure_step_category_and_role_has_its_name():
    assert set(worded.MEASURES) == set(worded.HIGHER) == set(worded.LOWER) == set(MeasureName)
    assert set(worded.CATEGORIES) == set(Category) and set(worded.ROLES) == set(Role)
    structures = {content.structure_of(category) for category in Category}
    assert structures <= set(worded.STRUCTURES)
    assert {f"{name}.{step}" for name in structures for step in content.steps_of(name)} <= set(worded.STEPS)


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_of_a_recommendation_has_words(reason):
    subject = {Reason.WEAK_STEP: "sbar.situation", Reason.WEAK_MEASURE: "fillers"}.get(reason, "consent")
    said = str(worded.reason(f"{reason.value}:{subject}"))
    assert said.startswith("Chosen for you because of: ") and subject not in said


@pytest.mark.parametrize("language", ["en", "es"])
def test_trend_is_told_with_its_direction_and_before_that_with_what_is_wanting(language):
    names = ["content", *(one.value for one in MeasureName)]
    with override(language):
        early = str(worded.verdict("content", Trend(Verdict.TOO_EARLY, before=2, recent=1)))
        same = {str(worded.verdict(name, Trend(Verdict.NO_CLEAR_CHANGE))) for name in names}
        up, down = ([str(worded.verdict(one.value, Trend(way))) for one in MeasureName]
                    for way in (Verdict.HIGHER, Verdict.LOWER))  # fmt: skip
        scores = [str(worded.verdict("content", Trend(way))) for way in (Verdict.BETTER, Verdict.WORSE)]

    assert "3" in early and "8" in early and len(same) == 1
    assert all(more and more != less for more, less in zip(up, down, strict=True)) and len(set(scores)) == 2


@pytest.mark.parametrize(("texts", "asked", "told"), [
    ({"en": "Bed", "es": "Cama"}, "es", "Cama"), ({"en": "Bed"}, "es", "Bed"), ({"es": "Cama"}, "en", "Cama"),
    ({"es": "Cama"}, "", "Cama"), ({}, "en", ""),
])  # fmt: skip
def test_text_when_it_is_not_in_that_language_then_in_the_one_there_is(texts, asked, told):
    with override("en"):
        assert worded.said(texts, asked) == told
