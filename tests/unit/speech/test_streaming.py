import numpy as np
import pytest

from clinic.inference.speech.engines import EngineFailed
from clinic.inference.speech.sound import RATE
from clinic.inference.speech.sphinx import Sphinx
from clinic.inference.speech.streaming import NobodyHeard, Streaming, transcribe
from clinic.inference.speech.transcript import Word
from clinic.inference.speech.turns import pitches, suggested, voice_of
from clinic.inference.speech.voiced import Stretch
from tests.unit.speech import made

pytestmark = pytest.mark.slow


class Scripted:
    """Says one word for the whole of each stretch, and one in the silence behind it; fails when it is told to."""

    languages = frozenset({"en"})
    is_draft = is_remote = False

    def __init__(self, name: str = "scripted", fails_at: int = -1, longest_s: float = 20.0, opens: bool = True) -> None:
        self.name, self._fails_at, self.longest_s, self._opens = name, fails_at, longest_s, opens
        self.heard: list[float] = []
        self.is_closed = False

    def open(self, language: str) -> "Scripted":
        if not self._opens:
            raise EngineFailed("model_changed")
        return self

    def hear(self, stretch) -> tuple[Word, ...]:
        if len(self.heard) == self._fails_at:
            raise EngineFailed("engine_broke")
        self.heard.append(len(stretch) / RATE)
        seconds = len(stretch) / RATE
        return (Word("spoken", 0.1, seconds - 0.3, 0.9), Word("invented", seconds + 1.0, seconds + 1.5, 0.9))

    def close(self) -> None:
        self.is_closed = True


@pytest.fixture(scope="module")
def sentence():
    return made.spoken("The pain began on Monday after dinner.")


@pytest.fixture(scope="module")
def talk(sentence):
    """Three sentences with pauses."""
    return np.concatenate([part for _ in range(3) for part in (made.silence(1.0), sentence)] + [made.silence(1.0)])


def streamed(samples, listener: Streaming, piece: int = 3_200):
    return [each for at in range(0, len(samples), piece) for each in listener.feed(samples[at : at + piece].tobytes())]


def test_words_when_the_person_still_speaks_then_come_after_each_pause(talk):
    listener = Streaming([Scripted()], "en")
    assert len(streamed(talk, listener)) == 3
    assert len(listener.finish().segments) == 3


def test_times_when_words_come_from_a_later_stretch_then_count_from_the_beginning(talk, sentence):
    starts = [segment.words[0].start for segment in transcribe(talk, [Scripted()], "en").segments]
    length = 1.0 + len(sentence) / RATE
    assert starts == pytest.approx([1.0, 1.0 + length, 1.0 + 2 * length], abs=0.3)


def test_word_in_silence_when_an_engine_invents_it_then_is_struck(talk):
    transcript = transcribe(talk, [Scripted()], "en")
    assert transcript.text == "spoken spoken spoken"
    assert [word.is_voiced for word in transcript.words] == [True, False] * 3


def test_words_when_nobody_surely_spoke_then_are_struck(talk, monkeypatch):
    monkeypatch.setattr("clinic.inference.speech.voiced.Ear._asked", lambda ear, frames: np.full(len(frames), 0.8))
    transcript = transcribe(talk, [Scripted()], "en")
    assert transcript.words
    assert (transcript.text, transcript.voiced_s) == ("", 0)


@pytest.mark.parametrize("piece", [160, 511, 16_000, 10_000_000])
def test_pieces_of_any_size_when_streamed_then_give_the_same_transcript(talk, piece):
    listener = Streaming([Scripted()], "en")
    streamed(talk, listener, piece)
    whole = transcribe(talk, [Scripted()], "en")
    told = listener.finish()
    assert [word.start for word in told.words] == pytest.approx([word.start for word in whole.words], abs=0.04)
    assert told.seconds == pytest.approx(len(talk) / RATE)


def test_engine_when_it_fails_in_the_middle_then_the_next_hears_that_stretch_and_those_after(talk):
    first, second = Scripted("first", fails_at=1), Scripted("second")
    transcript = transcribe(talk, [first, second], "en")
    assert (len(first.heard), len(second.heard)) == (1, 2)
    assert transcript.text == "spoken spoken spoken"
    assert (transcript.heard.engine, transcript.heard.failed) == ("second", ("first: engine_broke",))
    assert first.is_closed
    assert second.is_closed


def test_engine_when_it_cannot_be_opened_then_the_next_is_and_the_receipt_tells(talk):
    transcript = transcribe(talk, [Scripted("first", opens=False), Scripted("second")], "en")
    assert transcript.heard.failed == ("first: model_changed",)


def test_all_engines_when_they_fail_then_nobody_heard_and_each_reason_is_told(talk):
    with pytest.raises(NobodyHeard) as nobody:
        transcribe(talk, [Scripted("first", fails_at=0), Scripted("second", fails_at=0)], "en")
    assert nobody.value.failed == ("first: engine_broke", "second: engine_broke")


def test_no_engine_when_asked_to_hear_then_nobody_heard():
    with pytest.raises(NobodyHeard):
        Streaming([], "es")


def test_speech_without_a_pause_when_it_is_long_then_is_cut_so_that_little_is_left(sentence):
    engine = Scripted(longest_s=2.0)
    transcript = transcribe(np.concatenate([sentence[: 2 * RATE]] * 4), [engine], "en")
    assert len(engine.heard) >= 3
    assert max(engine.heard) <= 2.1
    assert transcript.voiced_s == pytest.approx(8.0, abs=1.0)


@pytest.mark.parametrize(
    "sound", [made.silence(10), made.noise(10, 0.02), made.noise(10, 0.3, seed=3), made.tone(10, 50)]
)
def test_sound_without_speech_when_heard_by_the_embedded_engine_then_has_no_words(sound):
    assert transcribe(sound, [Sphinx()], "en").words == ()


def test_nothing_when_heard_then_is_an_empty_transcript():
    transcript = transcribe(made.silence(0), [Scripted()], "en")
    assert (transcript.words, transcript.seconds, transcript.turns) == ((), 0.0, ())


# Turns.


def voice(pitch: float, seconds: float = 1.0):
    """A buzz with overtones, as a throat makes one."""
    times = np.arange(round(seconds * RATE)) / RATE
    buzz = np.sum([np.sin(2 * np.pi * pitch * each * times) / each for each in range(1, 12)], axis=0)
    return (buzz * 4000).astype(np.int16)


@pytest.mark.parametrize("pitch", [80, 110, 150, 210, 300])
def test_pitch_of_a_voice_when_measured_then_is_within_two_percent(pitch):
    assert np.median(pitches(voice(pitch))) == pytest.approx(pitch, rel=0.02)


def test_noise_and_silence_when_measured_then_have_no_pitch():
    assert len(pitches(made.silence(1.0))) == 0
    assert len(pitches(made.noise(1.0))) <= 3


def suggestion(*heights: float):
    return suggested([voice_of(voice(pitch), Stretch(at, at + 0.9)) for at, pitch in enumerate(heights)])


def test_two_voices_when_an_octave_apart_then_turns_are_suggested_as_uncertain():
    turns = suggestion(110, 220, 220, 112)
    assert [turn.speaker for turn in turns] == [1, 2, 1]
    assert [(turn.start, turn.end) for turn in turns] == [(0, 0.9), (1, 2.9), (3, 3.9)]
    assert all(turn.is_suggestion and 0 < turn.certainty <= 1 for turn in turns)


def test_one_voice_when_it_moves_a_little_then_no_turns_are_suggested():
    assert suggestion(110, 116, 108, 112) == ()


def test_voice_between_both_when_told_apart_then_is_less_certain():
    turns = suggestion(110, 220, 150)
    assert min(turn.certainty for turn in turns) < 0.5


@pytest.mark.parametrize("piece", [512, 3_001, 32_000, 10**9], ids=str)
def test_transcript_when_the_same_comes_in_other_pieces_then_it_is_the_same(talk, sentence, piece):
    """Also of somebody who does not pause and is cut in the middle."""
    without_pause = np.concatenate([sentence] * 4)
    for samples in (talk, without_pause):
        told = []
        for length in (1_600, piece):
            listener = Streaming([Scripted(longest_s=2.0)], "en")
            for at in range(0, len(samples), length):
                listener.feed(samples[at : at + length])
            told.append(listener.finish())
        assert told[0] == told[1]
