"""One backup as one file.

    head     magic RNBK | version 1 | id 16 | length of the next 2 | the archive's own key, wrapped by a backup key
    frames   sealed as objects of the store are (storage/frames.py): what was changed, cut off or moved does not open
    inside   a tar: database/00000000 and so on, objects/NAME, witness.jsonl, manifest.json, manifest.sig

Written and read as a stream: memory holds a piece, whatever the size.
"""

import io
import tarfile
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, cast
from uuid import UUID

from clinic.storage.errors import ObjectDamaged
from clinic.storage.frames import FRAME_BYTES, FrameWriter, Sealed
from clinic.storage.keys import DataKey, MasterKeys, new_data_key
from clinic.storage.local import LocalSource
from clinic.storage.reading import ObjectReader

MAGIC, VERSION = b"RNBK", b"\x01"
PIECE_BYTES = 4 * 1024 * 1024
MOST_WRAPPED_BYTES = 1024
DATABASE, OBJECTS = "database/", "objects/"
WITNESS, MANIFEST, SIGNATURE = "witness.jsonl", "manifest.json", "manifest.sig"


class Pieces(io.RawIOBase):
    """Chunks as a file that is read once."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        super().__init__()
        self._chunks, self._held = iter(chunks), memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        while not self._held:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._held = memoryview(chunk)
        count = min(len(buffer), len(self._held))
        buffer[:count] = self._held[:count]
        self._held = self._held[count:]
        return count


class ArchiveWriter:
    def __init__(self, out: BinaryIO, keys: MasterKeys) -> None:
        self.id = uuid.uuid4()
        secret = new_data_key()
        wrapped = keys.wrap(secret, self.id)
        out.write(MAGIC + VERSION + self.id.bytes + len(wrapped).to_bytes(2, "big") + wrapped)
        self._frames = FrameWriter(out.write, key=DataKey(self.id, secret), name=str(self.id))
        into = cast(IO[bytes], self._frames)
        self._tar = tarfile.open(fileobj=into, mode="w|", bufsize=FRAME_BYTES)  # noqa: SIM115  (`finish` closes it)

    def add(self, name: str, size: int, chunks: Iterable[bytes]) -> None:
        member = tarfile.TarInfo(name)
        member.size = size
        file = io.BufferedReader(Pieces(chunks), FRAME_BYTES)
        self._tar.addfile(member, file)
        if file.read(1):  # and whoever hands on the chunks learns that they are over
            raise ObjectDamaged(name)
        self._tar.members.clear()  # type: ignore[attr-defined]  # it would remember each of a million objects

    def finish(self) -> Sealed:
        self._tar.close()
        return self._frames.finish()


@dataclass(frozen=True)
class Member:
    name: str
    size: int
    file: IO[bytes]

    def chunks(self) -> Iterator[bytes]:
        while piece := self.file.read(PIECE_BYTES):
            yield piece


class _Behind:
    """The frames of an archive by position, behind its head."""

    def __init__(self, source: LocalSource, head_bytes: int) -> None:
        self._source, self._head = source, head_bytes
        self.size = source.size - head_bytes

    def read_at(self, offset: int, length: int) -> bytes:
        return self._source.read_at(self._head + offset, length)

    def close(self) -> None:
        self._source.close()


class ArchiveReader:
    """Its last frame is opened first: an archive that was cut off is known before any of it is used."""

    def __init__(self, path: Path, keys: MasterKeys) -> None:
        source = LocalSource(path, path.name)
        try:
            self.id, wrapped, head_bytes = _head_of(source, path.name)
            key = DataKey(self.id, keys.unwrap(wrapped, self.id))
            self._reader = ObjectReader(_Behind(source, head_bytes), key=key, name=str(self.id))
        except BaseException:
            source.close()
            raise

    def __enter__(self) -> "ArchiveReader":
        return self

    def __exit__(self, *_: object) -> None:
        self._reader.close()

    def members(self) -> Iterator[Member]:
        self._reader.seek(0)
        with tarfile.open(fileobj=self._reader, mode="r|", bufsize=FRAME_BYTES) as tar:
            while (found := tar.next()) is not None:
                tar.members.clear()  # type: ignore[attr-defined]
                yield Member(found.name, found.size, cast(IO[bytes], tar.extractfile(found)))


def _head_of(source: LocalSource, name: str) -> tuple[UUID, bytes, int]:
    fixed = len(MAGIC + VERSION) + 16 + 2
    head = source.read_at(0, fixed)
    length = int.from_bytes(head[-2:], "big")
    if head[: len(MAGIC + VERSION)] != MAGIC + VERSION or length > MOST_WRAPPED_BYTES:
        raise ObjectDamaged(name)
    return UUID(bytes=head[5:21]), source.read_at(fixed, length), fixed + length
