"""Where the voice breaks: within a vowel it leaps to another pitch, is steady before and after and grows no
quieter.

A voice that fails for a moment sounds to a machine like a consonant without voice: such breaks are not looked for.
"""

from collections.abc import Iterator

import numpy as np

from coaching.inference.delivery.frames import STEP_S, Curve, Frames, smooth
from coaching.inference.delivery.pauses import Speaking
from coaching.inference.delivery.pitch import Pitch

_SIDE = 6  # frames of steady voice before and after
_LEAP_SEMITONES, _FARTHEST_SEMITONES, _STEADY_SEMITONES = 5.0, 16.0, 3.0
_CREAK_SEMITONES = 10.0  # so far below its middle a voice creaks: that is no break
_CLEAR = 0.6
_ACROSS = 3  # frames a leap may take
_FALLS_DB = 4.0  # a consonant makes more of a dip
_APART_S = 0.2


def breaks_of(frames: Frames, speaking: Speaking, pitch: Pitch) -> tuple[float, ...]:
    found = sorted(_leaps(frames, pitch))
    kept: list[float] = []
    for at in found:
        if speaking.is_on[min(round(at / STEP_S), len(speaking.is_on) - 1)] and (not kept or at - kept[-1] >= _APART_S):
            kept.append(at)
    return tuple(round(at, 3) for at in kept)


def _leaps(frames: Frames, pitch: Pitch) -> Iterator[float]:
    steps = 12 * np.log2(np.maximum(pitch.hertz, 1.0))
    level = smooth(frames.sonorant, 3)
    last = -_SIDE
    for across in range(_ACROSS):
        before, after = steps[: len(steps) - across - 1], steps[across + 1 :]
        for at in np.flatnonzero((np.abs(after - before) >= _LEAP_SEMITONES) & (before > 0) & (after > 0)).tolist():
            sides = slice(at - _SIDE + 1, at + 1), slice(at + across + 1, at + across + 1 + _SIDE)
            is_new = at >= _SIDE - 1 and abs(at - last) >= _SIDE
            if is_new and _is_leap(steps, pitch, sides) and _dip(level, sides) <= _FALLS_DB:
                last = at
                yield (float(at) + 1 + across / 2) * STEP_S


def _is_leap(steps: np.ndarray, pitch: Pitch, sides: tuple[slice, slice]) -> bool:
    """Steady on both sides, clearly voiced, far apart, and neither of them a creak."""
    middles = []
    for side in sides:
        part = steps[side]
        if len(part) < _SIDE or part.min() <= 0 or np.ptp(part) > _STEADY_SEMITONES:
            return False
        if pitch.strength[side].mean() < _CLEAR:
            return False
        middles.append(float(np.median(part)))
    usual = float(np.median(steps[steps > 0]))
    is_far = _LEAP_SEMITONES <= abs(middles[1] - middles[0]) <= _FARTHEST_SEMITONES
    return is_far and min(middles) >= usual - _CREAK_SEMITONES


def _dip(level: Curve, sides: tuple[slice, slice]) -> float:
    """How far the loudness falls between the two below the quieter of them."""
    quieter = min(float(np.median(level[side])) for side in sides)
    return quieter - float(level[sides[0].start + 2 : sides[1].stop - 2].min())
