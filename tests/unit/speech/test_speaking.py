import io
import threading
import wave

import numpy as np
import pytest

from clinic.inference.speech.speaking import LONGEST_TEXT, Unspeakable, plain, speak


def seconds(wav: bytes) -> float:
    with wave.open(io.BytesIO(wav)) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        return float(file.getnframes() / file.getframerate())


@pytest.mark.parametrize(
    ("text", "language"), [("See a doctor today.", "en"), ("Vaya hoy al médico, por favor.", "es")]
)
def test_sentence_when_spoken_then_is_a_wav_with_a_sound(text, language):
    said = speak(text, language)
    assert seconds(said.wav) == pytest.approx(said.seconds)
    assert 0.5 < said.seconds < 6
    assert np.abs(np.frombuffer(said.wav[44:], "<i2").astype(int)).max() > 1000
    assert (said.text, said.language) == (text, language)


def test_same_text_when_spoken_twice_then_lasts_as_long():
    assert speak("Drink more water.").seconds == pytest.approx(speak("Drink more water.").seconds, abs=0.02)


def test_pace_when_slower_then_takes_longer():
    assert speak("Drink more water.", pace=90).seconds > 1.3 * speak("Drink more water.", pace=200).seconds


def test_markup_when_spoken_then_is_read_out_and_not_obeyed():
    with_pause = speak('Rest. <break time="60s"/> Then walk.')
    assert with_pause.seconds < 15


def test_phonemes_when_in_a_text_then_are_not_obeyed():
    assert "[[" not in plain("Take [[h@loU]] two.")


def test_signs_without_a_sound_when_in_a_text_then_are_taken_out():
    assert plain("Rest.\x00\x1b[31m\n\nWalk.\u2028") == "Rest. [31m Walk."


@pytest.mark.parametrize("text", ["", "  \n", "…!?", "\x00"])
def test_nothing_to_say_when_asked_to_speak_then_is_refused(text):
    with pytest.raises(Unspeakable, match="nothing_to_say"):
        speak(text)


def test_endless_text_when_asked_to_speak_then_is_refused():
    with pytest.raises(Unspeakable, match="too_long"):
        speak("a " * LONGEST_TEXT)


def test_language_without_a_voice_when_asked_to_speak_then_is_refused():
    with pytest.raises(Unspeakable, match="no_such_language"):
        speak("Hello", "xx")


def test_two_at_a_time_when_they_speak_then_neither_hears_the_other():
    texts = ["One.", "Two and three and four and five and six."]
    alone = {text: speak(text).seconds for text in texts}
    together: dict[str, float] = {}

    def say(text: str) -> None:
        for _ in range(5):
            together[text] = speak(text).seconds

    threads = [threading.Thread(target=say, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == pytest.approx(alone, abs=0.02)
