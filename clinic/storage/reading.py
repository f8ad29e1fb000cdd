"""Reading sealed objects: whole or any range of them, each frame proven before a byte of it is given out."""

import hashlib
import hmac
import io
import os
from collections.abc import Iterator
from typing import Protocol

from clinic.storage.errors import ObjectDamaged
from clinic.storage.frames import FRAME_BYTES, HEADER_BYTES, Layout, open_frame, opening_cipher
from clinic.storage.keys import DataKey


class Source(Protocol):
    """Stored bytes by position. `read_at` gives exactly `length` bytes or raises a StorageError."""

    size: int

    def read_at(self, offset: int, length: int) -> bytes: ...

    def close(self) -> None: ...


class ObjectReader(io.RawIOBase):
    """A seekable, read-only binary file. Holds one frame.

    The last frame is opened first: an object that was cut short is known before any of it is served. With `sha256`, a
    full read from the start raises ObjectDamaged before its last piece is given out when the digest differs.
    """

    def __init__(self, source: Source, *, key: DataKey, name: str, sha256: str | None = None) -> None:
        super().__init__()
        self.name = name
        self._source = source
        self._layout = Layout.of(source.size, name=name)
        self._cipher = opening_cipher(source.read_at(0, HEADER_BYTES), key=key, name=name)
        self._position = 0
        self._held: tuple[int, bytes] = (-1, b"")
        self._expected = sha256
        self._digest = hashlib.sha256()
        self._hashed_to = 0
        self._frame(self._layout.frames - 1)

    @property
    def size(self) -> int:
        return self._layout.size

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self.size}[whence]
        if start + offset < 0:
            raise ValueError("negative seek position")
        self._position = start + offset
        return self._position

    def read(self, size: int | None = -1) -> bytes:
        stop = self.size if size is None or size < 0 else self._position + size
        pieces = list(self.chunks(self._position, stop))
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def readall(self) -> bytes:
        return self.read()

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def chunks(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """The bytes from `start` up to `stop`, in pieces of at most one frame; moves the position along."""
        end = self.size if stop is None else min(stop, self.size)
        self._position = start
        while self._position < end:
            number, skip = divmod(self._position, FRAME_BYTES)
            piece = self._frame(number)[skip : skip + end - self._position]
            self._position += len(piece)
            self._prove(piece)
            yield piece
        self._prove(b"")

    def close(self) -> None:
        if not self.closed:
            self._source.close()
        super().close()

    def _frame(self, number: int) -> bytes:
        if self._held[0] != number:
            sealed = self._source.read_at(*self._layout.place(number))
            is_last = self._layout.is_last(number)
            self._held = number, open_frame(self._cipher, number, sealed, is_last=is_last, name=self.name)
        return self._held[1]

    def _prove(self, piece: bytes) -> None:
        """Keeps the digest while reading goes on without a gap; a jump ahead leaves the frames' own proof."""
        if self._expected is None:
            return
        if self._position - len(piece) == self._hashed_to:
            self._digest.update(piece)
            self._hashed_to = self._position
        if self._hashed_to == self.size and not hmac.compare_digest(self._digest.hexdigest(), self._expected):
            raise ObjectDamaged(self.name)
