"""One recording read twice where two engines are there: what the better one heard, and which numbers, doses and
negations of it the other one does not bear out.

    readings = Readings(engines, "en")
    for piece in pieces: readings.feed(piece)
    read = readings.finish()  # read.transcript, read.ticks

The second is the last of the ladder: another one than the first, and never one that would let the voice leave again.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from clinic.inference.speech.engines import Engine
from clinic.inference.speech.sound import Samples, samples_of_bytes
from clinic.inference.speech.streaming import NobodyHeard, Streaming
from clinic.inference.speech.ticks import Tick, needs_tick
from clinic.inference.speech.transcript import Segment, Transcript


@dataclass(frozen=True)
class Read:
    transcript: Transcript
    ticks: tuple[Tick, ...]
    second: str  # the engine that agreed or not; nothing where there was only one


class Readings:
    def __init__(self, engines: Sequence[Engine], language: str) -> None:
        self._first = Streaming(engines, language)
        self._second = _second(engines, language)

    def feed(self, piece: Samples | bytes) -> tuple[Segment, ...]:
        samples = samples_of_bytes(piece) if isinstance(piece, bytes) else piece
        new = self._first.feed(samples)
        self._quietly(samples)
        return new

    def finish(self) -> Read:
        transcript, other = self._first.finish(), self._finished()
        if other is None or other.heard.engine == transcript.heard.engine:
            return Read(transcript, needs_tick(transcript.words), "")
        return Read(transcript, needs_tick(transcript.words, other.words), other.heard.engine)

    def close(self) -> None:
        self._first.close()
        self._drop_second()

    def _quietly(self, samples: Samples) -> None:
        try:
            if self._second is not None:
                self._second.feed(samples)
        except NobodyHeard:
            self._drop_second()

    def _finished(self) -> Transcript | None:
        try:
            return self._second.finish() if self._second is not None else None
        except NobodyHeard:
            return None

    def _drop_second(self) -> None:
        """Without it a person ticks what it would have borne out."""
        if self._second is not None:
            self._second.close()
            self._second = None


def _second(engines: Sequence[Engine], language: str) -> Streaming | None:
    if len(engines) < 2 or engines[-1].is_remote:
        return None
    try:
        return Streaming(engines[-1:], language)
    except NobodyHeard:
        return None
