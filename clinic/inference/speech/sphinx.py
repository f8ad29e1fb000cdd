"""PocketSphinx: in its wheel, English only, and wrong in every third or fourth word. A draft that needs nothing."""

import math
import threading
from typing import Any

from pocketsphinx import Decoder

from clinic.inference.speech.configured import EMBEDDED
from clinic.inference.speech.engines import EngineFailed
from clinic.inference.speech.sound import Samples
from clinic.inference.speech.transcript import Word

_FRAMES_A_SECOND = 100
_SETTINGS: dict[str, Any] = {"loglevel": "FATAL"}


class _Shelf:
    """Decoders cost half a second and 100 MB each: they are used again, one recording at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[Any] = []

    def take(self) -> Any:
        with self._lock:
            decoder = self._idle.pop() if self._idle else Decoder(**_SETTINGS)
        decoder.reinit_feat()  # nothing of the voice before this one stays, and nothing of the noise around it
        return decoder

    def put_back(self, decoder: Any) -> None:
        with self._lock:
            self._idle.append(decoder)


_shelf = _Shelf()


def warm() -> None:
    _shelf.put_back(_shelf.take())


class Sphinx:
    name = "pocketsphinx/en-us"
    languages = EMBEDDED
    is_draft = True
    is_remote = False
    longest_s = 12.0  # what it has not heard yet when the person stops is what she waits for

    def open(self, language: str) -> "SphinxHearing":
        return SphinxHearing(_shelf.take())


class SphinxHearing:
    """A stretch as a whole: heard frame by frame, before it knows how loud a voice is, it errs twice as often."""

    def __init__(self, decoder: Any) -> None:
        self._decoder: Any = decoder

    def hear(self, stretch: Samples) -> tuple[Word, ...]:
        try:
            self._decoder.start_utt()
            self._decoder.process_raw(stretch.tobytes(), False, True)
            self._decoder.end_utt()
        except RuntimeError as fault:
            raise EngineFailed("engine_broke") from fault
        if self._decoder.hyp() is None:
            return ()
        return tuple(_word(each) for each in self._decoder.seg() if _is_word(each.word))

    def close(self) -> None:
        if self._decoder is not None:
            _shelf.put_back(self._decoder)
            self._decoder = None


def _is_word(text: str) -> bool:
    return text[:1] not in "<[+"


def _word(segment: Any) -> Word:
    text = segment.word.partition("(")[0]  # `read(2)` is a second way to pronounce it
    start, end = segment.start_frame / _FRAMES_A_SECOND, (segment.end_frame + 1) / _FRAMES_A_SECOND
    return Word(text, start, end, _probability(segment.prob))


def _probability(told: float) -> float | None:
    return min(1.0, max(0.0, told)) if math.isfinite(told) else None
