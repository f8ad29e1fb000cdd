"""Where nobody speaks. Silero's net says roughly where, loudness over the noise of the room says where exactly."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation, maximum_filter1d

from coaching.inference.delivery.frames import STEP_S, Curve, Frames, smooth
from coaching.inference.schema import Moment

Mask = NDArray[np.bool_]

SHORTEST_S = 0.25  # shorter silences belong to consonants
LONG_S = 2.0
_LIKELY, _REACH_S = 0.35, 0.16  # the net is late by some frames at both ends of a word
_UNLIKELY, _CLEAR_OF_S = 0.15, 0.2
_OVER_NOISE_DB, _UNDER_SPEECH_DB = 4.0, 33.0
_UNDER_NEAREST_DB, _NEAREST_S = 20.0, 0.2  # what is so much quieter than what was just said is its echo
_BLIP_S, _NEAR_S = 0.05, 0.12  # clicks, unless they end a word
_NOISE_EVERY_S, _NOISE_REACH_S, _FEWEST_S = 5.0, 10.0, 0.3
_SURE, _SURE_S = 0.5, 0.3
_QUIETEST_PERCENTILE = 3


@dataclass(frozen=True)
class Speaking:
    """`is_on` at every frame. Without a rest nobody knows the noise; what the quietest moments of speech leave room for
    is known."""

    is_on: Mask
    noise_ratio_db: float | None
    over_quietest_db: float
    pauses: tuple[Moment, ...]

    @property
    def over_noise_db(self) -> float:
        return self.over_quietest_db if self.noise_ratio_db is None else self.noise_ratio_db

    @property
    def seconds(self) -> float:
        return float(self.is_on.sum()) * STEP_S


def speaking(frames: Frames) -> Speaking | None:
    """None: nobody speaks."""
    if (frames.likely >= _SURE).sum() * STEP_S < _SURE_S:
        return None
    near = _widened(frames.likely >= _LIKELY, _REACH_S)
    is_rest = ~_widened(frames.likely >= _UNLIKELY, _CLEAR_OF_S)
    loud = _mean_db(frames.level[frames.likely >= _SURE])
    is_on = near & (_stands_out(frames.level, is_rest, loud) | _stands_out(frames.high, is_rest, loud))
    is_on = _without_gaps(_without_blips(_without_gaps(is_on, _NEAR_S)), SHORTEST_S)
    if not is_on.any():
        return None
    over_quietest = _mean_db(frames.level[is_on]) - float(np.percentile(frames.level[is_on], _QUIETEST_PERCENTILE))
    ratio = _noise_ratio_db(frames.level, is_on, is_rest)
    return Speaking(is_on, ratio, over_quietest, tuple(_pauses(is_on)))


def _stands_out(curve: Curve, is_rest: Mask, loud_db: float) -> Mask:
    """Over the noise of the room, over what is far too quiet for this speaker, and over the echo of the room."""
    level = smooth(curve, 3)
    nearest = maximum_filter1d(level, 2 * round(_NEAREST_S / STEP_S) + 1) - _UNDER_NEAREST_DB
    least = np.maximum(_floor(curve, is_rest) + _OVER_NOISE_DB, loud_db - _UNDER_SPEECH_DB)
    stands_out: Mask = level > np.maximum(least, nearest)
    return stands_out


def _floor(curve: Curve, is_rest: Mask) -> Curve:
    """The noise around each moment: what is heard where nobody speaks near it, else the quietest there is."""
    every, reach = round(_NOISE_EVERY_S / STEP_S), round(_NOISE_REACH_S / STEP_S)
    at = np.arange(0, len(curve), every)
    floors = []
    for middle in at:
        around = slice(max(0, middle - reach), middle + reach)
        rest = curve[around][is_rest[around]]
        is_enough = len(rest) * STEP_S >= _FEWEST_S
        floors.append(
            float(np.median(rest)) if is_enough else float(np.percentile(curve[around], _QUIETEST_PERCENTILE))
        )
    return np.interp(np.arange(len(curve)), at, floors).astype(np.float32)


def _noise_ratio_db(level: Curve, is_on: Mask, is_rest: Mask) -> float | None:
    """Speech carries the noise too: its power is taken off before the two are compared."""
    quiet = is_rest & ~is_on
    if quiet.sum() * STEP_S < _FEWEST_S:
        return None
    speech, rest = _power(level[is_on]), _power(level[quiet])
    return float(10 * np.log10(max(speech - rest, rest * 1e-3) / rest))


def _power(level: Curve) -> float:
    return float(np.mean(10 ** (level.astype(np.float64) / 10)))


def _mean_db(level: Curve) -> float:
    return float(10 * np.log10(_power(level)))


def _widened(mask: Mask, by_s: float) -> Mask:
    widened: Mask = binary_dilation(mask, np.ones(2 * round(by_s / STEP_S) + 1))
    return widened


def runs(mask: Mask) -> Iterator[tuple[int, int]]:
    """From where to where it holds, the end left out."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(np.int8), [0]])))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


def _without_gaps(is_on: Mask, shorter_than_s: float) -> Mask:
    filled = is_on.copy()
    for start, end in runs(~is_on):
        if start > 0 and end < len(is_on) and (end - start) * STEP_S < shorter_than_s - 1e-9:
            filled[start:end] = True
    return filled


def _without_blips(is_on: Mask) -> Mask:
    kept = is_on.copy()
    for start, end in runs(is_on):
        if (end - start) * STEP_S < _BLIP_S - 1e-9:
            kept[start:end] = False
    return kept


def _pauses(is_on: Mask) -> Iterator[Moment]:
    """Between two stretches of speech: what comes before the first and after the last is no pause."""
    for start, end in runs(~is_on):
        if start > 0 and end < len(is_on):
            yield Moment(round(start * STEP_S, 3), round(end * STEP_S, 3))
