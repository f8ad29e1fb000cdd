"""Where somebody speaks: Silero's net says of every 32 ms how likely it is, hysteresis makes stretches of that.

What is outside of them is silence, and silence cannot speak: no engine is asked about it, and words that an engine puts
there are struck. The net is the one in the wheel of faster-whisper, run by onnxruntime with one thread.
"""

import importlib.util
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from clinic.inference.speech.sound import RATE, Floats, Samples, as_floats, seconds_of

FRAME = 512  # samples: what the net was made for
FRAME_S = FRAME / RATE
_CONTEXT = 64  # samples of the frame before, which it also hears
_STATE = 128


@dataclass(frozen=True)
class Hysteresis:
    """A stretch begins where the net is sure and ends only where it is sure of the opposite for a while: a breath does
    not cut a sentence, a click does not begin one."""

    begins_at: float = 0.5
    ends_below: float = 0.35
    shortest_s: float = 0.16
    pause_s: float = 0.4
    margin_s: float = 0.1  # kept before and after: consonants are quiet
    sure_from: float = 0.93  # music and hum reach the first limit now and then, this one hardly ever
    near_s: float = 5.0  # an unsure stretch counts only so near to a sure one: somebody speaks low within a talk


USUAL = Hysteresis()


@dataclass(frozen=True, order=True)
class Stretch:
    start: float
    end: float
    peak: float = field(default=1.0, compare=False)  # how sure the net was at its surest

    @property
    def seconds(self) -> float:
        return self.end - self.start


@dataclass(frozen=True)
class Measures:
    """How well somebody could be heard. None where there is no speech, or nothing but speech, to compare."""

    voiced_s: float
    noise_ratio_db: float | None  # loudness of speech over that of the rest
    clipped: float  # share of samples at the very edge of the scale


class Ear:
    """Listens piece by piece, with the memory of what came before."""

    def __init__(self) -> None:
        self._hidden = np.zeros((1, 1, _STATE), np.float32)
        self._cell = np.zeros((1, 1, _STATE), np.float32)
        self._context = np.zeros(_CONTEXT, np.float32)
        self._rest = np.zeros(0, np.float32)

    def feed(self, samples: Samples) -> Floats:
        """How likely speech is in each whole frame that has come since; what is left over waits for more."""
        sound = np.concatenate([self._rest, as_floats(samples)])
        count = len(sound) // FRAME
        self._rest = sound[count * FRAME :]
        return self._asked(sound[: count * FRAME].reshape(count, FRAME)) if count else np.zeros(0, np.float32)

    def finish(self) -> Floats:
        """The last frame, filled up with silence."""
        missing = -len(self._rest) % FRAME
        return self.feed(np.zeros(missing, np.int16)) if missing else np.zeros(0, np.float32)

    def _asked(self, frames: Floats) -> Floats:
        before = np.concatenate([self._context[None], frames[:-1, -_CONTEXT:]])
        self._context = frames[-1, -_CONTEXT:].copy()
        given = {"input": np.concatenate([before, frames], axis=1), "h": self._hidden, "c": self._cell}
        likely, self._hidden, self._cell = _net().run(None, given)
        return np.asarray(likely, np.float32).reshape(-1)


@lru_cache(maxsize=1)
def _net() -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    return onnxruntime.InferenceSession(_net_file(), options, providers=["CPUExecutionProvider"])


def _net_file() -> str:
    """Found without importing the package, which would bring Whisper along."""
    package = importlib.util.find_spec("faster_whisper")
    if package is None or package.origin is None:
        raise FileNotFoundError("faster-whisper is not installed")
    return str(Path(package.origin).parent / "assets" / "silero_vad_v6.onnx")


def likelihoods(samples: Samples, *, at_once: int = 60 * RATE // FRAME * FRAME) -> Floats:
    ear = Ear()
    heard = [ear.feed(samples[start : start + at_once]) for start in range(0, len(samples), at_once)]
    return np.concatenate([*heard, ear.finish()]) if heard else np.zeros(0, np.float32)


def voiced(samples: Samples, hysteresis: Hysteresis = USUAL) -> tuple[Stretch, ...]:
    found = stretches(likelihoods(samples), hysteresis, longest_s=seconds_of(samples))
    return tuple(stretch for stretch in found if is_believed(stretch, found, hysteresis))


def is_believed(stretch: Stretch, among: Iterable[Stretch], hysteresis: Hysteresis = USUAL) -> bool:
    near = hysteresis.near_s
    return any(
        other.peak >= hysteresis.sure_from and other.start - near <= stretch.end and stretch.start <= other.end + near
        for other in (stretch, *among)
    )


def stretches(
    likely: Iterable[float], hysteresis: Hysteresis = USUAL, *, longest_s: float = float("inf")
) -> tuple[Stretch, ...]:
    """With their margins, which never run into the next one or over the end."""
    return tuple(_with_margins(list(_bare(likely, hysteresis)), hysteresis.margin_s, longest_s))


class Turning:
    """The hysteresis itself, frame by frame: whether somebody is speaking now, and since when."""

    def __init__(self, hysteresis: Hysteresis = USUAL) -> None:
        self._hysteresis = hysteresis
        self._frame = 0
        self._quiet_since: int | None = None
        self._peak = 0.0
        self.began: int | None = None  # the frame in which the stretch under way began

    def hear(self, likely: float) -> Stretch | None:
        """The stretch that has just been found to be over."""
        over = None
        if self.began is None:
            if likely >= self._hysteresis.begins_at:
                self.began, self._quiet_since, self._peak = self._frame, None, 0.0
        elif likely >= self._hysteresis.ends_below:
            self._quiet_since = None
        else:
            self._quiet_since = self._frame if self._quiet_since is None else self._quiet_since
            if (self._frame + 1 - self._quiet_since) * FRAME_S >= self._hysteresis.pause_s:
                over = self._ended(self._quiet_since)
        self._peak = max(self._peak, likely)
        self._frame += 1
        return over

    def cut(self) -> Stretch | None:
        """The stretch up to here, for somebody who speaks without a pause; the next one begins at once."""
        over = self._ended(self._frame)
        self.began, self._peak = self._frame, 0.0
        return over

    def finish(self) -> Stretch | None:
        return None if self.began is None else self._ended(self._quiet_since or self._frame)

    def _ended(self, end: int) -> Stretch | None:
        stretch = Stretch((self.began or 0) * FRAME_S, end * FRAME_S, self._peak)
        self.began = self._quiet_since = None
        return stretch if stretch.seconds >= self._hysteresis.shortest_s - 1e-9 else None


def _bare(likely: Iterable[float], hysteresis: Hysteresis) -> Iterator[Stretch]:
    turning = Turning(hysteresis)
    found = [stretch for each in likely if (stretch := turning.hear(float(each)))]
    last = turning.finish()
    yield from [*found, last] if last else found


def _with_margins(bare: list[Stretch], margin_s: float, longest_s: float) -> Iterator[Stretch]:
    for at, stretch in enumerate(bare):
        before = bare[at - 1].end if at else 0.0
        after = bare[at + 1].start if at + 1 < len(bare) else longest_s
        start = max(stretch.start - margin_s, (before + stretch.start) / 2 if at else 0.0)
        end = min(stretch.end + margin_s, (stretch.end + after) / 2 if at + 1 < len(bare) else longest_s)
        yield Stretch(start, max(start, end), stretch.peak)


def voiced_share(start: float, end: float, of: Iterable[Stretch]) -> float:
    """How much of a span somebody speaks in. A span without length is in or out."""
    if end <= start:
        return float(any(stretch.start <= start <= stretch.end for stretch in of))
    covered = sum(max(0.0, min(end, stretch.end) - max(start, stretch.start)) for stretch in of)
    return min(1.0, covered / (end - start))


CLIPPED_FROM = 32_700


def measures(samples: Samples, found: Iterable[Stretch]) -> Measures:
    found = tuple(found)
    is_speech = np.zeros(len(samples), bool)
    for stretch in found:
        is_speech[round(stretch.start * RATE) : round(stretch.end * RATE)] = True
    edge = np.abs(samples.astype(np.int32)) >= CLIPPED_FROM
    return Measures(
        sum(stretch.seconds for stretch in found),
        _noise_ratio_db(samples, is_speech),
        float(edge.mean()) if len(samples) else 0.0,
    )


def _noise_ratio_db(samples: Samples, is_speech: np.ndarray) -> float | None:
    """Speech carries the noise too: its power is taken off before the two are compared."""
    if not is_speech.any() or is_speech.mean() > 0.98:
        return None
    speech, rest = _power(samples[is_speech]), max(_power(samples[~is_speech]), 1e-10)
    return float(10 * np.log10(max(speech - rest, rest * 1e-3) / rest))


def _power(samples: Samples) -> float:
    return float(np.mean(np.square(as_floats(samples), dtype=np.float64)))
