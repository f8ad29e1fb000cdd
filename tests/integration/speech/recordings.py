"""Recordings as the browser's recorder sends them, and the voice that says them."""

import struct
from typing import Any

from clinic.actions import uploads
from clinic.models import Case, Upload, UploadSession
from tests.make import Person

UNKNOWN = 0xFFFFFFFF
PIECE_BYTES = 64_000


def wav(samples: Any, announced: int | None = None) -> bytes:
    """The header goes before anybody knows how long it will be."""
    data: bytes = samples.astype("<i2").tobytes()
    size = len(data) if announced is None else announced
    form = struct.pack("<IHHIIHH", 16, 1, 1, 16_000, 32_000, 2, 16)
    riff = struct.pack("<I", min(size + 36, UNKNOWN))
    return b"".join([b"RIFF", riff, b"WAVEfmt ", form, b"data", struct.pack("<I", size), data])


def keep(by: Person, case: Case, data: bytes, name: str = "said.wav") -> Upload:
    with by.at_work():
        return uploads.store_whole(by=by.actor, case=case, chunks=[data], name=name)[0]


def opened(by: Person, case: Case, language: str = "en") -> UploadSession:
    with by.at_work():
        return uploads.open_session(by=by.actor, case=case, name="said.wav", declared_type="audio/wav",
                                    language=language)  # fmt: skip


def send(by: Person, session: UploadSession, *pieces: bytes) -> None:
    for piece in pieces:
        with by.at_work():
            fresh = UploadSession.objects.select_related("case__patient").get(pk=session.pk)
            uploads.add_chunk(by=by.actor, session=fresh, index=fresh.next_index, data=piece)


def complete(by: Person, session: UploadSession) -> Upload:
    with by.at_work():
        fresh = UploadSession.objects.select_related("case__patient").get(pk=session.pk)
        return uploads.complete(by=by.actor, session=fresh)[0]


def pieces_of(data: bytes) -> list[bytes]:
    return [data[at : at + PIECE_BYTES] for at in range(0, len(data), PIECE_BYTES)]
