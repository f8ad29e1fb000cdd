"""Where signed checkpoints go so that whoever owns the database cannot take them back: a file that is only added to,
and a bucket whose objects cannot be replaced, where one is configured.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from django.conf import settings

from clinic.checkpoints import Checkpoint, whole_ones
from clinic.storage.durable import sync_folder

if TYPE_CHECKING:  # an S3 client takes long to import, and most installations have no bucket
    from clinic.witness_bucket import WitnessBucket

TAIL_BYTES = 64 * 1024  # several checkpoints at least


class WitnessFile:
    """One checkpoint a line. Opened for adding only: the file system may be told to allow nothing else."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def last(self) -> Checkpoint | None:
        """Torn lines at the end (a crash in the middle of writing) are stepped over; they stay where they are."""
        try:
            with self.path.open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(0, size - TAIL_BYTES))
                tail = file.read().decode("ascii", "replace").splitlines()
        except FileNotFoundError:
            return None
        return next(whole_ones(reversed(tail)), None)

    def append(self, checkpoint: Checkpoint) -> None:
        """On the disk when this returns. The newline stands in front too, in case the line before was torn."""
        is_new = not self.path.exists()
        if is_new:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)
        try:
            line = f"{checkpoint.line}\n" if _ends_whole(self.path) else f"\n{checkpoint.line}\n"
            _write_all(handle, line.encode())
            os.fsync(handle)
        finally:
            os.close(handle)
        if is_new:
            sync_folder(self.path.parent)

    def lines(self) -> Iterator[str]:
        with suppress(FileNotFoundError), self.path.open(encoding="ascii", errors="replace") as file:
            yield from file

    def after(self, seq: int) -> Iterator[Checkpoint]:
        return (found for found in whole_ones(self.lines()) if found.seq > seq)

    def find(self, seq: int) -> Checkpoint | None:
        """By halving: the file grows by a line a minute for years."""
        try:
            with self.path.open("rb") as file:
                return _found(file, seq, 0, file.seek(0, os.SEEK_END))
        except FileNotFoundError:
            return None


def _found(file: BinaryIO, seq: int, start: int, end: int) -> Checkpoint | None:
    """Among the lines that begin between two places in the file."""
    while start < end:
        middle = (start + end) // 2
        file.seek(max(0, middle - 1))
        if middle:
            file.readline()  # the rest of the line before
        line_at, found = file.tell(), _next_checkpoint(file)
        if found is None or line_at >= end or found.seq > seq:
            end = middle
        elif found.seq == seq:
            return found
        else:
            start = file.tell()
    return None


def _next_checkpoint(file: BinaryIO) -> Checkpoint | None:
    return next(whole_ones(line.decode("ascii", "replace") for line in file), None)


@lru_cache(maxsize=1)
def bucket() -> "WitnessBucket | None":
    if not settings.WITNESS_BUCKET:
        return None
    from clinic.storage.s3 import s3_storage
    from clinic.witness_bucket import WitnessBucket

    storage = s3_storage(**settings.WITNESS_S3)
    return WitnessBucket(storage.connection.meta.client, settings.WITNESS_BUCKET, settings.WITNESS_KEEP_DAYS)


def file() -> WitnessFile:
    return WitnessFile(settings.WITNESS_FILE)


def _ends_whole(path: Path) -> bool:
    with path.open("rb") as found:
        if not found.seek(0, os.SEEK_END):
            return True
        found.seek(-1, os.SEEK_END)
        return found.read(1) == b"\n"


def _write_all(handle: int, data: bytes) -> None:
    """A full disk takes a part of it: the rest says so."""
    while data:
        data = data[os.write(handle, data) :]
