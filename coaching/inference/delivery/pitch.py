"""How high the voice is, every 10 ms: peaks of the autocorrelation, and the one way through them that costs least.

The window's own autocorrelation is divided out (Boersma 1993), so that a peak is as high at a long period as at a short
one; of all ways through the peaks of neighbouring frames the cheapest is taken (Viterbi), where a leap and a change
between voice and no voice cost something.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, rfft
from scipy.signal import resample_poly

from clinic.inference.speech.sound import RATE, Samples, as_floats
from coaching.inference.delivery.frames import BLOCK, STEP

LOWEST_HZ, HIGHEST_HZ = 60.0, 500.0
_RATE = 8_000
_WINDOW = 320  # 40 ms: two and a half periods of the lowest voice
_TRANSFORM, _FINER = 1024, 2  # the peaks are read twice as finely as the samples stand
_HIGHEST_USED_HZ = 1_600.0
_CANDIDATES = 5
_UNVOICED = 0.45  # as strong as a peak must be to be a voice
_QUIETEST = 10 ** (-28 / 10)  # of the loud frames' power: below it a voice only dies away
_OCTAVE, _LEAP, _CHANGE = 0.012, 0.35, 0.12

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Pitch:
    """At every frame: Hz, 0 where there is no voice; how alike one period is to the next, 0 to 1."""

    hertz: Floats
    strength: Floats

    @property
    def is_voiced(self) -> NDArray[np.bool_]:
        voiced: NDArray[np.bool_] = self.hertz > 0
        return voiced


def pitch_of(samples: Samples) -> Pitch:
    found = [_candidates(windows) for windows in _windows(samples)]
    if not found:
        return Pitch(np.zeros(0, np.float32), np.zeros(0, np.float32))
    hertz, strong, power = (np.concatenate(each) for each in zip(*found, strict=True))
    strong[power < np.percentile(power, 95) * _QUIETEST] = -1.0
    return _cheapest(hertz, strong)


def _windows(samples: Samples) -> Iterator[Floats]:
    """Of a block at a time, at half the rate; each around the middle of its frame."""
    step, spare = STEP * _RATE // RATE, _WINDOW * RATE // _RATE
    for start in range(0, len(samples), BLOCK):
        floats = as_floats(samples[max(0, start - spare) : start + BLOCK + spare])
        left = spare if start == 0 else 0
        count = -(-min(BLOCK, len(samples) - start) // STEP)
        slow = resample_poly(np.pad(floats, (left, spare)), 1, RATE // _RATE).astype(np.float32)
        first = (spare + STEP // 2) * _RATE // RATE - _WINDOW // 2
        yield np.lib.stride_tricks.sliding_window_view(slow, _WINDOW)[first::step][:count]


def _candidates(windows: Floats) -> tuple[Floats, Floats, Floats]:
    """The highest peaks of every frame: Hz and height; its power."""
    alike, power = _alike(windows)
    first, last = int(_FINER * _RATE / HIGHEST_HZ), int(_FINER * _RATE / LOWEST_HZ)
    here = alike[:, first : last + 1]
    before, after = alike[:, first - 1 : last], alike[:, first + 1 : last + 2]
    is_peak = (here > before) & (here >= after)
    heights = np.where(is_peak, here, -1.0)
    best = np.argpartition(-heights, _CANDIDATES, axis=1)[:, :_CANDIDATES]
    rows = np.arange(len(here))[:, None]
    left, middle, right = before[rows, best], here[rows, best], after[rows, best]
    bend = left - 2 * middle + right
    shift = np.where(bend < -1e-9, 0.5 * (left - right) / np.minimum(bend, -1e-9), 0.0).clip(-0.5, 0.5)
    hertz = _FINER * _RATE / (best + first + shift)
    strong = np.where(heights[rows, best] > 0, np.minimum(middle - 0.25 * (left - right) * shift, 1.0), -1.0)
    return hertz.astype(np.float32), strong.astype(np.float32), power


def _alike(windows: Floats) -> tuple[Floats, Floats]:
    """The autocorrelation without that of the window, and how loud each is. What is above the lower formants is
    left out: it is mostly noise."""
    shape = np.hanning(_WINDOW).astype(np.float32)
    flat = (windows - windows.mean(axis=1, keepdims=True)) * shape
    spectrum = rfft(flat, _TRANSFORM, axis=1)
    power = np.square(spectrum.real) + np.square(spectrum.imag)
    power[:, round(_HIGHEST_USED_HZ * _TRANSFORM / _RATE) :] = 0
    count = int(_FINER * _RATE / LOWEST_HZ) + 4
    alike = irfft(power, _FINER * _TRANSFORM, axis=1)[:, :count]
    of_window = irfft(np.abs(rfft(shape, _TRANSFORM)) ** 2, _FINER * _TRANSFORM)[:count]
    normal: Floats = alike / np.maximum(alike[:, :1], 1e-12) / (of_window / of_window[0])
    return normal, alike[:, 0].copy()


def _cheapest(hertz: Floats, strong: Floats) -> Pitch:
    """Column 0 is: no voice."""
    octaves = np.log2(hertz / LOWEST_HZ)
    gains = np.concatenate([np.full((len(hertz), 1), _UNVOICED), strong + _OCTAVE * octaves], axis=1)
    gains[:, 1:][strong <= 0] = -9.0
    came_from = np.zeros(gains.shape, np.int8)
    total = gains[0].copy()
    moves = np.empty((_CANDIDATES + 1, _CANDIDATES + 1))
    moves[0, 0] = 0.0
    moves[0, 1:] = moves[1:, 0] = -_CHANGE
    leaps = -_LEAP * np.abs(octaves[1:, None, :] - octaves[:-1, :, None])
    columns = np.arange(_CANDIDATES + 1)
    for frame in range(1, len(gains)):
        moves[1:, 1:] = leaps[frame - 1]
        ways = total[:, None] + moves
        best = ways.argmax(axis=0)
        came_from[frame] = best
        total = ways[best, columns] + gains[frame]
    return _walked_back(came_from, int(total.argmax()), hertz, strong)


def _walked_back(came_from: NDArray[np.int8], last: int, hertz: Floats, strong: Floats) -> Pitch:
    path = np.zeros(len(hertz), np.intp)
    for frame in range(len(hertz) - 1, -1, -1):
        path[frame] = last
        last = int(came_from[frame, last])
    rows, chosen = np.arange(len(hertz)), np.maximum(path - 1, 0)
    is_voiced = path > 0
    return Pitch(np.where(is_voiced, hertz[rows, chosen], 0).astype(np.float32),
                 np.where(is_voiced, strong[rows, chosen], 0).astype(np.float32))  # fmt: skip
