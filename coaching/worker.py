"""Hearing, measuring and telling: the only room here that meets the engines. What it finds goes back sealed."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import numpy as np

from clinic import sealing, speech_worker
from clinic.inference.speech.readings import Readings
from clinic.inference.speech.sound import Samples, samples_of_bytes
from clinic.inference.speech.streaming import NobodyHeard
from clinic.inference.speech.transcript import Segment
from clinic.models.runs import RunError
from clinic.pipeline import Failed, Work
from clinic.uploads import store
from coaching import advising, comparing, expressing, keeping, words
from coaching.inference import delivery
from coaching.models import BYTES_A_SECOND, HEADER_BYTES, Attempt, AttemptState, Search
from coaching.outcomes import Advised, Heard, Matched, Sounded

NO_ENGINE, NOBODY_HEARD = "no_engine", "nobody_heard"
OPEN_END_S = 0.6  # what ends nearer to the end of what has come may go on in the next piece
LONGEST_OPEN_S = 30.0  # somebody who never pauses is cut in the middle of a sentence
MARGIN_S = 0.15


def hear(work: Work) -> Heard:
    """From where the last hearing ended to the last pause; to the very end once everything has come."""
    attempt = _attempt(work)
    is_whole = attempt.state != AttemptState.RECORDING
    sound = b"".join(sound_of(attempt, from_byte=attempt.heard_to))
    began_s, seconds = attempt.heard_to / BYTES_A_SECOND, len(sound) / BYTES_A_SECOND
    engines = speech_worker.engines_of(attempt.site_id, attempt.practice.language)
    work.report("hear", 10)
    if not engines.ladder:
        return _unheard(attempt, sound, NO_ENGINE)
    readings = Readings(engines.ladder, attempt.practice.language)
    try:
        readings.feed(samples_of_bytes(sound))
        heard = readings.finish().transcript
    except NobodyHeard:
        return _unheard(attempt, sound, NOBODY_HEARD)
    finally:
        readings.close()
    kept, end_s = heard.segments, seconds
    if not is_whole:
        kept, end_s = up_to_a_pause(heard.segments, seconds)
    return Heard(
        heard_to=attempt.heard_to + (int(end_s * BYTES_A_SECOND) // 2 * 2 if end_s < seconds else len(sound)),
        seconds=end_s, heard_by=heard.heard.engine, is_draft=heard.heard.is_draft,
        private={"words": list(_words(kept, began_s))},
    )  # fmt: skip


def up_to_a_pause(segments: tuple[Segment, ...], seconds: float) -> tuple[tuple[Segment, ...], float]:
    """The segments that are over, and from where to hear on. Nothing is over where only one stands, unless it is
    long."""
    if not segments or seconds - segments[-1].end >= OPEN_END_S:
        return segments, max(segments[-1].end + MARGIN_S, seconds - OPEN_END_S) if segments else seconds - OPEN_END_S
    if len(segments) == 1 and seconds < LONGEST_OPEN_S:
        return (), max(0.0, segments[0].start - MARGIN_S)
    if len(segments) == 1:
        return segments, segments[0].end
    return segments[:-1], max(segments[-2].end, segments[-1].start - MARGIN_S)


def _unheard(attempt: Attempt, sound: bytes, problem: str) -> Heard:
    return Heard(heard_to=attempt.heard_to + len(sound), seconds=len(sound) / BYTES_A_SECOND, problem=problem,
                 private={"words": []})  # fmt: skip


def _words(segments: tuple[Segment, ...], began_s: float) -> Iterator[dict[str, Any]]:
    for segment in segments:
        for word in segment.words:
            if word.is_voiced:
                yield {"text": word.text, "start": round(began_s + word.start, 3), "end": round(began_s + word.end, 3),
                       "confidence": None if word.confidence is None else round(word.confidence, 3)}  # fmt: skip


def sound_of(attempt: Attempt, *, from_byte: int = 0) -> Iterator[bytes]:
    """The samples from this byte of sound on: of a piece in the middle the rest of it."""
    key, at = sealing.data_key(attempt.pk), -HEADER_BYTES
    for piece in attempt.pieces.order_by("index"):
        end = at + piece.size
        if end > from_byte:
            with store().open(piece.object_name, key=key, sha256=piece.sha256) as reader:
                yield b"".join(reader.chunks())[max(0, from_byte - at) :]
        at = end


def sound(work: Work) -> Sounded:
    attempt = _attempt(work)
    work.report("measure", 10)
    samples = _samples(attempt)
    found = delivery.sound(samples)
    private = {"sounding": asdict(found), "expression": expressing.estimated(attempt, found, samples)}
    return Sounded(seconds=found.seconds, problem=found.problem, private=private)


def _samples(attempt: Attempt) -> Samples:
    pieces = [np.frombuffer(piece, dtype="<i2") for piece in _even(sound_of(attempt))]
    return np.concatenate(pieces) if pieces else np.zeros(0, np.int16)


def _even(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Whole samples, wherever pieces were cut."""
    rest = b""
    for piece in pieces:
        piece = rest + piece
        cut = len(piece) // 2 * 2
        rest = piece[cut:]
        yield piece[:cut]


def feedback(work: Work) -> Advised:
    attempt = _attempt(work)
    work.report("read", 20)
    answer = words.answer(attempt.answer, language=attempt.practice.language,
                          seconds=None if attempt.is_typed else attempt.seconds)  # fmt: skip
    advised = advising.advise(attempt, answer, keeping.sounding(attempt.sounding), report=work.report)
    return Advised(told_by=advised.told_by, passed=advised.passed, characters=advised.characters,
                   private={"read": advised.read, "figures": advised.figures, "weak": advised.weak})  # fmt: skip


def search(work: Work) -> Matched:
    row = Search.objects.filter(pk=work.params["search"]).first()
    if row is None:
        return Matched(private={"found": []})
    work.report("compare", 20)
    found = comparing.nearest(row, comparing.embedder())
    return Matched(found=len(found), private={"found": found})


def _attempt(work: Work) -> Attempt:
    found = Attempt.objects.select_related("practice").filter(pk=work.params["attempt"], forgotten_at=None).first()
    if found is None:
        raise Failed(RunError.ERASED)
    return found
