"""eSpeak NG as a witness: it tells when it says which sound, so that vowels are counted by somebody else; pauses are
put between phrases where nobody has to guess them.

In a process of its own, because the library is asked for its events when it is started, once.
"""

import ctypes
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.signal import resample_poly

from benchmarks.voices.truth import RATE, Made, joined

VOICES = ("en-us", "en-us+f3", "en-gb-scotland+m3", "en-us+f4", "es-419", "es+f2")
PHRASES = {
    "en": (
        "I would first ask the patient what she already knows", "then I would tell her the result in plain words",
        "my senior colleague wanted to send him home that night", "I did not agree and I told him why",
        "there were no beds left on the ward", "we asked the family to wait outside", "the blood pressure was falling",
        "nobody had checked the potassium since the morning",
        "I called the registrar and explained the situation",
        "this operation carries a small risk of bleeding", "about one in a hundred people need another operation",
        "please stop me whenever something is not clear", "he had been short of breath for three days",
        "the chest film showed fluid on the right side", "I am worried that she is getting worse",
        "we learned to write down every change of dose", "after the meeting the two of us spoke alone",
        "it was hard for me to admit the mistake", "she took the tablets with her breakfast", "I like a good team",
        "the most important thing is to listen before talking", "could you tell me how you have been sleeping",
        "my plan is to repeat the test tomorrow", "that is the reason I chose this hospital",
        "he lives alone and has no telephone", "I understand that this is not what you hoped for",
    ),
    "es": (
        "primero le pregunto a la paciente lo que ya sabe", "después le digo el resultado con palabras claras",
        "la presión estaba bajando desde la mañana", "no quedaban camas libres en la planta",
        "llamé a mi compañera y le expliqué la situación", "esta operación tiene un riesgo pequeño de sangrado",
        "mi plan es repetir la prueba mañana", "me gusta trabajar con otras personas", "la señora vive con su gato",
        "aprendimos a escribir cada cambio de dosis", "fue difícil reconocer el error delante de todos",
        "lo importante es escuchar antes de hablar", "tomaba las pastillas con el desayuno", "le duele el pecho",
    ),
}  # fmt: skip
_VOWELS = set("aAVeE3@iI0oOuUyY")
_PHONEME, _END_OF_LIST = 7, 0


class _Id(ctypes.Union):
    _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]


class _Event(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int), ("identifier", ctypes.c_uint), ("position", ctypes.c_int), ("length", ctypes.c_int),
        ("milliseconds", ctypes.c_int), ("sample", ctypes.c_int), ("user", ctypes.c_void_p), ("id", _Id),
    ]  # fmt: skip


@dataclass(frozen=True)
class Order:
    voice: str
    pace: int
    phrases: tuple[str, ...]
    silences: tuple[float, ...]


def drawn(draw: np.random.Generator, *, seconds: float = 30.0, voice: str | None = None) -> Order:
    voice = voice or str(draw.choice(VOICES))
    pace = int(draw.integers(120, 200))
    texts = PHRASES[voice[:2]]
    count = max(2, round(seconds / (1.2 + 9 * 60 / pace)))
    phrases = tuple(str(each) for each in draw.choice(texts, count, replace=count > len(texts)))
    return Order(voice, pace, phrases, tuple(np.exp(draw.uniform(np.log(0.3), np.log(2.6), count)).tolist()))


def say_all(orders: list[Order]) -> list[Made]:
    with tempfile.TemporaryDirectory() as folder:
        told, kept = Path(folder) / "orders.json", Path(folder) / "spoken.npz"
        told.write_text(json.dumps([(order.voice, order.pace, order.phrases) for order in orders]))
        subprocess.run([sys.executable, "-m", "benchmarks.voices.espeak", told, kept], check=True)
        with np.load(kept) as spoken:
            return [_made(order, spoken, number) for number, order in enumerate(orders)]


def _made(order: Order, spoken: Any, number: int) -> Made:
    sounds = [spoken[f"sound {number} {at}"] for at in range(len(order.phrases))]
    vowels = [spoken[f"vowels {number} {at}"] for at in range(len(order.phrases))]
    whole, begins, pauses = joined(list(zip(sounds, order.silences, strict=True)))
    syllables = [begin + float(at) for begin, times in zip(begins, vowels, strict=True) for at in times]
    scale = 0.35 / np.abs(whole).max()
    return Made(
        whole * scale, pauses, tuple(syllables), text=". ".join(order.phrases), maker=f"eSpeak {order.voice[:2]}"
    )


class _Library:
    """The library with its events on; for a process that does nothing else."""

    def __init__(self) -> None:
        import espeakng_loader

        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        self._rate = self._library.espeak_Initialize(1, 0, espeakng_loader.get_data_path().encode(), 0x8001)
        self._pieces: list[np.ndarray] = []
        self._sounds: list[tuple[str, int]] = []
        kind = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))
        self._hear = kind(self._heard)
        self._library.espeak_SetSynthCallback(self._hear)

    def _heard(self, samples: Any, count: int, events: Any) -> int:
        if samples and count > 0:
            self._pieces.append(np.ctypeslib.as_array(samples, (count,)).astype(np.float64))
        at = 0
        while events[at].type != _END_OF_LIST:
            if events[at].type == _PHONEME:
                self._sounds.append((events[at].id.string.decode("utf-8", "replace"), events[at].sample))
            at += 1
        return 0

    def say(self, text: str, voice: str, pace: int) -> tuple[np.ndarray, np.ndarray]:
        """The sound without the silence around it, and the middle of each vowel in seconds."""
        self._pieces.clear()
        self._sounds.clear()
        assert not self._library.espeak_SetVoiceByName(voice.encode()), voice
        self._library.espeak_SetParameter(1, pace, 0)
        raw = text.encode() + b"\0"
        self._library.espeak_Synth(raw, ctypes.c_size_t(len(raw)), 0, 1, 0, 1, None, None)
        self._library.espeak_Synchronize()
        sound = np.concatenate(self._pieces) / 32768
        begin = next(at for name, at in self._sounds if not name.startswith("_"))
        last = max(number for number, (name, _) in enumerate(self._sounds) if not name.startswith("_"))
        after = self._sounds[last + 1][1] if last + 1 < len(self._sounds) else len(sound)
        vowels = [(at + self._sounds[number + 1][1]) / 2 for number, (name, at) in enumerate(self._sounds[:-1])
                  if name.lstrip("',%=|")[:1] in _VOWELS]  # fmt: skip
        up, down = RATE, self._rate
        heard = resample_poly(sound[begin:after], up // 50, down // 50)
        return heard, (np.array(vowels) - begin) / self._rate


def main(told: str, kept: str) -> None:
    library = _Library()
    found: dict[str, Any] = {}
    for number, (voice, pace, phrases) in enumerate(json.loads(Path(told).read_text())):
        for at, phrase in enumerate(phrases):
            found[f"sound {number} {at}"], found[f"vowels {number} {at}"] = library.say(phrase, voice, pace)
    np.savez(kept, allow_pickle=False, **found)


if __name__ == "__main__":
    main(*sys.argv[1:])
