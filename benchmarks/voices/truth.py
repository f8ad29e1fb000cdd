"""What is known of a generated recording, because it was made that way."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Made:
    """`pitch_hz`: at every sample, 0 where the voice is silent; None where only its maker knows it."""

    samples: Floats = field(repr=False)  # floats, 1 is full scale
    pauses: tuple[tuple[float, float], ...]
    syllables: tuple[float, ...]  # middle of each vowel
    pitch_hz: Floats | None = field(repr=False, default=None)
    breaks: tuple[float, ...] = ()
    loudness_db: tuple[float, ...] = ()  # of each syllable
    text: str = ""
    maker: str = ""

    @property
    def seconds(self) -> float:
        return len(self.samples) / RATE

    @property
    def is_speech(self) -> NDArray[np.bool_]:
        """At every sample: between the first and the last syllable, and in no pause."""
        speaks = np.ones(len(self.samples), bool)
        for start, end in self.pauses:
            speaks[round(start * RATE) : round(end * RATE)] = False
        return speaks

    @property
    def speech_s(self) -> float:
        return float(self.is_speech.sum()) / RATE


def joined(parts: list[tuple[Floats, float]]) -> tuple[Floats, list[float], tuple[tuple[float, float], ...]]:
    """Phrases one after the other, each followed by its silence: the whole, where each begins, the silences."""
    whole, begins, pauses, at = [], [], [], 0
    for phrase, silence_s in parts:
        begins.append(at / RATE)
        at += len(phrase)
        silence = round(silence_s * RATE)
        pauses.append((at / RATE, (at + silence) / RATE))
        whole += [phrase, np.zeros(silence)]
        at += silence
    return np.concatenate(whole), begins, tuple(pauses)
