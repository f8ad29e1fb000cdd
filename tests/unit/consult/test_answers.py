"""The answer of the rules: short, sourced, ending with the pointer to the disclaimer, useful by itself."""

import itertools
import json

import pytest

from clinic.engines import manifests
from consult import made_up, shipping
from consult.answering import RULES_SHA256
from consult.inference import engine, rules, wording
from consult.inference.golden import asked_of, differs, input_of
from consult.inference.schema import (
    LONGEST_ANSWER,
    Answered,
    Asked,
    ByRule,
    Heard,
    Patient,
    Picture,
    Said,
    Section,
    Seen,
    Urgency,
)
from tests.unit.consult.planted import asked, cases


@pytest.fixture(scope="module")
def answerer() -> engine.Answerer:
    return engine.load(shipping.FOLDER, shipping.FACTS)


def every_sentence(told: Answered):
    yield from (*told.sentences, *told.why, *(each.sentence for each in told.note))


def test_many_answers_are_short_sourced_and_end_with_the_disclaimer(answerer):
    for made in made_up.cases(200, seed=5):
        told = answerer.answer(made.asked)
        text = made.asked.heard.text
        assert len(told.text) < LONGEST_ANSWER
        assert told.text.endswith(wording.text("DISCLAIMER", told.language))
        for sentence in every_sentence(told):
            assert sentence.sources
            for source in sentence.sources:
                match source:
                    case Said(start, end, words):
                        assert text[start:end] == words
                    case Seen(picture):
                        assert picture < len(made.asked.pictures)
                    case ByRule(rule):
                        assert rules.describe(rule, told.language)


def test_red_flag_stands_first_and_forces_its_level(answerer):
    for case in cases("red_flags"):
        told = answerer.answer(
            asked(case["text"], language=case["language"], patient=Patient(case.get("age"), case.get("sex", "unknown")))
        )
        assert told.red_flags and told.sentences[0].text.startswith(told.red_flags[0].title)
        assert {Urgency.EMERGENCY, Urgency.URGENT} & set(told.prediction_set)
        assert Urgency.SELF_CARE not in told.prediction_set
        assert told.blocked == ()


def test_symptoms_since_when_and_what_is_denied_are_told(answerer):
    told = answerer.answer(asked("I've had a cough for two weeks, no fever. I take ramipril 5 mg and I have asthma."))
    assert "cough (“for two weeks”)" in told.text and "Denied: fever." in told.text
    assert "“ramipril 5 mg”" in told.text and "Known: asthma." in told.text
    assert told.questions and told.probabilities is not None and abs(sum(told.probabilities.values()) - 1) < 1e-6
    assert [each.section for each in told.note] == sorted((each.section for each in told.note), key=list(Section).index)


def test_what_nobody_is_sure_of_is_asked_about_and_never_stated(answerer):
    told = answerer.answer(asked("cough for two weeks no fever takes ramipril 5 mg", "no", "5 mg"))
    assert "Denied" not in told.text and "please confirm" in told.text and "5 mg" in told.text.partition("confirm")[2]
    assert "ramipril 5 mg" not in told.text and "unsure_words" in told.flags


def test_red_flag_denied_without_certainty_is_asked_about(answerer):
    told = answerer.answer(asked("back pain no numbness between the legs", "no"))
    assert told.red_flags == () and "unsure_denial" in told.flags and Urgency.URGENT in told.prediction_set
    assert "cauda equina" in told.text and "cauda equina" in told.questions[0]


def test_draft_transcript_says_so_and_its_number_is_not_shown_as_calibrated(answerer):
    text = "I've had a cough for two weeks"
    sure = answerer.answer(Asked(Heard(text)))
    draft = answerer.answer(Asked(Heard(text, is_draft=True)))
    assert "draft transcript" in draft.text and "draft_transcript" in draft.flags
    assert draft.probabilities is None and draft.calibrated_on == 0 and sure.probabilities is not None
    assert set(draft.prediction_set) > set(sure.prediction_set) and draft.scores == sure.scores
    assert any("draft transcript" in each.sentence.text for each in draft.note if each.section is Section.ASSESSMENT)


def test_words_the_engine_of_speech_doubts_are_to_be_confirmed_and_not_stated(answerer):
    text = "i have chest pain and a cough"
    told = answerer.answer(Asked(Heard(text, low=(Said(7, 12, "chest"),))))
    assert "please confirm: “chest pain" in told.text and "Told: cough." in told.text


def test_dose_that_was_taken_is_quoted_and_marked_however_much_it_is(answerer):
    told = answerer.answer(asked("I took paracetamol 5 g an hour ago"))
    assert "“paracetamol 5 g” (above the usual most)" in told.text and told.blocked == ()
    assert any("“paracetamol 5 g”" in each.sentence.text for each in told.note)
    assert "dose_above" in told.flags and "RF-27" in [flag.rule for flag in told.red_flags]
    unsure = answerer.answer(asked("he takes morphine 100 mg for his pain", "100 mg"))
    assert "“100 mg for his” (above the usual most)" in unsure.text


def test_usual_dose_is_not_marked(answerer):
    told = answerer.answer(asked("I have a cold and took paracetamol 500 mg"))
    assert "“paracetamol 500 mg”." in told.text and "dose_above" not in told.flags


def test_where_a_relative_is_spoken_of_it_is_asked_whom_it_is_about(answerer):
    told = answerer.answer(asked("My husband has crushing chest pain and he's sweating, I want an ambulance"))
    assert told.red_flags and told.questions[0] == "Is this the patient, or somebody else?"


def test_ordinary_dose_beside_a_cough_is_no_emergency(answerer):
    told = answerer.answer(asked("I've had a cough for two months, no blood. I took paracetamol once."))
    assert told.red_flags == () and "overdose" not in told.text and Urgency.EMERGENCY not in told.prediction_set


def test_missing_parts_are_said(answerer):
    told = answerer.answer(asked("", missing=("voice",), pictures=(Picture("film", "No opacity was found."),)))
    assert "voice is missing" in told.text and "No opacity was found." in told.text
    assert "missing:voice" in told.flags and len(told.prediction_set) == 4 and told.probabilities is None


def test_pictures_are_told_by_what_was_seen_or_that_nobody_looked(answerer):
    pictures = (Picture("photo"), Picture("film", "Opacity at the right base."), Picture("photo", is_usable=False))
    told = answerer.answer(asked("I have a cough", pictures=pictures))
    assert "Picture 1 (photo) was not analysed" in told.text and "Opacity at the right base." in told.text
    assert "Picture 3 cannot be used" in told.text and {"picture_unread", "picture_unusable"} <= set(told.flags)


def test_nothing_understood_goes_to_a_person(answerer):
    told = answerer.answer(asked("well hello there"))
    assert "nothing_understood" in told.flags and "clinician must judge" in told.text


def test_spanish_is_answered_in_spanish(answerer):
    told = answerer.answer(asked("me duele la garganta desde hace dos días, sin fiebre", language="es"))
    assert "dolor de garganta (“desde hace dos días”)" in told.text and "Se niega: fiebre." in told.text


def test_long_visits_are_cut_at_the_end_of_a_sentence(answerer):
    everything = " ".join(case["text"] for case in itertools.islice(cases("red_flags"), 0, 200, 4))
    told = answerer.answer(asked(everything, pictures=(Picture("film", "Words of an engine. " * 60),) * 5))
    assert len(told.text) < LONGEST_ANSWER and all(each.text[-1] in ".?!…" for each in told.sentences)


def test_name_that_was_said_is_not_repeated_aloud(answerer):
    told = answerer.answer(asked("cough", pictures=(Picture("document", "Patient: John Carter, born 3 May 1961."),)))
    assert "Carter" not in told.text and told.blocked == ("OF-I01",) and "blocked" in told.flags
    assert all("Carter" not in each.sentence.text for each in told.note)


def test_the_shipped_folder_is_of_the_rules_as_they_are(answerer):
    """After a change of rules or lists: `python -m consult.shipping`, and its digest into `consult/answering.py`."""
    told = json.loads((shipping.FOLDER / engine.RULES).read_text())
    assert told["digest"] == rules.digest()
    assert manifests.read(shipping.FOLDER).digest == RULES_SHA256
    golden = json.loads((shipping.FOLDER / manifests.GOLDEN).read_text())["cases"]
    assert len(golden) >= 30 and [one for case in golden if (one := differs(answerer, case))] == []


@pytest.mark.slow
def test_shipping_again_changes_nothing(tmp_path):
    metrics = json.loads((shipping.FOLDER / manifests.CARD).read_text())["metrics"]
    assert shipping.ship(tmp_path, metrics) == manifests.read(shipping.FOLDER).digest


def test_engine_of_other_rules_is_not_opened(tmp_path):
    (tmp_path / engine.RULES).write_text('{"digest": "0"}')
    with pytest.raises(engine.OtherRules):
        engine.load(tmp_path, shipping.FACTS)


def test_golden_input_comes_back_as_it_was():
    for made in made_up.cases(20, seed=9):
        assert asked_of(json.loads(json.dumps(input_of(made.asked)))) == made.asked
