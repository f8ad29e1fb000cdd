"""Recordings made by the tests: tones, silence, noise, and speech by the installation's own voice."""

import io
import wave
from typing import Any

import av
import numpy as np
from scipy.signal import resample_poly

from clinic.inference.speech.sound import RATE, Samples, as_samples
from clinic.inference.speech.speaking import speak

CONTAINERS = {
    "wav": ("wav", "pcm_s16le", "s16"), "mp3": ("mp3", "libmp3lame", "s16p"), "m4a": ("ipod", "aac", "fltp"),
    "ogg": ("ogg", "libopus", "s16"), "webm": ("webm", "libopus", "s16"), "flac": ("flac", "flac", "s16"),
}  # fmt: skip


def tone(seconds: float, pitch: float = 440.0, loudness: float = 0.3) -> Samples:
    times = np.arange(round(seconds * RATE)) / RATE
    return as_samples(loudness * np.sin(2 * np.pi * pitch * times))


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE), np.int16)


def noise(seconds: float, loudness: float = 0.1, seed: int = 1) -> Samples:
    return as_samples(loudness * np.random.default_rng(seed).standard_normal(round(seconds * RATE)))


def stored(samples: Samples, kind: str = "wav", rate: int = 48_000) -> bytes:
    """As a file of that kind, at the rate browsers record with."""
    container_name, codec, layout = CONTAINERS[kind]
    whole = io.BytesIO()
    with av.open(whole, "w", format=container_name) as container:
        stream: Any = container.add_stream(codec, rate=rate, layout="mono")
        resampler = av.AudioResampler(format=layout, layout="mono", rate=rate, frame_size=stream.frame_size or 0)
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = RATE
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return whole.getvalue()


def spoken(text: str, language: str = "en", pace: int = 150) -> Samples:
    """By the installation's own voice, at the rate of this room."""
    said = speak(text, language, pace=pace)
    with wave.open(io.BytesIO(said.wav)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16).astype(float)
    return resampled(samples, file.getframerate())


def resampled(samples: np.ndarray, rate: int) -> Samples:
    made = resample_poly(samples, RATE, rate) / 32768
    return as_samples(made)
