"""Text becomes speech on this machine: eSpeak NG, through ctypes. It sounds like a machine, and says exactly the text.

Text is text: no markup, no phonemes and no commands are read out of it. One at a time in a process, because the library
holds its voice in variables of its own.
"""

import ctypes
import io
import re
import threading
import unicodedata
import wave
from dataclasses import dataclass, field

import espeakng_loader
import numpy as np

from clinic.inference.speech.sound import Samples

LONGEST_TEXT = 4_000  # characters; an answer has 800 at most
VOICES = {"en": "en-us", "es": "es-419"}
SLOWEST, USUAL_PACE, FASTEST = 80, 160, 300  # words a minute

_TO_A_BUFFER, _BY_CHARACTER, _PLAIN_UTF8, _PACE = 2, 1, 1, 1
_DO_NOT_EXIT = 0x8000  # else a missing file ends the whole process
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]+")
_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class Unspeakable(Exception):
    """`code`: nothing_to_say, too_long, no_such_language, no_voice."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Spoken:
    text: str = field(repr=False)  # as it was spoken, to be held against what is shown
    language: str
    engine: str
    wav: bytes = field(repr=False)
    seconds: float


def speak(text: str, language: str = "en", *, pace: int = USUAL_PACE) -> Spoken:
    """A WAV file. The page shows `text` as it was given: only what has no sound is taken out."""
    voice = VOICES.get(language)
    if voice is None:
        raise Unspeakable("no_such_language")
    said = plain(text)
    samples, rate = _voice().say(said, voice, min(max(pace, SLOWEST), FASTEST))
    return Spoken(text, language, f"espeak-ng/{voice}", _as_wav(samples, rate), len(samples) / rate)


def plain(text: str) -> str:
    """What has no sound becomes a space; signs that machines read as commands are nothing but signs here."""
    said = _CONTROL.sub(" ", unicodedata.normalize("NFC", text)).strip()
    if not any(character.isalnum() for character in said):
        raise Unspeakable("nothing_to_say")
    if len(said) > LONGEST_TEXT:
        raise Unspeakable("too_long")
    return said.replace("[[", "[ [")  # where phonemes would begin


class _Voice:
    def __init__(self) -> None:
        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        folder = espeakng_loader.get_data_path().encode()
        self.rate = self._library.espeak_Initialize(_TO_A_BUFFER, 0, folder, _DO_NOT_EXIT)
        if self.rate <= 0:
            raise Unspeakable("no_voice")
        self._pieces: list[Samples] = []
        self._hear = _Callback(self._heard)  # kept: the library holds only its address
        self._library.espeak_SetSynthCallback(self._hear)
        self._lock = threading.Lock()

    def _heard(self, samples: "ctypes._Pointer[ctypes.c_short]", count: int, events: int | None) -> int:
        if samples and count > 0:
            self._pieces.append(np.ctypeslib.as_array(samples, (count,)).astype(np.int16))
        return 0

    def say(self, text: str, voice: str, pace: int) -> tuple[Samples, int]:
        raw = text.encode("utf-8", "replace") + b"\0"
        with self._lock:
            self._pieces.clear()
            if self._library.espeak_SetVoiceByName(voice.encode()):
                raise Unspeakable("no_voice")
            self._library.espeak_SetParameter(_PACE, pace, 0)
            given = (raw, ctypes.c_size_t(len(raw)), 0, _BY_CHARACTER, 0, _PLAIN_UTF8, None, None)
            if self._library.espeak_Synth(*given) or self._library.espeak_Synchronize():
                raise Unspeakable("no_voice")
            return np.concatenate([np.zeros(0, np.int16), *self._pieces]), self.rate


_made: list[_Voice] = []
_making = threading.Lock()


def _voice() -> _Voice:
    """Made when first asked; the library is one for the whole process."""
    with _making:
        if not _made:
            _made.append(_Voice())
        return _made[0]


def _as_wav(samples: Samples, rate: int) -> bytes:
    whole = io.BytesIO()
    with wave.open(whole, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.astype("<i2").tobytes())
    return whole.getvalue()
