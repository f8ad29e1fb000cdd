"""A voice out of its parts: pulses of the glottis at a known pitch, through the formants of known vowels.

Every syllable has a consonant and a vowel; pitch, loudness, pauses and breaks of the voice are drawn from a seed. Made
at 48,000 samples a second, so that pulses stand where they belong.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy.signal import butter, resample_poly, sosfilt

from benchmarks.voices.truth import RATE, Floats, Made, joined

FINE = 3 * RATE
_STEP = FINE // 200  # 5 ms: formants stand still for so long
VOWELS = {
    "a": (730, 1090, 2440), "e": (530, 1840, 2480), "i": (290, 2290, 3010), "o": (570, 840, 2410),
    "u": (320, 870, 2240), "@": (500, 1500, 2500),
}  # fmt: skip
_WIDTHS = (80.0, 100.0, 140.0, 250.0)
CONSONANTS = ("nasal", "stop", "voiced_stop", "fricative", "liquid")
_CONSONANT_S = {"nasal": 0.07, "stop": 0.085, "voiced_stop": 0.065, "fricative": 0.09, "liquid": 0.06}


@dataclass(frozen=True)
class Voice:
    name: str
    pitch_hz: float
    tract: float = 1.0  # how much higher the formants stand than those of a man
    range_semitones: float = 3.0  # one standard deviation
    range_db: float = 3.0
    syllable_s: float = 0.2
    jitter: float = 0.008
    shimmer: float = 0.05
    breath_db: float = -32.0


VOICES = (
    Voice("low man", 92.0, 0.96, range_semitones=2.2),
    Voice("man", 122.0, 1.0, syllable_s=0.18),
    Voice("monotonous man", 108.0, 1.0, range_semitones=0.7, range_db=1.2, syllable_s=0.22),
    Voice("woman", 205.0, 1.16, range_semitones=3.0, syllable_s=0.19),
    Voice("lively woman", 232.0, 1.18, range_semitones=4.0, range_db=4.5, syllable_s=0.16),
    Voice("breathy woman", 190.0, 1.14, breath_db=-18.0, syllable_s=0.23),
)


@dataclass(frozen=True)
class _Syllable:
    consonant: str
    vowel: str
    consonant_s: float
    vowel_s: float
    loud_db: float
    has_break: bool = False

    @property
    def seconds(self) -> float:
        return self.consonant_s + self.vowel_s


def say(
    voice: Voice, seed: int, *, seconds: float = 30.0, breaks: int = 0, pause_s: tuple[float, float] = (0.3, 2.6)
) -> Made:
    draw = np.random.default_rng(seed)
    phrases, total = [], 0.0
    while total < seconds:
        phrase = [_drawn(voice, draw) for _ in range(draw.integers(4, 15))]
        silence = float(np.exp(draw.uniform(*np.log(pause_s))))
        phrases.append((phrase, silence))
        total += sum(each.seconds for each in phrase) + silence
    phrases = _with_breaks(phrases, breaks, draw)
    spoken = [_phrase(voice, phrase, draw) for phrase, _ in phrases]
    whole, begins, pauses = joined([(each.sound, silence) for each, (_, silence) in zip(spoken, phrases, strict=True)])
    pitch = np.concatenate([np.concatenate([each.pitch, np.zeros(round(silence * RATE))])
                            for each, (_, silence) in zip(spoken, phrases, strict=True)])  # fmt: skip
    scale = 0.35 / np.abs(whole).max()
    return Made(
        whole * scale, pauses,
        tuple(begin + at for begin, each in zip(begins, spoken, strict=True) for at in each.nuclei), pitch,
        tuple(begin + at for begin, each in zip(begins, spoken, strict=True) for at in each.breaks),
        tuple(each.loud_db for phrase, _ in phrases for each in phrase), maker="source and filter",
    )  # fmt: skip


def _drawn(voice: Voice, draw: np.random.Generator) -> _Syllable:
    consonant = str(draw.choice(CONSONANTS))
    length = voice.syllable_s * float(np.exp(draw.normal(0, 0.22)))
    consonant_s = _CONSONANT_S[consonant] * float(draw.uniform(0.8, 1.25)) * min(1.0, voice.syllable_s / 0.19)
    loud = float(np.clip(draw.normal(0, voice.range_db), -2.2 * voice.range_db, 2.2 * voice.range_db))
    return _Syllable(consonant, str(draw.choice(list(VOWELS))), consonant_s, max(0.06, length - consonant_s), loud)


def _with_breaks(phrases: list[tuple[list[_Syllable], float]], count: int, draw: np.random.Generator) -> list:
    """In vowels that are made long enough for it, each in another phrase."""
    for at in draw.permutation(len(phrases))[:count]:
        phrase = phrases[at][0]
        place = int(draw.integers(0, len(phrase)))
        was = phrase[place]
        phrase[place] = replace(was, vowel_s=float(draw.uniform(0.32, 0.45)), loud_db=0.0, has_break=True)
        if place + 1 < len(phrase):  # back to its pitch behind a closed mouth: else that were a second break
            phrase[place + 1] = replace(phrase[place + 1], consonant="stop", consonant_s=_CONSONANT_S["stop"])
    return phrases


@dataclass(frozen=True)
class _Spoken:
    sound: Floats
    pitch: Floats
    nuclei: list[float]
    breaks: list[float]


def _phrase(voice: Voice, phrase: list[_Syllable], draw: np.random.Generator) -> _Spoken:
    starts = np.concatenate([[0.0], np.cumsum([each.seconds for each in phrase])])
    count = round(starts[-1] * FINE)
    times = np.arange(count) / FINE
    pitch = _pitch(voice, starts, times, draw)
    open_share, rub = np.zeros(count), np.zeros(count)
    breaks = []
    for each, start in zip(phrase, starts[:-1], strict=True):
        vowel = start + each.consonant_s
        _consonant(each, start, times, open_share, rub)
        is_vowel = (times >= vowel) & (times < start + each.seconds)
        open_share[is_vowel] = 1.0
        if each.has_break:
            breaks.append(_break(each, vowel, times, pitch, draw))
    sound = _sounding(voice, phrase, starts, pitch, open_share, draw)
    sound = _as_loud(sound, phrase, starts, times) + _rubbing(rub, draw)
    edge = np.minimum(1.0, np.minimum(times, times[-1] - times) / 0.008)
    voiced = np.where(open_share > 0.5, pitch, 0.0)
    nuclei = [float(start + each.consonant_s + each.vowel_s / 2) for each, start in zip(phrase, starts, strict=False)]
    return _Spoken(resample_poly(sound * edge, 1, 3), voiced[::3][: -(-count // 3)], nuclei, breaks)


def _pitch(voice: Voice, starts: Floats, times: Floats, draw: np.random.Generator) -> Floats:
    """Accents by syllable, a fall over the phrase, no corners."""
    points = draw.normal(0, voice.range_semitones, len(starts)).clip(
        -2 * voice.range_semitones, 2 * voice.range_semitones
    )
    points += np.linspace(0.5, -0.5, len(starts)) * voice.range_semitones
    width = round(0.06 * FINE)
    curve = np.interp(times, starts, points)
    curve = np.convolve(
        np.pad(curve, width, "edge"), np.hanning(2 * width + 1) / np.hanning(2 * width + 1).sum(), "valid"
    )
    return voice.pitch_hz * 2 ** (curve / 12)


def _consonant(each: _Syllable, start: float, times: Floats, voiced: Floats, rub: Floats) -> None:
    inside = (times >= start) & (times < start + each.consonant_s)
    match each.consonant:
        case "nasal" | "liquid":
            voiced[inside] = 1.0
        case "voiced_stop":
            voiced[inside] = 1.0
        case "stop":
            rub[inside & (times >= start + each.consonant_s - 0.018)] = 0.5
        case "fricative":
            rub[inside] = 0.35 * np.hanning(int(inside.sum()) + 2)[1:-1] ** 0.5


def _break(each: _Syllable, vowel: float, times: Floats, pitch: Floats, draw: np.random.Generator) -> float:
    """Up by 7 to 12 semitones from one period to the next; of high voices also down, by 7 or 8."""
    middle = vowel + each.vowel_s * float(draw.uniform(0.42, 0.55))
    is_down = pitch[0] > 150 and draw.random() < 0.5
    steps = -float(draw.uniform(7, 8)) if is_down else float(draw.uniform(7, 12))
    pitch[(times >= middle) & (times < vowel + each.vowel_s)] *= 2 ** (steps / 12)
    return middle


def _sounding(voice: Voice, phrase: list[_Syllable], starts: Floats, pitch: Floats, voiced: Floats,
              draw: np.random.Generator) -> Floats:  # fmt: skip
    phase = np.cumsum(pitch * (1 + voice.jitter * _slow_noise(pitch, draw)) / FINE)
    amplitude = 1 + voice.shimmer * draw.standard_normal(int(phase[-1]) + 2)[phase.astype(int)]
    soft = np.convolve(voiced, np.hanning(241) / np.hanning(241).sum(), "same")
    source = _pulse(phase % 1) * amplitude * soft
    air = draw.standard_normal(len(source)) * (10 ** (voice.breath_db / 20) * soft)
    return _through_formants(source + air, list(_formants(voice, phrase, starts, len(source))))


def _slow_noise(like: Floats, draw: np.random.Generator) -> Floats:
    return np.repeat(draw.standard_normal(len(like) // 240 + 1), 240)[: len(like)]


def _pulse(phase: Floats) -> Floats:
    """The flow through the glottis after Rosenberg, differentiated: opens slowly, closes fast, rests."""
    opens, closes = 0.42, 0.18
    rising = np.pi / (2 * opens) * np.sin(np.pi * phase / opens)
    falling = -np.pi / (2 * closes) * np.sin(np.pi / 2 * (phase - opens) / closes)
    return np.where(phase < opens, rising, np.where(phase < opens + closes, falling, 0.0)) / 8


def _formants(voice: Voice, phrase: list[_Syllable], starts: Floats, count: int) -> Iterator[tuple[float, ...]]:
    """For every step; gliding between the consonant's and the vowel's."""
    targets, at = [], []
    for each, start in zip(phrase, starts[:-1], strict=True):
        vowel = VOWELS[each.vowel]
        locus = {"nasal": (280, 1100, 2300), "liquid": (380, 1200, 2500), "voiced_stop": (200, 1700, 2600)}
        targets += [locus.get(each.consonant, (350, 1700, 2600)), vowel, vowel]
        at += [start + each.consonant_s / 2, start + each.consonant_s + 0.025, start + each.seconds - 0.02]
    grid = np.arange(0, count, _STEP) / FINE
    tracks = [np.interp(grid, at, [target[n] for target in targets]) * voice.tract for n in range(3)]
    for first, second, third in zip(*tracks, strict=True):
        yield float(first), float(second), float(third), 3500.0 * voice.tract


def _through_formants(source: Floats, formants: list[tuple[float, ...]]) -> Floats:
    done = np.empty_like(source)
    kept = np.zeros((4, 2))
    for step, hertz in enumerate(formants):
        piece = slice(step * _STEP, (step + 1) * _STEP)
        sections = np.array([_resonator(each, width) for each, width in zip(hertz, _WIDTHS, strict=True)])
        done[piece], kept = sosfilt(sections, source[piece], zi=kept)
    return done


def _resonator(hertz: float, width: float) -> list[float]:
    radius = np.exp(-np.pi * width / FINE)
    first, second = -2 * radius * np.cos(2 * np.pi * hertz / FINE), radius**2
    return [1 + first + second, 0.0, 0.0, 1.0, first, second]


def _as_loud(sound: Floats, phrase: list[_Syllable], starts: Floats, times: Floats) -> Floats:
    """Each vowel as loud as it was drawn, whatever its formants; consonants that sound below it."""
    below = {"nasal": -9.0, "liquid": -7.0, "voiced_stop": -16.0}
    at, gains = [], []
    for each, start in zip(phrase, starts[:-1], strict=True):
        vowel, end = start + each.consonant_s, start + each.seconds
        core = sound[round((vowel + 0.2 * each.vowel_s) * FINE) : round((vowel + 0.8 * each.vowel_s) * FINE)]
        gain = each.loud_db - 20 - 10 * np.log10(np.mean(core**2) + 1e-12)
        murmur = sound[round((start + 0.2 * each.consonant_s) * FINE) : round((vowel - 0.2 * each.consonant_s) * FINE)]
        if each.consonant in below:
            at += [start + 0.3 * each.consonant_s, start + 0.7 * each.consonant_s]
            gains += [each.loud_db - 20 + below[each.consonant] - 10 * np.log10(np.mean(murmur**2) + 1e-12)] * 2
        at += [vowel + 0.012, end - 0.012]
        gains += [gain, gain]
    loud: Floats = sound * 10 ** (np.interp(times, at, np.clip(gains, -60, 40)) / 20)
    return loud


def _rubbing(rub: Floats, draw: np.random.Generator) -> Floats:
    """Noise of narrow places: of high frequencies."""
    band = butter(2, (2500, 7000), "bandpass", fs=FINE, output="sos")
    rubbing: Floats = 0.08 * sosfilt(band, draw.standard_normal(len(rub))) * rub
    return rubbing
