"""Hears recordings while they come, so that little is left to do when the person stops.

An accelerator and nothing else: a listener that is killed, is late, or was never started loses no word, because the run
that wants the transcript hears the whole recording by itself wherever it finds no hearing of the very same bytes.
Pieces are heard in turns, so that a long one keeps no other recording waiting.
"""

import hashlib
import logging
import os
import struct
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from socket import gethostname
from uuid import UUID

from django.conf import settings
from django.db import Error, close_old_connections, connection
from django.utils import timezone

from clinic import sealing, speech_worker, watch
from clinic.actions import hearings
from clinic.authorization.scope import machinery, scope
from clinic.inference.speech.decoding import SHORTEST_S, SILENT_BELOW
from clinic.inference.speech.readings import Readings
from clinic.inference.speech.sound import BYTES_A_SECOND, FULL_SCALE, Recording, samples_of_bytes
from clinic.inference.speech.streaming import NobodyHeard
from clinic.inference.speech.transcript import Word
from clinic.models import Hearing, SessionState, Upload, UploadChunk, UploadSession
from clinic.storage.errors import StorageError
from clinic.uploads import open_upload, store

LOOK_S, BEAT_S = 0.2, 1.0
IDLE_AFTER = timedelta(seconds=60)  # somebody is thinking, or has gone: the next recording may need the place
TURN_BYTES = 2 * BYTES_A_SECOND  # as a recorder sends them: what one turn hears at most
HEADER_BYTES = 44
_UNKNOWN_SIZES = {0, 0xFFFFFFFF}
log = logging.getLogger("rounds.listener")


class NotFollowed(Exception):
    """What comes is no plain WAV of 16 kHz, or holds nothing: it is heard as a whole."""


def body_of(head: bytes) -> bytes:
    """What stands behind the header that recorders send first, when nobody knows how long it will be."""
    if len(head) < HEADER_BYTES:
        raise NotFollowed
    riff, _size, wave, form = struct.unpack("<4sI4s4s", head[:16])
    described = struct.unpack("<IHHIIHH", head[16:36])
    mark, announced = struct.unpack("<4sI", head[36:HEADER_BYTES])
    is_plain = (riff, wave, form, mark) == (b"RIFF", b"WAVE", b"fmt ", b"data") and announced in _UNKNOWN_SIZES
    if not is_plain or described != (16, 1, 1, 16_000, BYTES_A_SECOND, 2, 16):
        raise NotFollowed
    return head[HEADER_BYTES:]


class Followed:
    """One recording. `step` hears what is new, a turn at a time, and says whether there is more to hear at once."""

    def __init__(self, hearing: Hearing, engines: speech_worker.Engines) -> None:
        self.hearing, self._engines = hearing, engines
        self._readings = Readings(engines.ladder, hearing.language)
        self._digest, self._size, self._pieces, self._peak = hashlib.sha256(), 0, 0, 0
        self._waiting: Iterator[bytes] = iter(())
        self._words: list[dict[str, object]] = []
        self._noted_at = time.monotonic()
        self.is_over = False

    def step(self) -> bool:
        turn = next(self._waiting, None)
        if turn is None:
            return self._look_for_more()
        self._hear(turn)
        return True

    def close(self) -> None:
        self.is_over = True
        self._readings.close()

    def _look_for_more(self) -> bool:
        session = UploadSession.objects.select_related("case", "upload__case").get(pk=self.hearing.session_id)
        if session.upload:
            return self._come_to_the_end(session.upload)
        if session.state != SessionState.RECEIVING:
            raise NotFollowed
        chunk = session.chunks.filter(index=self._pieces).first()
        if chunk is not None:
            self._waiting, self._pieces = self._turns(self._read(session, chunk)), self._pieces + 1
        elif session.touched_at < timezone.now() - IDLE_AFTER:
            hearings.let_go(hearing=self.hearing)
            self.close()
        else:
            self._say_alive()
        return chunk is not None

    def _read(self, session: UploadSession, chunk: UploadChunk) -> bytes:
        with store().open(
            chunk.object_name, key=sealing.data_key(session.case.patient_id), sha256=chunk.sha256
        ) as reader:
            return b"".join(reader.chunks())

    def _come_to_the_end(self, upload: Upload) -> bool:
        """The pieces are gone or going; the file they became has what is missing."""
        if self._size < upload.size:
            with open_upload(upload) as reader:
                self._waiting = self._turns(_from(self._size, reader.chunks()))
            return True
        if self._digest.hexdigest() != upload.sha256:
            raise NotFollowed
        self._finish()
        return False

    def _turns(self, data: bytes) -> Iterator[bytes]:
        return (data[at : at + TURN_BYTES] for at in range(0, len(data), TURN_BYTES))

    def _hear(self, turn: bytes) -> None:
        sound = turn if self._size else body_of(turn)
        if len(turn) % 2:  # a piece that ends in the middle of a sample
            raise NotFollowed
        self._digest.update(turn)
        self._size += len(turn)
        samples = samples_of_bytes(sound)
        self._peak = max(self._peak, int(abs(samples.astype("int32")).max(initial=0)))
        new = [word for segment in self._readings.feed(samples) for word in segment.words]
        self._words += map(_draft, new)
        self._note(self._words if new else None)

    def _note(self, words: list[dict[str, object]] | None = None) -> None:
        self._noted_at = time.monotonic()
        if not hearings.note(hearing=self.hearing, pieces=self._pieces, size=self._size, words=words):
            self.close()  # another one has it, or somebody hears the whole

    def _say_alive(self) -> None:
        if time.monotonic() - self._noted_at > BEAT_S:
            self._note()

    def _finish(self) -> None:
        seconds = (self._size - HEADER_BYTES) / BYTES_A_SECOND
        recording = Recording("wav", "pcm_s16le", seconds, self._peak / FULL_SCALE, is_cut_short=False)
        if seconds < SHORTEST_S or recording.peak < SILENT_BELOW:
            raise NotFollowed  # it has a code of its own, which the run finds out at once
        answer = speech_worker.told(self._readings.finish(), recording, self._engines.broken)
        hearings.finish(hearing=self.hearing, sha256=self._digest.hexdigest(), size=self._size,
                        outcome=answer.as_json())  # fmt: skip
        self.close()


def _from(start: int, pieces: Iterator[bytes]) -> bytes:
    """The whole is read, so that its digest is checked; only the rest is kept."""
    at, kept = 0, []
    for piece in pieces:
        kept.append(piece[max(0, start - at) :])
        at += len(piece)
    return b"".join(kept)


def _draft(word: Word) -> dict[str, object]:
    return {"text": word.text, "start": round(word.start, 3), "end": round(word.end, 3), "confidence": word.confidence,
            "is_voiced": word.is_voiced}  # fmt: skip


class Listener:
    def __init__(self, name: str = "") -> None:
        self.name = name or f"listener-{os.getpid()}@{gethostname()}"
        self.followed: dict[UUID, Followed] = {}

    def round(self) -> bool:
        """Takes up what is new and gives each its turn. Whether there is more to do at once."""
        self._take_up()
        is_busy = [self._step(pk) for pk in list(self.followed)]
        return any(is_busy)

    def _take_up(self) -> None:
        free = settings.LISTEN_AT_ONCE - len(self.followed)
        if free <= 0:
            return
        with machinery():
            found = list(Hearing.objects.under_way().exclude(pk__in=self.followed).values_list("pk", "site_id"))
        for pk, site_id in found:
            if free > 0 and self._take(pk, site_id):
                free -= 1

    def _take(self, pk: UUID, site_id: UUID) -> bool:
        with scope(site=site_id):
            hearing = Hearing.objects.select_related("session__case").filter(pk=pk).first()
            if hearing is None or not _is_alive(hearing.session):
                return False
            engines = speech_worker.engines_of(site_id, hearing.language)
            if not engines.ladder:
                hearings.give_up(hearing=hearing)
                return False
            if not hearings.take(hearing_id=pk, listener=self.name, engines=engines.key):
                return False
            hearing.refresh_from_db(fields=["listener", "state"])
            self.followed[pk] = Followed(hearing, engines)
            return True

    def _step(self, pk: UUID) -> bool:
        one = self.followed[pk]
        with scope(site=one.hearing.site_id):
            try:
                goes_on = one.step()
            except StorageError:  # a piece that went into the whole file between two looks
                return True
            except Error:
                raise
            except Exception as problem:
                self._give_up(one, problem)
                goes_on = False
        if one.is_over:
            del self.followed[pk]
        return goes_on

    def _give_up(self, one: Followed, problem: Exception) -> None:
        if not isinstance(problem, NotFollowed | NobodyHeard):
            log.error("hearing_broke", extra={"reason": type(problem).__name__, "where": watch.where(problem)})
        hearings.give_up(hearing=one.hearing)
        one.close()


def _is_alive(session: UploadSession) -> bool:
    return session.state in (SessionState.RECEIVING, SessionState.COMPLETE) and (
        session.touched_at > timezone.now() - IDLE_AFTER
    )


def listen(stopping: threading.Event) -> None:
    speech_worker.warm()
    listener = Listener()
    while not stopping.is_set():
        try:
            close_old_connections()
            is_busy = listener.round()
        except Error as problem:
            connection.close()
            is_busy = False
            log.warning("database_away", extra={"reason": type(problem).__name__})
            time.sleep(1.0)
        if not is_busy:
            stopping.wait(LOOK_S)
