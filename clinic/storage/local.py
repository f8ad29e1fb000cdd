"""Objects in a folder of this machine. Written beside their place, synced, renamed: half an object is never seen."""

import errno
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

from clinic.storage.durable import sync_folder
from clinic.storage.errors import ObjectDamaged, ObjectMissing, StorageDown, StorageFull
from clinic.storage.objects import NAME, ListedObject, ObjectStore, fan_out

MARK = ".rounds-files"
MARK_WORDS = b"Sealed files of Rounds. Where this note is missing, their disk is missing: nothing is written there.\n"
TEMP_SUFFIX = ".part"
FULL = {errno.ENOSPC, errno.EDQUOT}
FOLDER_MODE = 0o700
FILE_MODE = 0o600
NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC


class LocalObjectStore(ObjectStore):
    """Makes its folder never: a disk that goes away must not be replaced by an empty folder. `prepare` does, once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def prepare(cls, folder: Path) -> Self:
        """Makes the folder where it is not there, and leaves the note in it by which the store knows it again."""
        with typed_failures(writing=True):
            folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
            with suppress(FileExistsError):
                handle = os.open(folder / MARK, NEW_FILE, FILE_MODE)
                try:
                    os.write(handle, MARK_WORDS)
                    os.fsync(handle)
                finally:
                    os.close(handle)
            sync_folder(folder)
        return cls(folder)

    def is_there(self) -> bool:
        """Whether the folder is the prepared one."""
        with typed_failures(writing=True):
            try:
                (self.folder / MARK).stat()
            except FileNotFoundError:
                return False
            return True

    def exists(self, name: str) -> bool:
        with typed_failures(name):
            try:
                self._path(name).stat()
            except FileNotFoundError:
                self._demand(name)
                return False
            return True

    def delete(self, name: str) -> None:
        self._demand(name)
        with typed_failures(name):
            self._path(name).unlink(missing_ok=True)

    def list(self, *, older_than_s: float = 0) -> Iterator[ListedObject]:
        for path, found, age_s in self._files(older_than_s):
            if NAME.fullmatch(path.name):
                yield ListedObject(name=path.name, stored_size=found.st_size, age_s=age_s)

    def sweep_temp(self, *, older_than_s: float) -> int:
        stale = [path for path, _, _ in self._files(older_than_s) if path.suffix == TEMP_SUFFIX]
        for path in stale:
            with typed_failures():
                path.unlink(missing_ok=True)
        return len(stale)

    def free_bytes(self) -> int:
        self._demand()
        with typed_failures(writing=True):
            return shutil.disk_usage(self.folder).free

    def check(self) -> None:
        self._demand()
        probe = self.folder / f"probe-{os.getpid()}-{os.urandom(4).hex()}{TEMP_SUFFIX}"
        with typed_failures(writing=True):
            os.close(os.open(probe, NEW_FILE, FILE_MODE))
            probe.unlink()

    def sink(self, name: str) -> "LocalSink":
        self._demand(name)
        return LocalSink(self.folder, name)

    def _source(self, name: str) -> "LocalSource":
        try:
            return LocalSource(self._path(name), name)
        except ObjectMissing:
            self._demand(name)
            raise

    def _demand(self, name: str = "") -> None:
        """An object is missing only where the store is there: else it will be found when the disk is back."""
        if not self.is_there():
            raise StorageDown(name)

    def _path(self, name: str) -> Path:
        return self.folder / fan_out(name)

    def _files(self, older_than_s: float) -> Iterator[tuple[Path, os.stat_result, float]]:
        self._demand()
        now = time.time()
        for entry in _walk(self.folder, depth=2):
            with typed_failures():
                found = _stat(entry)
            if found and now - found.st_mtime >= older_than_s:
                yield Path(entry.path), found, now - found.st_mtime


class LocalSink:
    def __init__(self, folder: Path, name: str) -> None:
        self._name = name
        self._path = folder / fan_out(name)
        self._draft = self._path.with_name(name + TEMP_SUFFIX)
        self._is_committed = False
        with typed_failures(name, writing=True):
            _make_folders(self._path.parent, below=folder)
            self._handle = os.open(self._draft, NEW_FILE, FILE_MODE)

    def write(self, sealed: bytes) -> None:
        view = memoryview(sealed)
        with typed_failures(self._name, writing=True):
            while view:
                view = view[os.write(self._handle, view) :]

    def commit(self) -> None:
        with typed_failures(self._name, writing=True):
            os.fsync(self._handle)
            self._close()
            self._draft.rename(self._path)
            sync_folder(self._path.parent)
        self._is_committed = True

    def discard(self) -> None:
        """The place itself too: an object whose folder could not be synced is not there."""
        if self._is_committed:
            return
        for path in (self._draft, self._path):
            with suppress(OSError):
                path.unlink(missing_ok=True)
        with suppress(OSError):
            self._close()

    def _close(self) -> None:
        handle, self._handle = self._handle, -1
        if handle >= 0:
            os.close(handle)


class LocalSource:
    def __init__(self, path: Path, name: str) -> None:
        self._name = name
        with typed_failures(name):
            self._handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
            self.size = os.fstat(self._handle).st_size

    def read_at(self, offset: int, length: int) -> bytes:
        with typed_failures(self._name):
            data = os.pread(self._handle, length, offset)
        if len(data) != length:
            raise ObjectDamaged(self._name)
        return data

    def close(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


@contextmanager
def typed_failures(name: str = "", *, writing: bool = False) -> Iterator[None]:
    """The operating system's errors in the words of this package. Nothing is "missing" where we came to write."""
    try:
        yield
    except OSError as fault:
        if fault.errno in FULL:
            raise StorageFull(name) from fault
        if fault.errno == errno.ENOENT and not writing:
            raise ObjectMissing(name) from fault
        raise StorageDown(name) from fault


def _make_folders(folder: Path, *, below: Path) -> None:
    """Each new folder's own entry is synced too: a synced file in a lost folder is a lost file."""
    if folder == below or folder.is_dir():
        return
    _make_folders(folder.parent, below=below)
    folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
    sync_folder(folder.parent)


def _walk(folder: Path | str, *, depth: int) -> Iterator[os.DirEntry[str]]:
    """Files of this folder and of the fan-out below it."""
    with typed_failures(writing=True), os.scandir(folder) as found:
        entries = list(found)
    for entry in entries:
        if not entry.is_dir(follow_symlinks=False):
            yield entry
        elif depth:
            yield from _walk(entry.path, depth=depth - 1)


def _stat(entry: os.DirEntry[str]) -> os.stat_result | None:
    """None for what vanished since it was listed."""
    try:
        return entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None
