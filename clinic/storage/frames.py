"""Objects sealed in frames of 64 KiB with AES-256-GCM, after the STREAM construction.

    header   magic 4 | version 1 | subject 16 | salt 16 | nonce prefix 7
    frames   AES-256-GCM(64 KiB of plaintext, the last one shorter) + tag 16
    nonce    prefix 7 | frame number 4 | is it the last 1

Each object has a key of its own, derived from the subject's data key, the salt and the object's name. A frame that is
changed, cut off, moved, repeated, or taken from another object or another name does not open.
"""

import hashlib
import os
import struct
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from clinic.storage.errors import ObjectDamaged, ObjectTooLarge
from clinic.storage.keys import DataKey

MAGIC = b"RNDF"
VERSION = b"\x01"
FRAME_BYTES = 64 * 1024
TAG_BYTES = 16
SEALED_FRAME_BYTES = FRAME_BYTES + TAG_BYTES
MOST_FRAMES = 2**32
SALT_BYTES = 16
PREFIX_BYTES = 7
PREAMBLE_BYTES = len(MAGIC + VERSION) + 16
HEADER_BYTES = PREAMBLE_BYTES + SALT_BYTES + PREFIX_BYTES


@dataclass(frozen=True, slots=True)
class Sealed:
    """What was written: plaintext size and digest, and the size it takes in the store."""

    size: int
    sha256: str
    stored_size: int


class FrameCipher:
    """Opens and seals the frames of one object."""

    def __init__(self, *, header: bytes, key: DataKey, name: str) -> None:
        salt, self._prefix = header[PREAMBLE_BYTES:-PREFIX_BYTES], header[-PREFIX_BYTES:]
        self._place = header + name.encode()
        self._aes = AESGCM(key.derive(purpose=b"rounds:object:" + name.encode(), salt=salt))

    def seal(self, number: int, plaintext: bytes | bytearray, *, is_last: bool) -> bytes:
        return self._aes.encrypt(self._nonce(number, is_last), plaintext, self._place)

    def open(self, number: int, sealed: bytes | memoryview, *, is_last: bool) -> bytes:
        return self._aes.decrypt(self._nonce(number, is_last), sealed, self._place)

    def _nonce(self, number: int, is_last: bool) -> bytes:
        return self._prefix + struct.pack(">I?", number, is_last)


def new_header(subject: UUID) -> bytes:
    return _preamble(subject) + os.urandom(SALT_BYTES + PREFIX_BYTES)


def _preamble(subject: UUID) -> bytes:
    return MAGIC + VERSION + subject.bytes


def opening_cipher(header: bytes, *, key: DataKey, name: str) -> FrameCipher:
    """Refuses what is not a header of ours, or not of this key's subject, before anything is decrypted."""
    if len(header) != HEADER_BYTES or header[:PREAMBLE_BYTES] != _preamble(key.subject):
        raise ObjectDamaged(name)
    return FrameCipher(header=header, key=key, name=name)


def open_frame(cipher: FrameCipher, number: int, sealed: bytes, *, is_last: bool, name: str) -> bytes:
    try:
        return cipher.open(number, sealed, is_last=is_last)
    except InvalidTag as damage:
        raise ObjectDamaged(name) from damage


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the frames of an object lie, known from its stored size alone."""

    frames: int
    size: int

    @classmethod
    def of(cls, stored_size: int, *, name: str) -> "Layout":
        body = stored_size - HEADER_BYTES
        frames = -(-body // SEALED_FRAME_BYTES)
        size = body - frames * TAG_BYTES
        in_last = size - (frames - 1) * FRAME_BYTES
        if body < TAG_BYTES or in_last < (0 if frames == 1 else 1):
            raise ObjectDamaged(name)
        return cls(frames=frames, size=size)

    def place(self, number: int) -> tuple[int, int]:
        """Offset and length of a sealed frame."""
        length = min(FRAME_BYTES, self.size - number * FRAME_BYTES) + TAG_BYTES
        return HEADER_BYTES + number * SEALED_FRAME_BYTES, length

    def is_last(self, number: int) -> bool:
        return number == self.frames - 1


class FrameWriter:
    """Seals a stream into `sink`, holding one frame back until it is known whether more follows."""

    def __init__(self, sink: Callable[[bytes], object], *, key: DataKey, name: str) -> None:
        header = new_header(key.subject)
        self._sink = sink
        self._cipher = FrameCipher(header=header, key=key, name=name)
        self._pending = bytearray()
        self._number = 0
        self._digest = hashlib.sha256()
        self._size = 0
        self._stored_size = 0
        self._emit(header)

    def write(self, chunk: bytes | bytearray | memoryview) -> None:
        view = memoryview(chunk).cast("B")
        self._digest.update(view)
        self._size += len(view)
        while len(self._pending) + len(view) > FRAME_BYTES:
            room = FRAME_BYTES - len(self._pending)
            self._pending += view[:room]
            view = view[room:]
            self._seal(is_last=False)
        self._pending += view

    def finish(self) -> Sealed:
        self._seal(is_last=True)
        return Sealed(size=self._size, sha256=self._digest.hexdigest(), stored_size=self._stored_size)

    @property
    def size(self) -> int:
        return self._size

    def _seal(self, *, is_last: bool) -> None:
        if self._number >= MOST_FRAMES:
            raise ObjectTooLarge
        self._emit(self._cipher.seal(self._number, self._pending, is_last=is_last))
        self._number += 1
        self._pending.clear()

    def _emit(self, sealed: bytes) -> None:
        self._sink(sealed)
        self._stored_size += len(sealed)
