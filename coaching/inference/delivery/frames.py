"""A recording as a hundred looks a second: how loud it is in three bands, and how likely somebody speaks.

A minute at a time, so that half an hour of sound needs hardly more memory than a minute.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clinic.inference.speech.sound import RATE, Samples, as_floats
from clinic.inference.speech.voiced import CLIPPED_FROM, FRAME_S, Ear

STEP = RATE // 100
STEP_S = STEP / RATE
_WINDOW = 400  # 25 ms
_TRANSFORM = 512
BLOCK = 60 * RATE
_BANDS = {"level": (90, 7500), "sonorant": (280, 2600), "high": (2600, 7500)}  # Hz; hum is in none of them
_FLOOR = 1e-11  # -110 dB

Curve = NDArray[np.float32]


@dataclass(frozen=True)
class Frames:
    """Curves of the same length, in dB under full scale."""

    level: Curve
    sonorant: Curve
    high: Curve
    likely: Curve  # that somebody speaks
    at_the_edge: Curve  # share of samples that are as loud as numbers go

    def __len__(self) -> int:
        return len(self.level)


def frames_of(samples: Samples) -> Frames:
    ear, likely = Ear(), []
    bands: dict[str, list[Curve]] = {name: [] for name in _BANDS}
    edge = []
    for block, looked_at in _blocks(samples):
        likely.append(ear.feed(block))
        power = _power(looked_at)
        for name, (low, high) in _BANDS.items():
            bands[name].append(_decibels(power, low, high))
        edge.append(_edge(block))
    likely.append(ear.finish())
    found = {name: _whole(curves) for name, curves in bands.items()}
    return Frames(**found, likely=_stretched(_whole(likely), len(found["level"])), at_the_edge=_whole(edge))


def _blocks(samples: Samples) -> Iterator[tuple[Samples, NDArray[np.float32]]]:
    """Each block, and the same with half a window around it: every frame sees its middle."""
    before = _WINDOW // 2
    for start in range(0, len(samples), BLOCK):
        floats = as_floats(samples[max(0, start - before) : start + BLOCK + before])
        block = samples[start : start + BLOCK]
        left = before if start == 0 else 0
        right = max(0, len(block) + 2 * before - left - len(floats))
        yield block, np.pad(floats, (left, right))


def _power(looked_at: NDArray[np.float32]) -> NDArray[np.float32]:
    windows = np.lib.stride_tricks.sliding_window_view(looked_at, _WINDOW)[:-1:STEP]
    shape = np.hanning(_WINDOW).astype(np.float32)
    spectrum = np.fft.rfft(windows * shape, _TRANSFORM)
    scale = 2 / (_TRANSFORM * float(np.sum(shape**2)))
    power: NDArray[np.float32] = np.square(spectrum.real) + np.square(spectrum.imag)
    return (power * scale).astype(np.float32)


def _decibels(power: NDArray[np.float32], low: float, high: float) -> Curve:
    hertz = np.fft.rfftfreq(_TRANSFORM, 1 / RATE)
    band = power[:, (hertz >= low) & (hertz < high)].sum(axis=1)
    level: Curve = (10 * np.log10(band + _FLOOR)).astype(np.float32)
    return level


def _edge(samples: Samples) -> Curve:
    at_edge = np.abs(samples.astype(np.int32)) >= CLIPPED_FROM
    whole = np.pad(at_edge, (0, -len(at_edge) % STEP)).reshape(-1, STEP)
    share: Curve = whole.mean(axis=1, dtype=np.float32)
    return share


def _whole(curves: list[Curve]) -> Curve:
    return np.concatenate([np.zeros(0, np.float32), *curves])


def _stretched(likely: Curve, count: int) -> Curve:
    """From one value every 32 ms to one every 10."""
    if not len(likely):
        return np.zeros(count, np.float32)
    middles = (np.arange(len(likely)) + 0.5) * FRAME_S
    stretched: Curve = np.interp((np.arange(count) + 0.5) * STEP_S, middles, likely).astype(np.float32)
    return stretched


def smooth(curve: Curve, width: int) -> Curve:
    """By a bell of so many frames."""
    bell = np.hanning(width + 2)[1:-1]
    smoothed = np.convolve(np.pad(curve, width // 2, "edge"), bell / bell.sum(), "valid")[: len(curve)]
    return smoothed.astype(np.float32)
