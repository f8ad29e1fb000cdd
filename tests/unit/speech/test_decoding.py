"""Recordings of every kind that is taken, and broken ones: samples or a code, and nothing outside the child notices."""

import random
import wave
from io import BytesIO

import numpy as np
import pytest

from clinic.inference import child
from clinic.inference.speech import decoding
from clinic.inference.speech.decoding import decode, decode_long
from clinic.inference.speech.sound import RATE, Unhearable
from tests.security.hostile import bombs
from tests.security.hostile.measuring import MIB, watched
from tests.unit.speech import made

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def no_nursery_left():
    yield
    child.close()


def code_of(data: bytes, **settings: float) -> str:
    with pytest.raises(Unhearable) as refused:
        decode(data, **settings)
    return refused.value.code


def pitch_of(samples) -> float:
    spectrum = np.abs(np.fft.rfft(samples.astype(float)))
    return float(spectrum.argmax() * RATE / len(samples))


@pytest.mark.parametrize("kind", made.CONTAINERS)
def test_recording_of_each_kind_when_decoded_then_is_one_channel_at_16_khz(kind):
    sound = decode(made.stored(made.tone(1.0), kind))
    assert sound.samples.dtype == np.int16
    assert len(sound.samples) == pytest.approx(RATE, rel=0.1)
    assert pitch_of(sound.samples) == pytest.approx(440, abs=4)
    assert not sound.recording.is_cut_short


def test_two_channels_when_decoded_then_are_one():
    whole = BytesIO()
    with wave.open(whole, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(44_100)
        file.writeframes(np.repeat(made.tone(1.0), 2).tobytes())
    sound = decode(whole.getvalue())
    assert sound.recording.seconds == pytest.approx(RATE / 44_100, abs=0.01)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"Dear colleague, she has had chest pain since Monday.", "not_a_sound"),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", "not_a_sound"),
        (b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1/secret\n", "not_a_sound"),
        (b"RIFF\x24\0\0\0WAVE", "damaged"),
        (b"OggS\0" + bytes(200), "not_a_sound"),
    ],
)
def test_file_that_is_no_recording_when_decoded_then_is_refused_with_a_code(data, code):
    assert code_of(data) == code


def test_flac_without_a_description_when_decoded_then_is_refused():
    assert code_of(b"fLaC\0\0\0\x22" + bytes(300)) in ("damaged", "codec_not_taken")


def test_list_of_files_dressed_as_wav_when_decoded_then_nothing_is_opened():
    disguised = b"RIFF\xff\xff\0\0WAVE" + b"ffconcat version 1.0\nfile /etc/passwd\n" * 20
    assert code_of(disguised) == "damaged"


def test_recording_longer_than_allowed_when_decoded_then_is_too_long():
    assert code_of(made.stored(made.tone(3.0)), longest_s=2.0) == "too_long"


def test_recording_of_an_instant_when_decoded_then_is_too_short():
    assert code_of(made.stored(made.tone(0.05))) == "too_short"


def test_recording_without_a_sound_when_decoded_then_is_silent():
    assert code_of(made.stored(made.silence(1.0))) == "silent"


@pytest.mark.parametrize("kind", ["wav", "flac", "ogg", "webm", "mp3"])
def test_recording_cut_in_the_middle_when_decoded_then_what_came_is_kept(kind):
    data = made.stored(made.tone(8.0), kind)
    sound = decode(data[: len(data) // 2])
    assert 2.0 < sound.recording.seconds < 5.5


def test_flac_cut_in_the_middle_when_decoded_then_says_so():
    data = made.stored(made.tone(8.0), "flac")
    assert decode(data[: len(data) // 2]).recording.is_cut_short


def test_m4a_without_its_index_when_decoded_then_is_damaged():
    data = made.stored(made.tone(4.0), "m4a")
    assert code_of(data[: len(data) // 2]) == "damaged"


def test_long_recording_when_decoded_by_windows_then_is_the_same_as_at_once():
    data = made.stored(made.noise(5.0), "flac")
    pieces = [piece.samples for piece in decode_long(data, window_s=1.5)]
    assert [len(piece) for piece in pieces[:3]] == [24_000] * 3
    assert (np.concatenate(pieces) == decode(data).samples).all()


def test_recordings_mutated_by_chance_when_decoded_then_each_is_sound_or_a_code():
    draw = random.Random(7)
    whole = [made.stored(made.tone(0.5), kind) for kind in made.CONTAINERS]
    for data in whole:
        for _ in range(5):
            broken = bytearray(data)
            for _ in range(draw.choice((1, 8, 40))):
                broken[draw.randrange(len(broken))] = draw.randrange(256)
            try:
                assert decode(bytes(broken)).recording.seconds <= 1800
            except Unhearable as why:
                assert why.code.replace("_", "").isalpha()


@pytest.mark.long
def test_hours_of_silence_in_a_small_file_are_refused_by_one_look_behind_the_end(monkeypatch):
    monkeypatch.setattr(decoding, "_CPU_S", 1.0)
    assert code_of(bombs.flac_of_silence(), longest_s=decoding.HARD_LONGEST_S) == "too_long"


def test_a_header_that_announces_more_than_comes_loses_no_recording():
    flac = bytearray(made.stored(made.tone(1.0), "flac"))
    flac[21:26] = bytes([flac[21] | 0x0F]) + b"\xff\xff\xff\xff"  # how many samples there are to be
    sound = decode(bytes(flac))
    assert len(sound.samples) == pytest.approx(RATE, abs=RATE / 20)
    assert sound.recording.is_cut_short


@pytest.mark.long
def test_hours_are_gone_through_without_being_held():
    with watched() as costs, pytest.raises(Unhearable) as refused:
        list(decode_long(bombs.wav_of_hours(), window_s=60))
    assert refused.value.code == "silent"
    assert costs.peak_bytes < 200 * MIB
