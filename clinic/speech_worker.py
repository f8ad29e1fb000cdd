"""`clinic.speech`: a recording becomes words with their times. Sound in which nothing can be heard is answered with the
code that says why; the recording stays as it was, and a person can listen and type."""

import logging
import time
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

import numpy as np
from django.conf import settings
from django.utils import timezone

from clinic.actions import hearings
from clinic.engines.ladder import may_leave
from clinic.inference.speech import decoding
from clinic.inference.speech.engines import Engine, EngineFailed, ladder
from clinic.inference.speech.readings import Read, Readings
from clinic.inference.speech.sound import BYTES_A_SECOND, RATE, Recording, Unhearable
from clinic.inference.speech.streaming import NobodyHeard
from clinic.inference.speech.ticks import Tick
from clinic.inference.speech.transcript import Segment, Transcript, Turn, Word
from clinic.inference.speech.voiced import FRAME, Ear
from clinic.models import Hearing, HearingState, Run
from clinic.models.runs import RunError
from clinic.pipeline import Failed, Outcome, Work

NO_ENGINE, NOBODY_HEARD = "no_engine", "nobody_heard"
PIECE_S = 2.0
NEARLY_DONE_S = 20.0  # of sound
WAIT_S, LOOK_AGAIN_S = 10.0, 0.05
SILENT_AFTER = timedelta(seconds=6)  # longer than an engine takes for its longest stretch
OPENED_PERCENT = 5
WHISPER = "faster-whisper"
log = logging.getLogger("rounds.speech")


@dataclass(frozen=True)
class TranscriptAnswer(Outcome):
    """`words`: text, start, end, confidence, is_voiced, and from which character `at` to which `to` it stands in the
    text; a struck word stands in none (-1). `segments`: start, end, and from which word to which. `ticks`: what a
    person confirms, from word `first` to word `last`. `turns`: who may have been speaking, a suggestion."""

    engine: ClassVar[str] = "clinic.speech 1"

    problem: str = ""  # why there are no words: a code
    language: str = ""
    heard_by: str = ""
    second: str = ""
    is_draft: bool = False
    is_remote: bool = False
    failed: tuple[str, ...] = ()
    seconds: float = 0.0
    voiced_s: float = 0.0
    is_cut_short: bool = False
    text: str = field(default="", repr=False)
    words: tuple[dict[str, Any], ...] = field(default=(), repr=False)
    segments: tuple[dict[str, Any], ...] = ()
    turns: tuple[dict[str, Any], ...] = ()
    ticks: tuple[dict[str, Any], ...] = field(default=(), repr=False)

    def facets(self) -> dict[str, Any]:
        return {
            "problem": self.problem, "language": self.language, "engine": self.heard_by, "second": self.second,
            "is_draft": self.is_draft, "is_remote": self.is_remote, "failed": ", ".join(self.failed),
            "seconds": round(self.seconds, 1), "voiced_s": round(self.voiced_s, 1),
            "is_cut_short": self.is_cut_short, "words": sum(word["is_voiced"] for word in self.words),
            "struck": sum(not word["is_voiced"] for word in self.words), "to_confirm": len(self.ticks),
        }  # fmt: skip


@dataclass(frozen=True)
class Engines:
    """Who may hear a recording of this site in this language, and who cannot although she is named first."""

    ladder: tuple[Engine, ...]
    broken: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Two hearings with the same key asked the same engines, to the byte of their models."""
        return " ".join((*(f"{each.name}@{getattr(each, 'digest', '')[:16]}" for each in self.ladder), *self.broken))


def hear(work: Work) -> TranscriptAnswer:
    language = str(work.params["language"])
    site_id = Run.objects.values_list("site", flat=True).get(pk=work.run_id)
    engines = engines_of(site_id, language)
    return _heard_meanwhile(work, language, engines) or answer_of(work, language, engines)


def engines_of(site_id: UUID, language: str) -> Engines:
    """A voice leaves only where the policy of the site lets patient data leave: no word can be hidden in it."""
    leaves = may_leave(site_id)
    try:
        return Engines(ladder(settings.SPEECH, language=language, may_leave=leaves))
    except EngineFailed as why:
        log.error("speech_engine_refused", extra={"where": WHISPER, "code": why.code})
        others = replace(settings.SPEECH, whisper_folder=None)
        return Engines(ladder(others, language=language, may_leave=leaves), (f"{WHISPER}: {why.code}",))


def _heard_meanwhile(work: Work, language: str, engines: Engines) -> TranscriptAnswer | None:
    """What a listener heard while the recording came, where it heard the very same bytes with the very same engines."""
    found = _hearing(work, language, engines)
    until = time.monotonic() + WAIT_S
    while found is not None and _is_nearly_done(found, work.upload.size) and time.monotonic() < until:
        work.report("hear", OPENED_PERCENT)
        time.sleep(LOOK_AGAIN_S)
        found = _hearing(work, language, engines)
    if found is None:
        return None
    if found.state != HearingState.DONE or found.sha256 != work.upload.sha256:
        hearings.give_up(hearing=found)
        return None
    return _again(found.outcome)


def _again(outcome: Any) -> TranscriptAnswer:
    told: dict[str, Any] = {name: tuple(each) if isinstance(each, list) else each for name, each in outcome.items()}
    return TranscriptAnswer(**told)


def _is_nearly_done(found: Hearing, size: int) -> bool:
    """By a listener that lives and has little left: less than it takes anybody to hear the whole."""
    if found.state != HearingState.LISTENING or found.beat_at is None:
        return False
    left_s = (size - found.size) / BYTES_A_SECOND
    return left_s <= NEARLY_DONE_S and timezone.now() - found.beat_at < SILENT_AFTER


def _hearing(work: Work, language: str, engines: Engines) -> Hearing | None:
    alike = Hearing.objects.filter(session__upload=work.upload.id, language=language, engines=engines.key)
    return alike.select_related("session__case").order_by("-beat_at").first()


def warm() -> None:
    """Before the first recording: what is loaded once takes about a second that nobody should wait for."""
    for engine in (*ladder(settings.SPEECH, language="en"), *ladder(settings.SPEECH, language="es")):
        engine.open("en").close()
    Ear().feed(np.zeros(FRAME, np.int16))


def answer_of(work: Work, language: str, engines: Engines) -> TranscriptAnswer:
    work.report("open", 0)
    if not engines.ladder:
        return TranscriptAnswer(problem=NO_ENGINE, language=language, failed=engines.broken)
    try:
        recording, read = _read(work, Readings(engines.ladder, language))
    except Unhearable as why:
        if why.code in decoding.MACHINE_CODES:
            raise Failed(RunError.UNEXPECTED, detail_code=why.code, retry=True) from None
        return TranscriptAnswer(problem=why.code, language=language)
    except NobodyHeard as why:
        return TranscriptAnswer(problem=NOBODY_HEARD, language=language, failed=(*engines.broken, *why.failed))
    return told(read, recording, engines.broken)


def _read(work: Work, readings: Readings) -> tuple[Recording, Read]:
    heard, step = 0, round(PIECE_S * RATE)
    try:
        for sound in decoding.decode_long(work.upload.chunks()):
            for start in range(0, len(sound.samples), step):
                work.report("hear", _percent(heard / RATE, sound.recording.seconds))
                piece = sound.samples[start : start + step]
                readings.feed(piece)
                heard += len(piece)
        return sound.recording, readings.finish()
    finally:
        readings.close()


def _percent(done_s: float, of_s: float) -> int:
    return OPENED_PERCENT + round((99 - OPENED_PERCENT) * min(1.0, done_s / max(of_s, 0.1)))


def told(read: Read, recording: Recording, broken: tuple[str, ...] = ()) -> TranscriptAnswer:
    """As it is kept: every number rounded the same way, so that the same hearing gives the same bytes."""
    transcript = read.transcript
    heard = transcript.heard
    return TranscriptAnswer(
        language=transcript.language, heard_by=heard.engine, second=read.second, is_draft=heard.is_draft,
        is_remote=heard.is_remote, failed=(*broken, *heard.failed), seconds=_seconds(transcript.seconds),
        voiced_s=_seconds(transcript.voiced_s), is_cut_short=recording.is_cut_short, text=transcript.text,
        words=tuple(_words(transcript)), segments=tuple(_segments(transcript.segments)),
        turns=tuple(map(_turn, transcript.turns)), ticks=tuple(_tick(tick, transcript.words) for tick in read.ticks),
    )  # fmt: skip


def _words(transcript: Transcript) -> list[dict[str, Any]]:
    """With the place of each in `transcript.text`, which joins those that are not struck by one space."""
    found, at = [], 0
    for word in transcript.words:
        found.append(_word(word, at if word.is_voiced else None))
        at += len(word.text) + 1 if word.is_voiced else 0
    return found


def _word(word: Word, at: int | None) -> dict[str, Any]:
    place = {"at": -1, "to": -1} if at is None else {"at": at, "to": at + len(word.text)}
    confidence = None if word.confidence is None else round(word.confidence, 3)
    return {"text": word.text, "start": _seconds(word.start), "end": _seconds(word.end), "confidence": confidence,
            "is_voiced": word.is_voiced} | place  # fmt: skip


def _segments(segments: tuple[Segment, ...]) -> list[dict[str, Any]]:
    found, first = [], 0
    for segment in segments:
        last = first + len(segment.words)
        found.append({"start": _seconds(segment.start), "end": _seconds(segment.end), "first": first, "last": last})
        first = last
    return found


def _turn(turn: Turn) -> dict[str, Any]:
    return {"start": _seconds(turn.start), "end": _seconds(turn.end), "speaker": turn.speaker,
            "certainty": round(turn.certainty, 2)}  # fmt: skip


def _tick(tick: Tick, words: tuple[Word, ...]) -> dict[str, Any]:
    """What only the second reading heard, where the first heard nothing, stands at the word before it."""
    before = max((at for at, word in enumerate(words) if word.start <= tick.start), default=0)
    first, last = (tick.first, tick.last) if tick.first >= 0 else (before, before)
    return {"first": first, "last": last, "risk": tick.risk.value, "text": tick.text,
            "start": _seconds(tick.start), "end": _seconds(tick.end), "is_missing": tick.is_missing}  # fmt: skip


def _seconds(value: float) -> float:
    return round(value, 3)
