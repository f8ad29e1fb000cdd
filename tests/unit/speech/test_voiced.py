import numpy as np
import pytest

from clinic.inference.speech.sound import RATE, samples_of_bytes
from clinic.inference.speech.speaking import speak
from clinic.inference.speech.voiced import (
    FRAME,
    FRAME_S,
    Ear,
    Stretch,
    Turning,
    is_believed,
    likelihoods,
    measures,
    stretches,
    voiced,
    voiced_share,
)
from tests.unit.speech import made

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def sentence():
    return made.spoken("The pain began on Monday after dinner.")


def test_sentence_between_silences_when_heard_then_is_one_stretch_where_it_is(sentence):
    (found,) = voiced(np.concatenate([made.silence(1.0), sentence, made.silence(1.0)]))
    assert found.start == pytest.approx(1.0, abs=0.25)
    assert found.end == pytest.approx(1.0 + len(sentence) / RATE, abs=0.35)


def test_two_sentences_with_a_pause_when_heard_then_are_two_stretches(sentence):
    assert len(voiced(np.concatenate([sentence, made.silence(1.5), sentence]))) == 2


@pytest.mark.parametrize("sound", [made.silence(5), made.noise(5, 0.01), made.noise(5, 0.3), made.tone(5, 50)])
def test_sound_without_speech_when_heard_then_nobody_speaks(sound):
    assert voiced(sound) == ()


def test_nothing_when_heard_then_nobody_speaks():
    assert voiced(made.silence(0)) == ()


def test_pieces_of_any_size_when_heard_then_are_the_same_as_the_whole(sentence):
    ear = Ear()
    heard = [ear.feed(sentence[start : start + 777]) for start in range(0, len(sentence), 777)]
    assert np.concatenate([*heard, ear.finish()]) == pytest.approx(likelihoods(sentence), abs=1e-5)
    assert len(likelihoods(sentence)) == -(-len(sentence) // FRAME)


def test_doubt_in_the_middle_of_a_stretch_when_between_both_limits_then_does_not_cut_it():
    likely = [0.0] * 10 + [0.9] * 10 + [0.4] * 40 + [0.9] * 10 + [0.0] * 30
    (found,) = stretches(likely)
    assert found.end == pytest.approx(70 * FRAME_S, abs=0.15)


def test_doubt_alone_when_never_sure_then_begins_nothing():
    assert stretches([0.45] * 100) == ()


def test_click_when_shorter_than_a_syllable_then_is_no_speech():
    assert stretches([0.0] * 10 + [0.9] * 3 + [0.0] * 40) == ()


def test_unsure_stretch_when_nobody_surely_speaks_near_it_then_is_not_believed():
    unsure, sure = Stretch(0.0, 1.0, peak=0.8), Stretch(4.0, 5.0, peak=0.99)
    assert is_believed(unsure, [unsure, sure])
    assert not is_believed(unsure, [unsure, Stretch(40.0, 41.0, peak=0.99)])
    assert not is_believed(unsure, [unsure])


def test_stretch_when_cut_then_the_next_begins_at_once():
    turning = Turning()
    for _ in range(20):
        turning.hear(0.9)
    first = turning.cut()
    for _ in range(20):
        turning.hear(0.8)
    second = turning.finish()
    assert first is not None
    assert second is not None
    assert first.end == second.start == pytest.approx(20 * FRAME_S)
    assert (first.peak, second.peak) == (0.9, 0.8)


def test_margins_when_stretches_are_near_then_do_not_overlap():
    first, second = stretches([0.9] * 20 + [0.0] * 13 + [0.9] * 20, longest_s=53 * FRAME_S)
    assert first.end <= second.start
    assert first.start == 0.0
    assert second.end == pytest.approx(53 * FRAME_S)


def test_share_of_a_span_when_half_of_it_is_voiced_then_is_a_half():
    assert voiced_share(1.0, 2.0, [Stretch(0.0, 1.25), Stretch(1.75, 3.0)]) == pytest.approx(0.5)
    assert voiced_share(1.0, 1.0, [Stretch(0.5, 1.5)]) == 1.0


@pytest.mark.parametrize("noise_db", [10, 20])
def test_noise_of_a_known_loudness_when_measured_then_is_told_within_three_decibels(sentence, noise_db):
    power = np.mean((sentence / 32768.0) ** 2)
    whole = np.concatenate([made.silence(2.0), sentence, made.silence(2.0)]).astype(np.int32)
    noisy = whole + made.noise(len(whole) / RATE, float(np.sqrt(power / 10 ** (noise_db / 10))))[: len(whole)]
    samples = np.clip(noisy, -32768, 32767).astype(np.int16)
    told = measures(samples, [Stretch(2.0, 2.0 + len(sentence) / RATE)]).noise_ratio_db
    assert told == pytest.approx(noise_db, abs=3)


def test_shouting_when_measured_then_the_clipped_share_is_told(sentence):
    shouted = np.clip(sentence.astype(np.int32) * 8, -32768, 32767).astype(np.int16)
    assert measures(shouted, []).clipped > 0.05
    assert measures(sentence, []).clipped == 0.0


def test_odd_byte_when_pcm_is_read_then_is_left_out():
    assert list(samples_of_bytes(b"\x01\x00\xff\xff\x07")) == [1, -1]


def test_own_voice_when_it_speaks_spanish_then_is_heard_too():
    assert speak("Me duele el pecho desde el lunes.", "es").seconds > 1
