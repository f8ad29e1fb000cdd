"""Who may be speaking: two voices told apart by pitch, turns by pauses. A suggestion, shown as one.

It knows no person and keeps no voice: of each stretch it keeps one pitch.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clinic.inference.speech.sound import RATE, Samples, as_floats
from clinic.inference.speech.transcript import Turn
from clinic.inference.speech.voiced import Stretch

LOWEST_HZ, HIGHEST_HZ = 65.0, 400.0
_WINDOW, _STEP = RATE // 25, RATE // 50  # 40 ms every 20
_CLEAR = 0.5  # height of the peak that makes a window voiced
_FEWEST_WINDOWS = 5
LEAST_APART = 3.0  # semitones between two voices; less is one person with feeling


@dataclass(frozen=True)
class Voice:
    """A stretch and how high it was said, in semitones over 55 Hz; None where no pitch could be told."""

    stretch: Stretch
    pitch: float | None


def voice_of(samples: Samples, stretch: Stretch) -> Voice:
    found = pitches(samples)
    return Voice(stretch, float(12 * np.log2(np.median(found) / 55.0)) if len(found) >= _FEWEST_WINDOWS else None)


def pitches(samples: Samples) -> np.ndarray:
    """In Hz, of the windows that have one: the first clear peak of the autocorrelation, by a parabola around it."""
    sound = as_floats(samples).astype(np.float64)
    if len(sound) < _WINDOW:
        return np.zeros(0)
    windows = np.lib.stride_tricks.sliding_window_view(sound, _WINDOW)[::_STEP]
    windows = (windows - windows.mean(axis=1, keepdims=True)) * np.hanning(_WINDOW)
    spectrum = np.abs(np.fft.rfft(windows, 2 * _WINDOW)) ** 2
    alike = np.fft.irfft(spectrum)[:, :_WINDOW]
    of_window = np.fft.irfft(np.abs(np.fft.rfft(np.hanning(_WINDOW), 2 * _WINDOW)) ** 2)[:_WINDOW]
    alike = alike / np.maximum(alike[:, :1], 1e-9) / (of_window / of_window[0] + 1e-9)
    first, last = int(RATE / HIGHEST_HZ), int(RATE / LOWEST_HZ)
    looked_at = alike[:, first : last + 1]
    loud = np.abs(windows).max(axis=1) > 0.005
    lags = [lag for row, is_loud in zip(looked_at, loud, strict=True) if is_loud and (lag := _lag(row)) is not None]
    return RATE / (np.array(lags) + first) if lags else np.zeros(0)


def _lag(row: np.ndarray) -> float | None:
    """The shortest that is nearly as clear as the clearest: twice the period is as clear, and an octave too low."""
    clearest = row[1:-1].max()
    if clearest < _CLEAR:
        return None
    is_peak = (row[1:-1] >= row[:-2]) & (row[1:-1] >= row[2:]) & (row[1:-1] >= 0.9 * clearest)
    at = int(np.flatnonzero(is_peak)[0]) + 1 if is_peak.any() else int(row.argmax())
    if not 0 < at < len(row) - 1:
        return float(at)
    before, here, after = row[at - 1 : at + 2]
    bend = before - 2 * here + after
    return at + float(0.5 * (before - after) / bend) if bend else float(at)


def suggested(voices: Sequence[Voice]) -> tuple[Turn, ...]:
    """Nothing where only one voice can be told: a turn of which nobody knows whose it is helps nobody."""
    known = [voice.pitch for voice in voices if voice.pitch is not None]
    centres = _two_centres(np.array(known)) if len(known) >= 2 else None
    if centres is None:
        return ()
    turns: list[Turn] = []
    names: dict[int, int] = {}  # who spoke first is 1
    for voice in voices:
        which, certainty = _nearest(voice.pitch, centres)
        speaker = names.setdefault(which, len(names) + 1) if certainty else (turns[-1].speaker if turns else 1)
        turns.append(Turn(voice.stretch.start, voice.stretch.end, speaker, certainty))
    return tuple(_joined(turns))


def _two_centres(known: np.ndarray) -> tuple[float, float] | None:
    low, high = float(known.min()), float(known.max())
    for _ in range(20):
        is_high = known > (low + high) / 2
        if is_high.all() or not is_high.any():
            return None
        low, high = float(known[~is_high].mean()), float(known[is_high].mean())
    return (low, high) if high - low >= LEAST_APART else None


def _nearest(pitch: float | None, centres: tuple[float, float]) -> tuple[int, float]:
    if pitch is None:
        return 0, 0.0
    away = [abs(pitch - centre) for centre in centres]
    return int(away[1] < away[0]), min(1.0, abs(away[0] - away[1]) / (centres[1] - centres[0]))


def _joined(turns: Sequence[Turn]) -> list[Turn]:
    """Stretches of the same voice are one turn, as unsure as its least sure part."""
    joined: list[Turn] = []
    for turn in turns:
        if joined and joined[-1].speaker == turn.speaker:
            last = joined.pop()
            turn = Turn(last.start, turn.end, turn.speaker, min(last.certainty, turn.certainty))
        joined.append(turn)
    return joined
