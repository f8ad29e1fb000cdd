"""What stands between a voice and its recording: noise of known loudness, a room."""

import numpy as np
from scipy.signal import fftconvolve

from benchmarks.voices.truth import RATE, Floats, Made

KINDS = ("white", "pink", "fan")


def noise(kind: str, count: int, draw: np.random.Generator) -> Floats:
    """With a power of one."""
    spectrum = np.fft.rfft(draw.standard_normal(count))
    hertz = np.maximum(np.fft.rfftfreq(count, 1 / RATE), 20.0)
    match kind:
        case "pink":
            spectrum /= hertz**0.5
        case "fan":  # low, with the hum of its motor
            spectrum /= hertz
            for tone in (100, 200, 300):
                spectrum[round(tone * count / RATE)] *= 30
    sound = np.fft.irfft(spectrum, count)
    even: Floats = sound / np.sqrt(np.mean(sound**2))
    return even


def noisy(made: Made, ratio_db: float | None, draw: np.random.Generator, kind: str = "pink") -> Floats:
    """So much louder is the voice, where it speaks, than the noise, which is always there. None: a very quiet room."""
    speech = made.samples[made.is_speech]
    quiet_db = 55.0 if ratio_db is None else ratio_db
    power = np.mean(speech**2) / 10 ** (quiet_db / 10)
    sound = made.samples + np.sqrt(power) * noise(kind, len(made.samples), draw)
    heard: Floats = np.clip(sound, -1, 1)
    return heard


def in_a_room(samples: Floats, draw: np.random.Generator, seconds: float = 0.3, direct_db: float = 8.0) -> Floats:
    """A small office: sound dies away by 60 dB in `seconds`; what comes directly is louder than all that comes back."""
    times = np.arange(round(seconds * RATE)) / RATE
    tail = draw.standard_normal(len(times)) * 10 ** (-3 * times / seconds)
    tail[: round(0.004 * RATE)] = 0
    tail *= 10 ** (-direct_db / 20) / np.sqrt(np.sum(tail**2))
    tail[0] = 1.0
    sound = fftconvolve(samples, tail)[: len(samples)]
    heard: Floats = sound * (np.abs(samples).max() / max(np.abs(sound).max(), 1e-9))
    return heard
