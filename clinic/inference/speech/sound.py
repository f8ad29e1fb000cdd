"""Sound as every part of this room takes it: one channel, 16,000 samples a second, whole numbers of 16 bits."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
FULL_SCALE = 32_768.0
BYTES_A_SECOND = 2 * RATE

Samples = NDArray[np.int16]
Floats = NDArray[np.float32]


class Unhearable(Exception):
    """Nothing to listen to comes out of it. `code` is stable; sentences are made of it elsewhere."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(detail or code)
        self.code, self.detail = code, detail


@dataclass(frozen=True)
class Recording:
    """What is known of a recording before its samples are asked for."""

    container: str
    codec: str
    seconds: float
    peak: float  # the loudest sample, 1 is the most there can be
    is_cut_short: bool  # the file announces or began more than could be decoded: a person should know


@dataclass(frozen=True)
class Sound:
    recording: Recording
    samples: Samples = field(repr=False)


def as_floats(samples: Samples) -> Floats:
    return samples.astype(np.float32) / np.float32(FULL_SCALE)


def as_samples(floats: NDArray[np.floating]) -> Samples:
    samples: Samples = np.clip(np.rint(floats * FULL_SCALE), -FULL_SCALE, FULL_SCALE - 1).astype(np.int16)
    return samples


def samples_of_bytes(pcm: bytes) -> Samples:
    """Little-endian, as browsers and WAV files have them; an odd last byte is half a sample and left out."""
    samples: Samples = np.frombuffer(pcm[: len(pcm) // 2 * 2], dtype="<i2").astype(np.int16, copy=False)
    return samples


def seconds_of(samples: Samples) -> float:
    return len(samples) / RATE
