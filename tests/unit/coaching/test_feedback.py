"""One strength, three actions, all short, all with what they rest on; and nothing about what is not there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.inference import bank, content, feedback
from coaching.inference.schema import (
    Content,
    Delivery,
    Made,
    Measure,
    MeasureName,
    Moment,
    PointFound,
    Sounding,
    Span,
)
from tests.unit.coaching.answers import KINDS, answer, written

CANCER = bank.question("biopsy-result-cancer")


def delivery(seconds=60.0, problem="", **values):
    told = {MeasureName(name): value for name, value in values.items()}
    measures = tuple(Measure(name, value, (Moment(1.0, 2.0),)) for name, value in told.items())
    return Delivery(Sounding(seconds, seconds, 20.0, problem), measures)


def composed(question, given, sound=None, language="en"):
    return feedback.compose(question, given, content.read(given, question), sound, language)


def whole(made):
    return " ".join(each.text for each in (made.strength, *made.actions))


def sound_feedback(made, given):
    assert len(made.actions) == 3
    assert len({each.text for each in (made.strength, *made.actions)}) == 4
    assert len(whole(made)) <= 1_200
    for each in (made.strength, *made.actions):
        assert each.cites and each.about
        for cite in each.cites:
            assert isinstance(cite, Moment) or 0 <= cite.at <= cite.to <= len(given.text)


@pytest.mark.parametrize("language", ["en", "es"])
def test_written_answers_get_whole_feedback(language):
    for id, told in written().items():
        for kind in KINDS:
            given = answer(told[kind], told["language"])
            made = composed(bank.question(id), given, language=language)
            sound_feedback(made, given)
            assert made.language == language and made.delivery is None


@given(st.text(max_size=200), st.sampled_from(bank.questions()), st.sampled_from(["en", "es"]))
def test_whatever_was_answered_gets_whole_feedback(text, question, language):
    given = answer(text, language)
    sound_feedback(composed(question, given, language=language), given)


@pytest.mark.parametrize("question", bank.questions(), ids=lambda each: each.id)
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_question_can_be_answered_with_nothing_little_and_everything(question, language):
    everything = " . ".join(
        " ".join(slot.split("/")[0].rstrip("*") for slot in slots) if len(slots) > 1 else slots[0].replace("/", " ")
        for point in question.points
        for phrase in point.says
        if phrase.startswith(language)
        for slots in [phrase.partition(": ")[2].split()]
    )
    for text in ("", "hm", everything):
        given = answer(text, language)
        sound_feedback(composed(question, given, language=language), given)
    assert content.coverage(content.read(answer(everything, language), question)) > 0.5


def test_nothing_little_and_something_else_are_said_to_be_so():
    assert composed(CANCER, answer("")).strength.about == "empty"
    assert composed(CANCER, answer("")).content is None
    assert composed(CANCER, answer("", seconds=4.0)).strength.cites == (Moment(0.0, 4.0),)
    little = composed(CANCER, answer("it is cancer"))
    assert little.actions[0].about == "short"
    beside = composed(CANCER, answer(written()["biopsy-result-cancer"]["off"]))
    assert beside.actions[0].about == "off_topic"
    assert beside.content.value == 0 and beside.content.high > 0


def test_what_is_missing_comes_before_how_it_sounds():
    told = written()["biopsy-result-cancer"]
    slow = delivery(speech_rate=60.0, fillers=40.0)
    assert not composed(CANCER, answer(told["middling"]), slow).actions[0].about.startswith("delivery")
    good = composed(CANCER, answer(told["good"]), slow)
    assert any(each.about.startswith("delivery:") for each in good.actions)


def test_measures_that_are_off_are_never_mentioned():
    told = written()["biopsy-result-cancer"]["good"]
    off = {name.value: 120.0 for name in [MeasureName.SPEECH_RATE]}
    made = composed(CANCER, answer(told), delivery(**off))
    assert not any(each.about.startswith("delivery:") for each in made.actions)
    assert made.delivery is not None and made.delivery.n == 1
    assert composed(CANCER, answer(told), delivery()).delivery is None
    assert composed(CANCER, answer(told), delivery(problem="too_noisy", speech_rate=500.0)).delivery is None


def test_a_broken_voice_is_never_held_against_anybody():
    with_breaks = delivery(voice_breaks=90.0)
    made = composed(CANCER, answer(written()["biopsy-result-cancer"]["good"]), with_breaks)
    assert made.delivery is None
    assert not any("voice" in each.about for each in made.actions)


@pytest.mark.parametrize(
    "word",
    ["accent", "stammer", "stutter", "nervous", "anxious", "sad", "angry", "acento", "tartamud", "nervios", "ansios"],
)
def test_no_sentence_of_ours_is_about_accent_stammer_or_mood(word):
    text = (feedback._DATA / "wording.toml").read_text(encoding="utf-8").split("\n", 1)[1]
    assert word not in text.casefold()


def test_both_languages_have_the_same_sentences():
    told = feedback._wording()
    assert set(told["en"]) == set(told["es"])
    for steps in told["steps"].values():
        assert all(set(step) == {"en", "es"} for step in steps.values())
    for category in {question.category for question in bank.questions()}:
        name = content.structure_of(category)
        assert set(told["steps"][name]) == set(content.steps_of(name))


def test_every_measure_with_a_band_has_its_sentence():
    for name in set(MeasureName) - {MeasureName.VOICE_BREAKS}:
        low, high = feedback._band(name, "en")
        for value in [high * 10] if low == 0 else [low / 4, high * 4]:
            if name in (MeasureName.PITCH_RANGE, MeasureName.LOUDNESS) and value > high:
                continue
            made = composed(CANCER, answer(written()["biopsy-result-cancer"]["good"]), delivery(**{name.value: value}))
            assert any(each.about == f"delivery:{name.value}" for each in made.actions), name


@pytest.mark.parametrize(("made", "of"), [(0, 5), (3, 6), (6, 6)])
def test_a_score_has_the_interval_of_so_few_things(made, of):
    points = tuple(PointFound(str(number), Made.MADE if number < made else Made.MISSING) for number in range(of))
    score = feedback.content_score(Content(points, "star", ()))
    assert score.low <= score.value <= score.high and score.n == of
    assert score.high - score.low > 30


def test_the_last_rung_needs_nothing():
    for question in bank.questions():
        for language in ("en", "es"):
            made = feedback.basic(question, language)
            assert len(made.actions) == 3 and len(whole(made)) <= 1_200
            assert made.strength.cites == (Span(0, 0),)
