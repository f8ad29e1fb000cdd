"""What the sound alone tells, against voices whose truth is known; `make bench-delivery` does the same at length."""

from functools import lru_cache

import numpy as np
import pytest

from benchmarks.delivery import scored
from benchmarks.voices import espeak, noises, source_filter
from benchmarks.voices.truth import Made
from clinic.inference.speech.decoding import decode
from clinic.inference.speech.sound import RATE, as_floats, as_samples
from coaching.inference.delivery import sound
from coaching.inference.delivery.frames import frames_of
from coaching.inference.delivery.pitch import pitch_of
from coaching.inference.delivery.sounding import OF_SOUND
from coaching.inference.schema import MeasureName, Sounding
from tests.unit.speech.made import stored

pytestmark = pytest.mark.slow
MAN, WOMAN = source_filter.VOICES[1], source_filter.VOICES[3]


@lru_cache
def made(name: str) -> Made:
    match name:
        case "man":
            return source_filter.say(MAN, 901, seconds=14, breaks=2)
        case "woman":
            return source_filter.say(WOMAN, 902, seconds=14, breaks=1)
        case _:
            draw = np.random.default_rng(903)
            return espeak.say_all([espeak.drawn(draw, seconds=16, voice="en-us+f3")])[0]


@lru_cache
def told(name: str, ratio_db: float | None = None, kind: str = "pink") -> Sounding:
    return sound(as_samples(noises.noisy(made(name), ratio_db, np.random.default_rng(7), kind)))


@pytest.mark.parametrize("ratio_db", [None, 15.0])
@pytest.mark.parametrize("name", ["man", "woman", "espeak"])
def test_a_known_voice_is_measured_as_it_is(name: str, ratio_db: float | None) -> None:
    sounding = told(name, ratio_db)
    assert sounding.problem == ""
    found = scored(made(name), sounding)
    right, there, given = found.pauses
    assert 2 * right / (there + given) >= 0.9
    assert found.syllables <= 0.08
    assert found.pitch is None or found.pitch <= 0.02
    assert found.range_semitones is None or found.range_semitones <= 0.6
    assert found.range_db is None or found.range_db <= 1.5
    right, there, given = found.breaks
    assert right == there == given


def test_every_measure_points_into_the_recording() -> None:
    sounding = told("man")
    assert tuple(measure.name for measure in sounding.measures) == OF_SOUND
    for measure in sounding.measures:
        assert measure.value is not None and not measure.why
        assert measure.moments or measure.value == 0
        assert all(0 <= each.start_s < each.end_s <= sounding.seconds + 0.5 for each in measure.moments)


def test_a_pause_is_long_from_two_seconds_on_and_the_longest_comes_first() -> None:
    found = {measure.name: measure for measure in told("man").measures}[MeasureName.PAUSES]
    lengths = [end - start for start, end in made("man").pauses[:-1]]
    assert found.value == sum(length >= 2.0 for length in lengths)
    told_lengths = [each.end_s - each.start_s for each in found.moments]
    assert told_lengths == sorted(told_lengths, reverse=True)


def test_a_monotonous_voice_spans_less_than_a_lively_one() -> None:
    flat = source_filter.say(source_filter.VOICES[2], 904, seconds=10)
    measured = {each.name: each for each in sound(as_samples(flat.samples)).measures}[MeasureName.PITCH_RANGE].value
    lively = {each.name: each for each in told("woman").measures}[MeasureName.PITCH_RANGE].value
    assert measured is not None and lively is not None and measured < 4 < lively


def test_floats_and_whole_numbers_give_the_same() -> None:
    samples = as_samples(made("man").samples)
    assert sound(as_floats(samples)) == sound(samples)


@pytest.mark.parametrize("kind", ["pink", "white"])
def test_a_noisy_recording_is_refused_by_name(kind: str) -> None:
    sounding = told("man", 6.0, kind)
    assert sounding.problem == "too_noisy"
    assert sounding.noise_ratio_db is not None and sounding.noise_ratio_db < 12
    assert {measure.why for measure in sounding.measures} == {"too_noisy"}
    assert not sounding.pauses and not sounding.syllables and not sounding.pitch


HISS = as_samples(0.05 * np.random.default_rng(1).standard_normal(5 * RATE))


@pytest.mark.parametrize("samples", [np.zeros(0, np.int16), np.zeros(5 * RATE, np.int16), HISS])
def test_where_nobody_speaks_there_is_nothing_to_measure(samples: np.ndarray) -> None:
    sounding = sound(samples)
    assert sounding.problem == "no_speech" and sounding.voiced_s == 0
    assert all(measure.value is None for measure in sounding.measures)


def test_two_seconds_are_too_short() -> None:
    spoken = as_samples(made("espeak").samples)
    assert sound(spoken[: 2 * RATE]).problem == "too_short"


def test_a_recording_that_was_too_loud_is_refused() -> None:
    assert sound(as_samples(np.clip(made("man").samples * 30, -1, 1))).problem == "clipped"


@pytest.mark.parametrize("count", [1, 79, 159, 160, 161, 399, 401, 16_001, 959_999, 960_000, 960_001])
def test_every_curve_has_a_value_for_every_hundredth(count: int) -> None:
    samples = as_samples(0.1 * np.random.default_rng(count).standard_normal(count))
    frames, pitch = frames_of(samples), pitch_of(samples)
    curves = (frames.level, frames.sonorant, frames.high, frames.likely, frames.at_the_edge, pitch.hertz)
    assert {len(curve) for curve in curves} == {-(-count // 160)}


@pytest.mark.parametrize("kind", ["webm", "mp3"])
def test_what_browsers_make_of_a_voice_is_measured_alike(kind: str) -> None:
    heard = decode(stored(as_samples(noises.noisy(made("woman"), 30, np.random.default_rng(7))), kind)).samples
    found = scored(made("woman"), sound(heard))
    right, there, given = found.pauses
    assert right == there == given
    assert found.syllables <= 0.08 and found.pitch is not None and found.pitch <= 0.02


def test_what_is_drawn_is_small_however_long_the_recording_is() -> None:
    long = sound(np.tile(as_samples(made("man").samples), 8))
    assert len(long.outline) == 160 and all(0 <= each <= 1 for each in long.outline)
    assert len(long.pitch) <= 1_200


def test_blocks_leave_no_seam() -> None:
    """More than a minute is looked at in pieces: what is found behind the seam is found where it is."""
    piece = as_samples(made("man").samples)
    shift = 3 * len(piece)
    whole = sound(np.tile(piece, 6))
    alone = [each.start_s for each in told_of(piece).pauses]
    behind = [each.start_s - shift / RATE for each in whole.pauses if each.start_s > shift / RATE]
    assert all(min(abs(each - other) for other in behind) <= 0.03 for each in alone)


@lru_cache
def _told_of(data: bytes) -> Sounding:
    return sound(np.frombuffer(data, np.int16))


def told_of(samples: np.ndarray) -> Sounding:
    return _told_of(samples.tobytes())
