"""Words while the person speaks: pieces of sound go in, and each stretch of speech is with an engine before it is over.

    listener = Streaming(ladder(settings, language="en"), "en")
    for piece in pieces: new = listener.feed(piece)  # segments that are done now
    transcript = listener.finish()  # only what came since the last pause is left to do

An engine that fails gives its stretch, and all that follow, to the next one; the transcript says so.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import compress

import numpy as np

from clinic.inference.speech.engines import Engine, EngineFailed, Hearing
from clinic.inference.speech.sound import RATE, Samples, samples_of_bytes
from clinic.inference.speech.transcript import Heard, Segment, Transcript, Word, struck
from clinic.inference.speech.turns import Voice, suggested, voice_of
from clinic.inference.speech.voiced import FRAME, FRAME_S, USUAL, Ear, Hysteresis, Stretch, Turning, is_believed

_CUT_AFTER = 0.6  # of the longest stretch: from there on the next doubt is taken for a pause
_MARGIN = round(USUAL.margin_s * RATE) // FRAME + 1  # frames kept from before a stretch


class NobodyHeard(Exception):
    """No engine is there for the language, or all failed. The recording is as it was: hear it again, or type."""

    def __init__(self, failed: Sequence[str]) -> None:
        super().__init__(", ".join(failed) or "no engine")
        self.failed = tuple(failed)


class Streaming:
    def __init__(self, engines: Sequence[Engine], language: str, *, hysteresis: Hysteresis = USUAL) -> None:
        self._waiting = list(engines)
        self._language = language
        self._ear, self._turning, self._hysteresis = Ear(), Turning(hysteresis), hysteresis
        self._rest = np.zeros(0, np.int16)
        self._before: list[Samples] = []  # frames of silence that may turn out to be the beginning of a word
        self._stretch: list[Samples] = []  # frames of the stretch under way: the next engine may need them
        self._start = 0  # the first frame of it
        self._frames = 0
        self._samples = 0
        self._failed: list[str] = []
        self._heard: list[tuple[Stretch, tuple[Word, ...]]] = []
        self._segments: list[Segment] = []
        self._stretches: list[Stretch] = []
        self._voices: list[Voice] = []
        self._engine: Engine | None = None
        self._hearing: Hearing | None = None
        self._next_engine()

    def feed(self, piece: Samples | bytes) -> tuple[Segment, ...]:
        samples = samples_of_bytes(piece) if isinstance(piece, bytes) else piece
        self._samples += len(samples)
        likely = self._ear.feed(samples)
        sound = np.concatenate([self._rest, samples])
        self._rest = sound[len(likely) * FRAME :]
        done = len(self._segments)
        for at, each in enumerate(likely):
            self._hear(sound[at * FRAME : (at + 1) * FRAME], float(each))
        return tuple(self._segments[done:])

    def finish(self) -> Transcript:
        rest = self._rest
        for each in self._ear.finish():
            self._hear(np.concatenate([rest, np.zeros(FRAME - len(rest), np.int16)]), float(each))
        if self._stretch:
            self._over(self._turning.finish())
        self.close()
        heard = Heard(self._now.name, self._now.is_draft, self._now.is_remote, tuple(self._failed))
        believed = [is_believed(stretch, self._stretches, self._hysteresis) for stretch in self._stretches]
        voiced_s = sum(stretch.seconds for stretch in compress(self._stretches, believed))
        turns = suggested(list(compress(self._voices, believed)))
        return Transcript(self._language, heard, tuple(self._segments), self._samples / RATE, voiced_s, turns)

    def close(self) -> None:
        """Also for a recording that was given up."""
        if self._hearing is not None:
            self._hearing.close()
            self._hearing = None

    @property
    def _now(self) -> Engine:
        if self._engine is None:
            raise NobodyHeard(self._failed)
        return self._engine

    def _hear(self, frame: Samples, likely: float) -> None:
        was_speaking = bool(self._stretch)
        over = self._turning.hear(likely)
        is_speaking = self._turning.began is not None
        if is_speaking and not was_speaking:
            self._start = self._frames - len(self._before)
            self._stretch = [*self._before, frame]
        elif was_speaking:
            self._stretch.append(frame)
            if not is_speaking:
                self._over(over)
            elif self._is_to_be_cut(likely):
                self._cut()
        if not (was_speaking or is_speaking):
            self._before = [*self._before, frame][-_MARGIN:]
        self._frames += 1

    def _is_to_be_cut(self, likely: float) -> bool:
        seconds = len(self._stretch) * FRAME_S
        return seconds >= self._now.longest_s or (seconds >= _CUT_AFTER * self._now.longest_s and likely < 0.5)

    def _cut(self) -> None:
        """Somebody speaks without a pause: what there is goes to the engine, and the next stretch begins here."""
        self._over(self._turning.cut())
        self._before = []

    def _over(self, over: Stretch | None) -> None:
        """None: too short for a word."""
        if over is not None:
            start_s = self._start * FRAME_S
            words = [replace(each, start=each.start + start_s, end=each.end + start_s) for each in self._words()]
            self._keep(over, words)
        self._before, self._stretch = self._stretch[-_MARGIN:], []

    def _keep(self, over: Stretch, words: Iterable[Word]) -> None:
        heard_s = (self._frames + 1) * FRAME_S  # with this frame: how much of a piece came along changes nothing
        end = min(over.end + USUAL.margin_s, heard_s, self._samples / RATE)
        stretch = Stretch(max(self._start * FRAME_S, over.start - USUAL.margin_s), end, over.peak)
        self._stretches.append(stretch)
        self._voices.append(voice_of(np.concatenate(self._stretch), over))
        self._heard.append((stretch, tuple(words)))
        self._segments = self._judged()

    def _judged(self) -> list[Segment]:
        """Anew each time: what was unsure is believed once somebody surely speaks near it."""
        segments = []
        for stretch, words in self._heard:
            kept = struck(words, [stretch] if is_believed(stretch, self._stretches, self._hysteresis) else [])
            if kept:
                segments.append(Segment(kept[0].start, kept[-1].end, kept))
        return segments

    def _words(self) -> tuple[Word, ...]:
        """By the first engine that does not fail: each gets the whole stretch."""
        while True:
            try:
                return self._held.hear(np.concatenate(self._stretch))
            except EngineFailed as why:
                self._failed.append(f"{self._now.name}: {why.code}")
                self.close()
                self._next_engine()

    @property
    def _held(self) -> Hearing:
        if self._hearing is None:
            raise NobodyHeard(self._failed)
        return self._hearing

    def _next_engine(self) -> None:
        while self._waiting:
            self._engine = self._waiting.pop(0)
            try:
                self._hearing = self._engine.open(self._language)
                return
            except EngineFailed as why:
                self._failed.append(f"{self._engine.name}: {why.code}")
        raise NobodyHeard(self._failed)


def transcribe(samples: Samples, engines: Sequence[Engine], language: str, *, piece_s: float = 2.0) -> Transcript:
    """A recording that is whole already."""
    listener = Streaming(engines, language)
    step = round(piece_s * RATE)
    for start in range(0, len(samples), step):
        listener.feed(samples[start : start + step])
    return listener.finish()
