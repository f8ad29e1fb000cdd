"""What needs the words: each measure on answers whose truth can be read off."""

import json
import re
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.inference.delivery import deliver
from coaching.inference.delivery.sentences import sentences_of
from coaching.inference.delivery.words import bare, fillers_in
from coaching.inference.schema import DISFLUENCY, Answer, Measure, MeasureName, Moment, Sounding, SpokenWord
from tests.unit.coaching.saying import answer, sounding

TEN = "the patient had pain in his chest since early morning"


def measured(said: Answer, heard: Sounding | None = None) -> dict[MeasureName, Measure]:
    return {measure.name: measure for measure in deliver(heard or sounding(), said).measures}


def test_words_a_minute_lie_between_the_first_and_the_last() -> None:
    found = measured(answer(f"| {TEN} {TEN} |", word_s=0.5))[MeasureName.SPEECH_RATE]
    assert found.value == pytest.approx(60 * 20 / 9.95, abs=0.1)


def test_the_pace_falls_where_somebody_slows_down() -> None:
    told = deliver(sounding(), answer(f"{TEN} {TEN} {TEN} {TEN} {TEN} {TEN} | | | | | | | | {TEN} | | | | {TEN}"))
    assert len(told.pace) > 3
    assert told.pace[0][1] > told.pace[-1][1]
    rate = next(measure for measure in told.measures if measure.name is MeasureName.SPEECH_RATE)
    assert len(rate.moments) == 2


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("um I saw uh the man and erm left", "en", ["um", "uh", "erm"]),
        ("it was you know quite late", "en", ["you know"]),
        ("do you know the ward and what you know about it", "en", []),
        ("I want you to tell me if you know her", "en", []),
        ("I mean we waited and then what I mean is clear", "en", ["i mean"]),
        ("they said that, you know, it was late and I mean it was", "en", ["you know", "i mean"]),
        ("we were sort of lost on this kind of ward", "en", ["sort of"]),
        ("it was, like, very late and I like tea", "en", ["like"]),
        ("he was like um not there", "en", ["like", "um"]),
        ("eh la paciente o sea la señora estaba mal", "es", ["eh", "o sea"]),
        ("este paciente y este um otro", "es", []),
        ("fue digamos difícil pero digamos que bien", "es", ["digamos"]),
    ],
)
def test_fillers_are_told_from_words_that_mean_something(text: str, language: str, found: list[str]) -> None:
    said = answer(text, language=language)
    assert [" ".join(map(bare, each)) for each in fillers_in(said)] == found


def test_fillers_a_minute_and_where_they_are() -> None:
    found = measured(answer(f"um {TEN} uh {TEN}", word_s=0.5))[MeasureName.FILLERS]
    assert found.value == pytest.approx(60 * 2 / 10.95, abs=0.01)
    assert [each.start_s for each in found.moments] == [0.0, pytest.approx(5.2)]


def test_sentences_end_at_full_stops_where_there_are_any() -> None:
    said = answer("We saw Dr. Lee | at night. She was calm. I went home and slept for ten long hours.")
    cut = sentences_of(said, ())
    assert cut is not None and [len(each) for each in cut] == [6, 3, 9]


def test_sentences_end_at_pauses_where_no_full_stops_are() -> None:
    said = answer("we saw her at night | she was calm | I went home and slept")
    cut = sentences_of(said, ())
    assert cut is not None and [len(each) for each in cut] == [5, 3, 5]


def test_a_pause_that_only_the_sound_knows_ends_a_sentence_too() -> None:
    said = answer("we saw her at night she was calm and well")
    cut = sentences_of(said, (Moment(1.7, 2.4),))
    assert cut is not None and [len(each) for each in cut] == [5, 5]


def test_the_longest_sentence_is_where_one_listens_first() -> None:
    found = measured(answer(f"I came late | {TEN} and then we called the family in | we left"))[
        MeasureName.LONG_SENTENCES
    ]
    assert found.value == 17
    assert found.moments[0].start_s == pytest.approx(2.2)


def test_a_typed_answer_without_full_stops_has_no_sentences_that_anybody_knows() -> None:
    found = measured(answer(f"{TEN} {TEN}", timed=False))
    assert found[MeasureName.LONG_SENTENCES].why == "no_sentence_ends"
    assert found[MeasureName.OPENING].why == "no_times"


@pytest.mark.parametrize(
    ("text", "language", "first"),
    [
        ("The potassium was dangerously high in the morning so we stopped the tablets", "en", 0),
        ("Thank you for the question | that's a good question | um so I think potassium was high that day", "en", 13),
        ("well let me think about that | when I worked on the stroke ward a nurse warned me", "en", 6),
        ("muchas gracias por la pregunta | bueno creo que la paciente tenía dolor de pecho esa noche", "es", 8),
    ],
)  # fmt: skip
def test_the_point_is_behind_thanks_praise_and_fillers(text: str, language: str, first: int) -> None:
    said = answer(text, language=language)
    found = measured(said)[MeasureName.OPENING]
    word = said.words[first]
    assert found.value == pytest.approx((word.start_s or 0) - (said.words[0].start_s or 0), abs=0.01)
    assert found.moments[0].end_s == pytest.approx(word.end_s, abs=0.01)


def test_an_answer_that_never_comes_to_a_point_says_so() -> None:
    found = measured(answer("well I think it is what it is and that is all there is to it"))[MeasureName.OPENING]
    assert found.value is None and found.why == "no_point_found"


def test_few_words_give_no_rates() -> None:
    found = measured(answer("yes I would"))
    assert {found[name].why for name in (MeasureName.SPEECH_RATE, MeasureName.FILLERS)} == {"too_few_words"}


def test_a_sound_that_was_refused_costs_only_what_needs_it() -> None:
    refused = Sounding(30.0, 20.0, 4.0, "too_noisy", measures=tuple(
        Measure(name, None, why="too_noisy") for name in (MeasureName.ARTICULATION, MeasureName.PITCH_RANGE)
    ))  # fmt: skip
    found = measured(answer(f"{TEN} {TEN}"), refused)
    assert found[MeasureName.ARTICULATION].why == "too_noisy"
    assert found[MeasureName.SPEECH_RATE].value is not None


def test_what_a_speaker_switched_off_is_nowhere() -> None:
    heard = Sounding(30.0, 20.0, 40.0, pauses=(Moment(1.0, 4.0),), measures=(
        Measure(MeasureName.PAUSES, 1.0, (Moment(1.0, 4.0),)), Measure(MeasureName.VOICE_BREAKS, 2.0),
    ))  # fmt: skip
    told = deliver(heard, answer(f"um {TEN} {TEN}"), DISFLUENCY)
    assert not {measure.name for measure in told.measures} & DISFLUENCY
    assert not told.sounding.measures and not told.sounding.pauses
    assert all(each in {measure.name for measure in told.measures} for each in (
        MeasureName.SPEECH_RATE, MeasureName.LONG_SENTENCES, MeasureName.OPENING))  # fmt: skip


def test_without_the_pace_there_is_no_curve_of_it() -> None:
    assert deliver(sounding(), answer(f"{TEN} {TEN}"), frozenset({MeasureName.SPEECH_RATE})).pace == ()


_SAID = "um like you know I mean sort kind of so . , … eh este o sea digamos patient pain well"
_WORDS = st.sampled_from(tuple(re.findall(r"\S+", _SAID)))


@given(st.lists(st.tuples(_WORDS, st.floats(0, 3), st.booleans()), max_size=50), st.sampled_from(["en", "es", "de"]))
def test_whatever_was_said_is_measured_or_told_why_not(said: list[tuple[str, float, bool]], language: str) -> None:
    words, text, now = [], "", 0.0
    for word, silence, is_timed in said:
        at = len(text) + bool(text)
        text, now = f"{text} {word}".strip(), now + silence
        words.append(SpokenWord(word, at, at + len(word), now if is_timed else None, now + 0.2 if is_timed else None))
    told = deliver(sounding(), Answer(text, tuple(words), language, None))
    json.dumps(asdict(told), allow_nan=False)
    assert all((measure.value is None) == bool(measure.why) for measure in told.measures)
