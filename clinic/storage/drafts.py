"""An object on its way into a store, piece by piece: for streams that are asked, and callers that are handed chunks."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from clinic.storage.errors import ObjectTooLarge
from clinic.storage.frames import FrameWriter
from clinic.storage.keys import DataKey


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What the caller's row keeps: `size` and `sha256` are those of the plaintext."""

    name: str
    size: int
    sha256: str
    stored_size: int


class Sink(Protocol):
    """Where one store puts the sealed bytes of one object. `discard` may come twice; once committed it does nothing."""

    def write(self, sealed: bytes) -> object: ...

    def commit(self) -> None:
        """Makes the object visible, whole and safe from a power cut."""

    def discard(self) -> None: ...


class HasSinks(Protocol):
    def sink(self, name: str) -> Sink: ...


class ObjectDraft:
    """Invisible until `finish`. `discard` leaves no trace and does nothing afterwards; a failed write discards too.

    A draft that is merely forgotten, or whose process is killed, is found by the store's `sweep_temp`.
    """

    def __init__(self, store: HasSinks, *, key: DataKey, limit_bytes: int | None = None) -> None:
        self.name = uuid.uuid4().hex
        self._limit_bytes = limit_bytes
        self._sink = store.sink(self.name)
        with self._all_or_nothing():
            self._writer = FrameWriter(self._sink.write, key=key, name=self.name)

    @property
    def size(self) -> int:
        return self._writer.size

    def write(self, chunk: bytes | bytearray | memoryview) -> None:
        with self._all_or_nothing():
            self._writer.write(chunk)
            if self._limit_bytes is not None and self.size > self._limit_bytes:
                raise ObjectTooLarge(self.name)

    def finish(self) -> StoredObject:
        with self._all_or_nothing():
            sealed = self._writer.finish()
            self._sink.commit()
        return StoredObject(name=self.name, size=sealed.size, sha256=sealed.sha256, stored_size=sealed.stored_size)

    def discard(self) -> None:
        self._sink.discard()

    @contextmanager
    def _all_or_nothing(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.discard()
            raise
