"""A recording as a file that a player understands: the header says how long it is, as that of a living recording
cannot."""

import struct
from collections.abc import Iterator

from django.http import HttpResponse, StreamingHttpResponse

from clinic import sealing
from clinic.downloads import range_of
from clinic.errors import Code, Refusal
from clinic.storage.keys import DataKey
from clinic.uploads import store
from coaching import words
from coaching.inference.captions import webvtt
from coaching.models import BYTES_A_SECOND, HEADER_BYTES, Attempt, Piece

_RATE, _BITS = 16_000, 16


VTT = "text/vtt"


def captions(attempt: Attempt) -> HttpResponse:
    _demand_sound(attempt)
    answer = words.answer(attempt.answer, language=attempt.practice.language, seconds=attempt.seconds)
    return HttpResponse(webvtt(answer.words), content_type=f"{VTT}; charset=utf-8",
                        headers={"X-Content-Type-Options": "nosniff"})  # fmt: skip


def _demand_sound(attempt: Attempt) -> None:
    if attempt.forgotten_at is not None or attempt.is_typed or not attempt.received:
        raise Refusal(Code.ERASED if attempt.forgotten_at else Code.NOT_FOUND)


def response(attempt: Attempt, asked: str) -> StreamingHttpResponse:
    _demand_sound(attempt)
    part = range_of(asked, attempt.received)
    start, stop = part or (0, attempt.received)
    headers = {
        "Accept-Ranges": "bytes",
        "Content-Length": str(stop - start),
        "Content-Disposition": 'inline; filename="answer.wav"',
        "X-Content-Type-Options": "nosniff",
        **({"Content-Range": f"bytes {start}-{stop - 1}/{attempt.received}"} if part else {}),
    }
    pieces = list(attempt.pieces.order_by("index"))  # now: when the bytes go out nobody is at the connection any more
    sound = _bytes(sealing.data_key(attempt.pk), pieces, attempt.received, start, stop)
    return StreamingHttpResponse(sound, status=206 if part else 200, content_type="audio/wav", headers=headers)


def _bytes(key: DataKey, pieces: list[Piece], size: int, start: int, stop: int) -> Iterator[bytes]:
    """Piece by piece: never more than one of them in memory."""
    if start < HEADER_BYTES:
        yield header(size - HEADER_BYTES)[start : min(stop, HEADER_BYTES)]
    at = 0
    for piece in pieces:
        first, last = max(start, at, HEADER_BYTES), min(stop, at + piece.size)
        if first < last:
            with store().open(piece.object_name, key=key, sha256=piece.sha256) as reader:
                yield from reader.chunks(first - at, last - at)
        at += piece.size


def header(size: int) -> bytes:
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI", b"RIFF", size + 36, b"WAVE", b"fmt ", 16, 1, 1, _RATE, BYTES_A_SECOND, 2, _BITS,
        b"data", size,
    )  # fmt: skip
