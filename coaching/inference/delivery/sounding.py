"""All that the sound alone tells of an answer: samples in, a `Sounding` out. What cannot be told is refused by name."""

from collections.abc import Iterator, Sequence
from typing import cast

import numpy as np

from clinic.inference.speech.sound import RATE, Floats, Samples, as_samples
from coaching.inference.delivery.breaks import breaks_of
from coaching.inference.delivery.frames import STEP_S, Frames, frames_of, smooth
from coaching.inference.delivery.pauses import LONG_S, Speaking, runs, speaking
from coaching.inference.delivery.pitch import Pitch, pitch_of
from coaching.inference.delivery.syllables import syllables_of
from coaching.inference.schema import Measure, MeasureName, Moment, Sounding

TOO_NOISY, NO_SPEECH, TOO_SHORT, CLIPPED = "too_noisy", "no_speech", "too_short", "clipped"
TOO_LITTLE_VOICE, TOO_FEW_SYLLABLES = "too_little_voice", "too_few_syllables"
QUIETEST_DB = 12.0  # so much louder than the noise a voice must be
LEAST_S = 3.0  # of speech
MOST_CLIPPED = 0.005  # of the samples of speech
OF_SOUND = (MeasureName.ARTICULATION, MeasureName.PAUSES, MeasureName.PITCH_RANGE, MeasureName.LOUDNESS,
            MeasureName.VOICE_BREAKS)  # fmt: skip

_LOW, _HIGH = 10, 90  # percentiles between which a range lies
_LEAST_VOICED_S, _FEWEST_SYLLABLES = 2.0, 10
_MOST_POINTS, _MOST_BARS, _MOST_MOMENTS = 1_200, 160, 20
_BAR_DB = 40.0
_STRETCH_S, _WINDOW_S, _AROUND_S = 1.5, 8.0, 0.3
_FEW = 3


def sound(heard: Samples | Floats) -> Sounding:
    """One channel, 16,000 samples a second, as whole numbers of 16 bits or as floats of which 1 is full scale."""
    samples = cast(Samples, heard) if heard.dtype == np.int16 else as_samples(cast(Floats, heard))
    seconds = len(samples) / RATE
    frames = frames_of(samples)
    spoken = speaking(frames) if len(frames) else None
    outline = _outline(frames)
    problem = _problem(frames, spoken)
    if spoken is None or problem:
        return _refused(problem, seconds, spoken, outline)
    pitch = pitch_of(samples)
    syllables = syllables_of(frames, spoken, pitch)
    return Sounding(
        round(seconds, 3), round(spoken.seconds, 2), _rounded(spoken.noise_ratio_db), pauses=spoken.pauses,
        syllables=syllables, pitch=_thinned(pitch, spoken), measures=_measures(frames, spoken, pitch, syllables),
        outline=outline,
    )  # fmt: skip


def _refused(problem: str, seconds: float, spoken: Speaking | None, outline: tuple[float, ...]) -> Sounding:
    voiced_s, ratio_db = (spoken.seconds, spoken.noise_ratio_db) if spoken else (0.0, None)
    nothing = tuple(Measure(name, None, why=problem) for name in OF_SOUND)
    return Sounding(
        round(seconds, 3), round(voiced_s, 2), _rounded(ratio_db), problem, measures=nothing, outline=outline
    )


def _problem(frames: Frames, spoken: Speaking | None) -> str:
    if spoken is None:
        return NO_SPEECH
    if spoken.over_noise_db < QUIETEST_DB:
        return TOO_NOISY
    if float(frames.at_the_edge[spoken.is_on].mean()) > MOST_CLIPPED:
        return CLIPPED
    return TOO_SHORT if spoken.seconds < LEAST_S else ""


def _measures(frames: Frames, spoken: Speaking, pitch: Pitch, syllables: Sequence[float]) -> tuple[Measure, ...]:
    return (
        _articulation(spoken, syllables),
        _long_pauses(spoken),
        _pitch_range(spoken, pitch),
        _loudness_range(frames, spoken, syllables),
        _voice_breaks(frames, spoken, pitch),
    )


def _articulation(spoken: Speaking, syllables: Sequence[float]) -> Measure:
    """The fastest stretch first."""
    at = np.array(syllables)
    stretches = [(((at >= start) & (at < end)).sum() / (end - start), Moment(start, end))
                 for start, end in _stretches(spoken)]  # fmt: skip
    fastest = sorted(stretches, key=lambda each: -each[0])[:_FEW]
    return Measure(MeasureName.ARTICULATION, round(len(at) / spoken.seconds, 2), tuple(each for _, each in fastest))


def _stretches(spoken: Speaking) -> list[tuple[float, float]]:
    found = [(round(start * STEP_S, 2), round(end * STEP_S, 2)) for start, end in runs(spoken.is_on)]
    return [(start, end) for start, end in found if end - start >= _STRETCH_S]


def _long_pauses(spoken: Speaking) -> Measure:
    long = [pause for pause in spoken.pauses if pause.end_s - pause.start_s >= LONG_S]
    longest = sorted(long, key=lambda pause: pause.start_s - pause.end_s)[:_MOST_MOMENTS]
    return Measure(MeasureName.PAUSES, float(len(long)), tuple(longest))


def _pitch_range(spoken: Speaking, pitch: Pitch) -> Measure:
    """The flattest window first, then the liveliest."""
    is_used = pitch.is_voiced & spoken.is_on
    if is_used.sum() * STEP_S < _LEAST_VOICED_S:
        return Measure(MeasureName.PITCH_RANGE, None, why=TOO_LITTLE_VOICE)
    steps = 12 * np.log2(np.maximum(pitch.hertz, 1.0))
    windows = sorted(_windows(is_used, steps), key=lambda each: each[0])
    moments = (windows[0][1], windows[-1][1]) if len(windows) > 1 else tuple(each for _, each in windows)
    return Measure(MeasureName.PITCH_RANGE, round(_range(steps[is_used]), 2), moments)


def _windows(is_used: np.ndarray, steps: np.ndarray) -> Iterator[tuple[float, Moment]]:
    width = round(_WINDOW_S / STEP_S)
    for start in range(0, max(1, len(steps) - width + 1), width // 2):
        part = slice(start, start + width)
        if is_used[part].sum() * STEP_S >= _LEAST_VOICED_S:
            end_s = min(start + width, len(steps)) * STEP_S
            yield _range(steps[part][is_used[part]]), Moment(round(start * STEP_S, 2), round(end_s, 2))


def _range(values: np.ndarray) -> float:
    low, high = np.percentile(values, (_LOW, _HIGH))
    return float(high - low)


def _loudness_range(frames: Frames, spoken: Speaking, syllables: Sequence[float]) -> Measure:
    """The quietest stretch first, then the loudest."""
    if len(syllables) < _FEWEST_SYLLABLES:
        return Measure(MeasureName.LOUDNESS, None, why=TOO_FEW_SYLLABLES)
    at = np.array(syllables)
    level = smooth(frames.level, 7)[np.minimum((at / STEP_S).astype(int), len(frames) - 1)]
    stretches = []
    for start, end in _stretches(spoken):
        inside = level[(at >= start) & (at < end)]
        if len(inside):
            stretches.append((float(np.median(inside)), Moment(start, end)))
    stretches.sort(key=lambda each: each[0])
    moments = (stretches[0][1], stretches[-1][1]) if len(stretches) > 1 else tuple(each for _, each in stretches)
    return Measure(MeasureName.LOUDNESS, round(_range(level), 2), moments)


def _voice_breaks(frames: Frames, spoken: Speaking, pitch: Pitch) -> Measure:
    found = breaks_of(frames, spoken, pitch)
    moments = [Moment(round(max(0.0, at - _AROUND_S), 3), round(at + _AROUND_S, 3)) for at in found]
    return Measure(MeasureName.VOICE_BREAKS, float(len(found)), tuple(moments[:_MOST_MOMENTS]))


def _thinned(pitch: Pitch, spoken: Speaking) -> tuple[tuple[float, float], ...]:
    at = np.flatnonzero(pitch.is_voiced & spoken.is_on)
    at = at[:: max(1, -(-len(at) // _MOST_POINTS))]
    return tuple((round((int(each) + 0.5) * STEP_S, 3), round(float(pitch.hertz[each]), 1)) for each in at)


def _outline(frames: Frames) -> tuple[float, ...]:
    """For drawing: the loudest of each piece, over 40 dB below the loudest of all."""
    if not len(frames):
        return ()
    bars = [float(part.max()) for part in np.array_split(frames.level, min(_MOST_BARS, len(frames)))]
    top = max(bars)
    return tuple(round(min(1.0, max(0.0, 1 + (each - top) / _BAR_DB)), 3) for each in bars)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
