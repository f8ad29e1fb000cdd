"""What every store of objects does: streams in, sealed at rest under a name of our own, proven on the way out."""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from clinic.storage.drafts import ObjectDraft, Sink, StoredObject
from clinic.storage.keys import DataKey
from clinic.storage.reading import ObjectReader, Source

__all__ = ["ListedObject", "ObjectDraft", "ObjectStore", "StoredObject"]

NAME = re.compile(r"[0-9a-f]{32}")
PIECE_BYTES = 1024 * 1024  # of an object that is taken elsewhere


@dataclass(frozen=True, slots=True)
class ListedObject:
    name: str
    stored_size: int
    age_s: float


class ObjectStore(ABC):
    """Objects are written once, never changed, and visible only when whole. Every method raises StorageError kinds."""

    def put(self, chunks: Iterable[bytes], *, key: DataKey, limit_bytes: int | None = None) -> StoredObject:
        """Takes the stream to its end. Whatever fails, an exception of the stream itself included, nothing remains."""
        draft = self.begin(key=key, limit_bytes=limit_bytes)
        try:
            for chunk in chunks:
                draft.write(chunk)
            return draft.finish()
        finally:
            draft.discard()

    def begin(self, *, key: DataKey, limit_bytes: int | None = None) -> ObjectDraft:
        """For callers that are handed their chunks instead of asking for them; they finish or discard."""
        return ObjectDraft(self, key=key, limit_bytes=limit_bytes)

    def open(self, name: str, *, key: DataKey, sha256: str | None = None) -> ObjectReader:
        source = self._source(known_name(name))
        try:
            return ObjectReader(source, key=key, name=name, sha256=sha256)
        except BaseException:
            source.close()
            raise

    def verify(self, name: str, *, key: DataKey, sha256: str) -> None:
        """Reads it all; ObjectDamaged or ObjectMissing when it is not what was put."""
        with self.open(name, key=key, sha256=sha256) as reader:
            for _ in reader.chunks():
                pass

    @contextmanager
    def sealed(self, name: str) -> Iterator[tuple[int, Iterator[bytes]]]:
        """Its size and bytes as they lie there, opened by nobody: for taking it elsewhere and putting it back."""
        source = self._source(known_name(name))
        try:
            yield source.size, _pieces(source)
        finally:
            source.close()

    def put_sealed(self, name: str, chunks: Iterable[bytes]) -> None:
        sink = self.sink(known_name(name))
        try:
            for chunk in chunks:
                sink.write(chunk)
            sink.commit()
        finally:
            sink.discard()

    @abstractmethod
    def exists(self, name: str) -> bool: ...

    @abstractmethod
    def delete(self, name: str) -> None:
        """Deleting what is not there is no error: a janitor may come twice."""

    def chill(self, name: str) -> None:  # noqa: B027  (most stores know no such place)
        """To where it costs less and opens as before, in stores that know such a place."""

    @abstractmethod
    def list(self, *, older_than_s: float = 0) -> Iterator[ListedObject]:
        """Whole objects only, in no order."""

    @abstractmethod
    def sweep_temp(self, *, older_than_s: float) -> int:
        """Removes what killed writers left behind; tells how many. Choose an age no living upload reaches."""

    @abstractmethod
    def free_bytes(self) -> int | None:
        """None where there is no such limit."""

    @abstractmethod
    def check(self) -> None:
        """Raises StorageDown when objects could not be read and written now."""

    @abstractmethod
    def sink(self, name: str) -> Sink:
        """For drafts only."""

    @abstractmethod
    def _source(self, name: str) -> Source: ...


def _pieces(source: Source) -> Iterator[bytes]:
    for offset in range(0, source.size, PIECE_BYTES):
        yield source.read_at(offset, min(PIECE_BYTES, source.size - offset))


def known_name(name: str) -> str:
    """Names are made here and nowhere else; anything else (a path, a user's file name) is a programming error."""
    if not NAME.fullmatch(name):
        raise ValueError("not the name of an object")
    return name


def fan_out(name: str) -> str:
    """Two levels of 256 folders: a million objects leave about 15 in each."""
    return f"{name[:2]}/{name[2:4]}/{known_name(name)}"
