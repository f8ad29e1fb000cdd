"""An object written piece by piece by somebody who is called, such as the reader of a web request."""

import uuid
from contextlib import suppress

from clinic.storage.frames import FrameWriter
from clinic.storage.keys import DataKey
from clinic.storage.objects import ObjectStore, StoredObject


class _Dropped(Exception):
    """Tells the store's sink that the object is not wanted."""


class Draft:
    """Invisible until `commit`; `drop` leaves no trace. Forgetting both leaves a temporary file for the janitor."""

    def __init__(self, store: ObjectStore, *, key: DataKey) -> None:
        self.name = uuid.uuid4().hex
        self._context = store._sink(self.name)
        self._writer = FrameWriter(self._context.__enter__(), key=key, name=self.name)
        self._is_open = True

    @property
    def size(self) -> int:
        return self._writer.size

    def write(self, chunk: bytes) -> None:
        self._writer.write(chunk)

    def commit(self) -> StoredObject:
        try:
            sealed = self._writer.finish()
        except BaseException:
            self.drop()
            raise
        self._is_open = False
        self._context.__exit__(None, None, None)
        return StoredObject(name=self.name, size=sealed.size, sha256=sealed.sha256, stored_size=sealed.stored_size)

    def drop(self) -> None:
        if self._is_open:
            self._is_open = False
            with suppress(_Dropped):
                self._context.__exit__(_Dropped, _Dropped(), None)
